"""Which requests the sandbox answers at all."""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest

from ..errors import Refused


def check_address(request: HTTPServerRequest, *, is_known: bool) -> None:
    """Refuse other host names, as from a rebound DNS entry, and callers without the prefix.

    :param is_known: whether the path starts with the prefix.
    :raises Refused: the request is not for this sandbox.
    """
    if not is_known:
        raise Refused(403, "Forbidden", "This sandbox answers under its own address only")
    name = urlsplit(f"//{request.host}").hostname
    if name not in ("127.0.0.1", "localhost"):
        raise Refused(403, "Forbidden", "Address the sandbox as 127.0.0.1 or localhost")
    origin = request.headers.get("Origin")
    is_change = request.method not in ("GET", "HEAD")
    if is_change and origin and urlsplit(origin).netloc != request.host:
        raise Refused(403, "Forbidden", "A page of another site may not do this")
