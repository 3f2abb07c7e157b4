"""Deadlines for httpx, which sends the requests to registries.

A custom transport would turn off the proxies of the environment, so the sockets come from httpx's
``trace`` extension.
"""

from __future__ import annotations

import functools
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from .deadline import Deadline
from .trust import httpx_context

_PORT_BY_SCHEME = {"http": 80, "https": 443}
_ENCODINGS = frozenset({"identity", "gzip", "deflate"})

# Called with the peer's address, or with None if a proxy makes the connection. Raises to refuse it.
CheckPeer = Callable[[str | None], None]


class AnswerTooLong(Exception):
    """An answer is longer than its limit."""


class BoundedClient:
    """An httpx client whose requests end with their deadline; not for several threads at once.

    :param ca_bundle: a file of certificates to trust beside the usual ones.
    :raises BundleUnusable: that file cannot be used.
    """

    def __init__(self, headers: Mapping[str, str], ca_bundle: str = "") -> None:
        self._client = httpx.Client(verify=httpx_context(ca_bundle), headers=headers)
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> BoundedClient:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def request(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        timeout: httpx.Timeout,
    ) -> httpx.Request:
        """Make a GET request, to be sent once or several times."""
        return self._client.build_request(
            "GET", url, params=params, headers=headers, timeout=timeout
        )

    def send(
        self, request: httpx.Request, deadline: Deadline, check_peer: CheckPeer
    ) -> httpx.Response:
        """Send the request, and read the headers of the answer.

        :raises DeadlineExceeded: or ``RequestCanceled``, as ``Deadline.run`` does.
        :raises httpx.HTTPError: it cannot be sent, or there is no answer.
        """
        request.extensions["trace"] = functools.partial(
            self._note, _Connecting(request, check_peer), deadline
        )
        self._sockets = [sock for sock in self._sockets if sock.fileno() >= 0]
        for sock in self._sockets:
            deadline.watch(sock)
        try:
            return deadline.run(
                lambda: self._client.send(request, stream=True), httpx.Response.close
            )
        except httpx.HTTPError:
            deadline.check()
            raise

    def _note(
        self, connecting: _Connecting, deadline: Deadline, event: str, info: Mapping[str, Any]
    ) -> None:
        """Watch a connection as soon as it exists."""
        if event.endswith("connect_tcp.started"):
            connecting.begin(info["host"], info["port"])
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = info["return_value"]
            sock = stream.get_extra_info("socket")
            self._sockets.append(sock)
            if event.endswith("connect_tcp.complete"):
                try:
                    deadline.watch(sock)
                    connecting.check(stream.get_extra_info("server_addr"))
                except BaseException:
                    stream.close()
                    raise


class _Connecting:
    """A connection that a request makes, to its server or to a proxy."""

    def __init__(self, request: httpx.Request, check_peer: CheckPeer) -> None:
        url = request.url
        port = url.port or _PORT_BY_SCHEME.get(url.scheme)
        self._target = (url.raw_host.decode("ascii"), port)
        self._check_peer = check_peer
        self._is_direct = True

    def begin(self, host: str, port: int) -> None:
        self._is_direct = (host, port) == self._target

    def check(self, peer: tuple[Any, ...]) -> None:
        self._check_peer(str(peer[0]) if self._is_direct else None)


def chunks(response: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body as sent. A connection that the watchdog shut down is not taken for its end."""
    try:
        yield from _checked(response.iter_raw(), deadline)
    except (httpx.HTTPError, httpx.StreamError):
        deadline.check()
        raise
    deadline.check()


def _checked(parts: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    for part in parts:
        deadline.check()
        yield part


def read(response: httpx.Response, deadline: Deadline, limit_bytes: int) -> bytes:
    """Read the whole body, and decompress it up to the limit: a few bytes can hold gigabytes.

    :raises AnswerTooLong: it is longer than the limit.
    :raises httpx.HTTPError: it breaks off, or is not compressed as its headers say.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in _ENCODINGS:
        raise httpx.DecodingError("unknown encoding", request=response.request)
    decoder = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body = bytearray()
    for part in chunks(response, deadline):
        if decoder is None:
            body += part
        else:
            try:
                body += decoder.decompress(part, limit_bytes + 1 - len(body))
            except zlib.error:
                raise httpx.DecodingError("not compressed", request=response.request) from None
        if len(body) > limit_bytes:
            raise AnswerTooLong
    if decoder is not None and not decoder.eof:
        raise httpx.DecodingError("broken off", request=response.request)
    return bytes(body)
