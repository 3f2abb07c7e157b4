"""Requests to a registry's server: bounded in time and size, and careful with secrets.

httpx is imported with the first request, because a server that starts makes none.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ... import __version__
from ...net.deadline import Deadline
from .answers import Answer, Stream
from .redirects import Redirects, allowed_headers, may_receive
from .server import Respondent, Server

if TYPE_CHECKING:
    import httpx

    from ...net.httpx import BoundedClient, CheckPeer

MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 5
# A whole answer may take this many times the limit of a single wait for bytes.
PATIENCE_FACTOR = 3
DOWNLOAD_TIMEOUT_S = 60.0
RETRY_PAUSE_S = 0.5

# Without 500: that is a fault of the server's own, and a second try would meet it again.
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class _Request:
    """A GET that is sent until an answer is no redirect.

    :param path: below the server's address; or an address, if ``is_address``.
    :param wait_s: for each wait for bytes.
    :param tries: how often it is sent at most.
    """

    path: str
    params: Mapping[str, str] | None
    headers: Mapping[str, str]
    wait_s: float
    tries: int
    is_handed_on: bool = False
    is_address: bool = False


class Session:
    """Several requests to one server over the same connections; not for several threads at once."""

    def __init__(self, server: Server, client: BoundedClient) -> None:
        self._server = server
        self._client = client
        self._redirects = Redirects(server)

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
        :param headers: credentials among them are sent to no other host by a redirect.
        :param timeout_s: for each wait for bytes; the whole answer may take three times as long.
            None takes the server's own.
        :param retries: after a passing failure. None takes the server's own number.
        :raises RegistryUnavailable: there is no answer, or it exceeds the limit.
        """
        wait_s = timeout_s or self._server.timeout_s
        tries = 1 + (self._server.retries if retries is None else retries)
        return self._read(_Request(path, params, headers or {}, wait_s, tries), limit_bytes)

    def get_address(
        self,
        address: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        limit_bytes: int,
    ) -> Answer:
        """Return the whole answer to a GET of an address that the server named, as ``get``.

        The address follows the rules for redirects.
        """
        server = self._server
        tries = 1 + server.retries
        request = _Request(address, params, headers, server.timeout_s, tries, is_address=True)
        return self._read(request, limit_bytes)

    def _read(self, request: _Request, limit_bytes: int) -> Answer:
        respondent = Respondent(self._server)
        with (
            Deadline(request.wait_s * PATIENCE_FACTOR) as deadline,
            self._server.translating(respondent),
            self._follow(request, deadline, respondent) as response,
        ):
            from ...net.httpx import AnswerTooLong, read

            try:
                body = read(response, deadline, limit_bytes)
            except AnswerTooLong:
                raise self._server.too_long(limit_bytes) from None
            return Answer(self._server, response.status_code, response.headers, body)

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
        request = _Request(path, None, headers, wait_s, 1 + self._server.retries, is_handed_on)
        respondent = Respondent(self._server, is_file=True)
        with contextlib.ExitStack() as stack:
            deadline = stack.enter_context(Deadline(wait_s * PATIENCE_FACTOR))
            with self._server.translating(respondent):
                response = stack.enter_context(self._follow(request, deadline, respondent))
            # The body has its own deadline, which begins when it is read.
            deadline.pause()
            yield Stream(self._server, response, deadline, respondent)

    @contextlib.contextmanager
    def _follow(
        self, request: _Request, deadline: Deadline, respondent: Respondent
    ) -> Iterator[httpx.Response]:
        """Open the first answer that is no redirect; its body is not read yet."""
        url, params, headers = self._server.url, request.params, request.headers
        check_peer: CheckPeer = self._redirects.check_own
        if request.is_address:
            url = self._redirects.follow(url, request.path)
            check_peer = self._redirects.peer_check(url)
        else:
            url = f"{url}/{request.path.lstrip('/')}"
        for _ in range(1 + MAX_REDIRECTS):
            is_own = may_receive(self._server.url, url)
            respondent.host = "" if is_own else urlsplit(url).netloc
            message = self._client.request(
                url, params=params, headers=headers, timeout=self._timeout(request.wait_s)
            )
            with self._send(message, request.tries, deadline, check_peer) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    yield response
                    return
            target = self._redirects.follow(str(message.url), location)
            headers = allowed_headers(url, target, headers, is_handed_on=request.is_handed_on)
            url, params, check_peer = target, None, self._redirects.peer_check(target)
        raise self._server.unavailable("redirects endlessly.")

    @contextlib.contextmanager
    def _send(
        self, message: httpx.Request, tries: int, deadline: Deadline, check_peer: CheckPeer
    ) -> Iterator[httpx.Response]:
        """Send a request, and repeat it after a passing failure.

        A server that is slow is not asked again: it may still be busy with the first request.
        """
        import httpx

        for left in reversed(range(tries)):
            try:
                response = self._client.send(message, deadline, check_peer)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if not left:
                    raise
            else:
                with contextlib.closing(response):
                    if not left or response.status_code not in _PASSING:
                        yield response
                        return
            time.sleep(min(RETRY_PAUSE_S * (tries - left), deadline.remaining_s))

    def _timeout(self, wait_s: float) -> httpx.Timeout:
        import httpx

        return httpx.Timeout(wait_s, connect=self._server.timeout_s)


class Site(Server):
    """A registry's server that can be asked."""

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open connections for several requests.

        :raises RegistryUnavailable: environment variables are wrong.
        """
        headers = {
            "User-Agent": f"jupyterlab-sregistry-globus/{__version__}",
            # Sizes and ranges must be those of the file itself.
            "Accept-Encoding": "identity",
        }
        with contextlib.ExitStack() as stack:
            with self.translating():
                from ...net.httpx import BoundedClient

                client = stack.enter_context(BoundedClient(headers, self.ca_bundle))
            yield Session(self, client)

    def get(self, path: str, **options: Any) -> Answer:
        """Send a single request, as ``Session.get``."""
        with self.session() as session:
            return session.get(path, **options)
