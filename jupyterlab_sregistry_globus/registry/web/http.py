"""Requests to a registry's server: bounded in time and size, and careful with secrets.

httpx is imported with the first request, because a server that starts makes none.
"""

from __future__ import annotations

import contextlib
import functools
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ... import __version__
from ...units import human_bytes
from .answers import Answer, Stream
from .server import Server

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 5
# A whole answer may take this many times the limit of a single wait for bytes.
PATIENCE_FACTOR = 3
DOWNLOAD_TIMEOUT_S = 60.0
RETRY_PAUSE_S = 0.5

# Without 500: that is a fault of the server's own, and a second try would meet it again.
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORT_BY_SCHEME = {"http": 80, "https": 443}
_HARMLESS_HEADERS = frozenset({"accept", "range"})
# We ask for none, but some proxies compress all the same. What is compressed twice, or by a newer
# method, can grow without limit from a few bytes.
_ENCODINGS = frozenset({"identity", "gzip", "deflate"})


class Session:
    """Several requests to one server over the same connections; not for several threads at once."""

    def __init__(self, server: Server, client: httpx.Client) -> None:
        self._server = server
        self._client = client

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = MAX_ANSWER_BYTES,
        timeout_s: float | None = None,
        retries: int | None = None,
    ) -> Answer:
        """Return the whole answer to a GET, whatever its status.

        :param path: below the server's address, percent-encoded.
        :param headers: credentials among them are sent to no other host.
        :param timeout_s: for each wait for bytes. None takes the server's own.
        :param retries: after a passing failure. None takes the server's own number.
        :raises RegistryUnavailable: there is no answer, or it exceeds the limit.
        """
        wait_s = timeout_s or self._server.timeout_s
        tries = 1 + (self._server.retries if retries is None else retries)
        until = time.monotonic() + wait_s * PATIENCE_FACTOR
        with (
            self._server.translating(),
            self._follow(path, params, headers or {}, wait_s, tries) as response,
        ):
            if response.headers.get("content-encoding", "identity").lower() not in _ENCODINGS:
                raise self._server.unreadable()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > limit_bytes:
                    raise self._server.unavailable(
                        f"sent an answer of more than {human_bytes(limit_bytes)}."
                    )
                if time.monotonic() > until:
                    raise self._server.unavailable("did not finish its answer in time.")
            return Answer(self._server, response.status_code, response.headers, bytes(body))

    @contextlib.contextmanager
    def stream(
        self,
        path: str,
        *,
        start: int = 0,
        headers: Mapping[str, str] | None = None,
        is_handed_on: bool = False,
    ) -> Iterator[Stream]:
        """Open the answer to a GET of a file, whatever its status, to be read in chunks.

        :param start: the first byte to request. The stream says where the server began.
        :param is_handed_on: the server redirects to a signed address, possibly its own, that would
            take our credentials for a second, contradicting signature.
        :raises RegistryUnavailable: there is no answer.
        """
        headers = dict(headers or {})
        if start:
            headers["Range"] = f"bytes={start}-"
        wait_s = max(self._server.timeout_s, DOWNLOAD_TIMEOUT_S)
        with contextlib.ExitStack() as stack:
            with self._server.translating():
                tries = 1 + self._server.retries
                response = stack.enter_context(
                    self._follow(path, None, headers, wait_s, tries, is_handed_on)
                )
            yield Stream(self._server, response)

    @contextlib.contextmanager
    def _follow(
        self,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        wait_s: float,
        tries: int,
        is_handed_on: bool = False,
    ) -> Iterator[httpx.Response]:
        """Open the first answer that is no redirect; its body is not read yet."""
        url = f"{self._server.url}/{path.lstrip('/')}"
        for _ in range(1 + MAX_REDIRECTS):
            with self._send(url, params, headers, wait_s, tries) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    yield response
                    return
            try:
                target = urljoin(url, location)
                if is_handed_on or not may_receive_credentials(url, target):
                    headers = {
                        name: value
                        for name, value in headers.items()
                        if name.lower() in _HARMLESS_HEADERS
                    }
            except ValueError:
                raise self._server.unreadable() from None
            url, params = target, None
        raise self._server.unavailable("redirects without end.")

    @contextlib.contextmanager
    def _send(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        wait_s: float,
        tries: int,
    ) -> Iterator[httpx.Response]:
        """Send a request, and repeat it after a passing failure.

        A server that is slow is not asked again: it may still be busy with the first request.
        """
        import httpx

        timeout = httpx.Timeout(wait_s, connect=self._server.timeout_s)
        request = self._client.build_request(
            "GET", url, params=params, headers=headers, timeout=timeout
        )
        for left in reversed(range(tries)):
            try:
                response = self._client.send(request, stream=True)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if not left:
                    raise
            else:
                with contextlib.closing(response):
                    if not left or response.status_code not in _PASSING:
                        yield response
                        return
            time.sleep(RETRY_PAUSE_S * (tries - left))


class Site(Server):
    """A registry's server that can be asked."""

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open connections for several requests."""
        import httpx

        headers = {
            "User-Agent": f"jupyterlab-sregistry-globus/{__version__}",
            # Sizes and ranges must be those of the file itself.
            "Accept-Encoding": "identity",
        }
        with httpx.Client(verify=_trust(), headers=headers) as client:
            yield Session(self, client)

    def get(self, path: str, **options: Any) -> Answer:
        """Send a single request, as ``Session.get``."""
        with self.session() as session:
            return session.get(path, **options)


def may_receive_credentials(url: str, target: str) -> bool:
    """Check whether credentials for one address may be sent to another.

    They may if it is the same server, or the same with TLS.
    """
    parts, target_parts = urlsplit(url), urlsplit(target)
    place = (parts.hostname, parts.port or _PORT_BY_SCHEME.get(parts.scheme))
    target_place = (
        target_parts.hostname,
        target_parts.port or _PORT_BY_SCHEME.get(target_parts.scheme),
    )
    if parts.scheme == target_parts.scheme:
        return place == target_place
    return (place, target_place) == ((parts.hostname, 80), (parts.hostname, 443))


@functools.lru_cache
def _trust() -> ssl.SSLContext:
    """Make the TLS settings once, because that takes longer than many a request."""
    import httpx

    return httpx.create_ssl_context()
