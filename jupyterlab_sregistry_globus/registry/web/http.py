"""A registry's server, asked over HTTP: bounded in time and in size, and careful with secrets.

httpx is imported when the first request is made, because a server that starts asks nobody.
"""

from __future__ import annotations

import contextlib
import functools
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from ... import __version__
from ...errors import RegistryUnavailable, RegistryUnreachable
from ...units import human_bytes
from .refusals import refusal, unlogged, why_unreachable

if TYPE_CHECKING:
    import httpx

Parsed = TypeVar("Parsed")

MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 5
# How much longer than one wait for bytes a whole answer may take.
PATIENCE_FACTOR = 3
DOWNLOAD_TIMEOUT_S = 60.0

_CHUNK_BYTES = 256 * 1024
_PAUSE_S = 0.5
# 500 is not among them: a fault of the server's own, which a second try meets again.
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORT_BY_SCHEME = {"http": 80, "https": 443}
_FOR_ANYBODY = frozenset({"accept", "range"})
# None was asked for. Some proxies compress all the same; but what is compressed twice, or by a newer
# method, grows without a bound from a few bytes.
_ENCODINGS = frozenset({"identity", "gzip", "deflate"})
_PART = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    :param headers: looked up in any case.
    :param body: may hold secrets, so it is never shown.
    """

    site: Site
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Such as ``application/json``, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def read(self, kind: type[Parsed]) -> Parsed:
        """The body as JSON of the form that a type describes; what it does not name is dropped.

        :raises RegistryUnavailable: the body is something else.
        """
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self.site.unreadable() from None

    def refused(self) -> RegistryUnavailable:
        """What a status that is no success means, where a registry has no better word for it."""
        return refusal(str(self.site), self.status, self.headers)


class Stream:
    """An answer whose body is still to come.

    :param start: where in the file the body begins.
    :param total: the whole file's size in bytes; None where the server does not say.
    """

    def __init__(self, site: Site, response: httpx.Response) -> None:
        self._site = site
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.start, self.total = _place(self.status, response.headers)

    def refused(self) -> RegistryUnavailable:
        """As ``Answer.refused``."""
        return refusal(str(self._site), self.status, self.headers)

    def chunks(self) -> Iterator[bytes]:
        """The body, as it was sent.

        :raises RegistryUnavailable: the connection breaks, or the server falls silent.
        """
        with self._site.asking():
            yield from self._response.iter_raw(_CHUNK_BYTES)


class Session:
    """Some requests to one server over the same connections; not for several threads at once."""

    def __init__(self, site: Site, client: httpx.Client) -> None:
        self._site = site
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
        """The whole answer to a GET, whatever its status.

        :param path: below the site's address, percent-encoded.
        :param headers: credentials among them reach no other host.
        :param timeout_s: for each wait for bytes; None takes the site's own.
        :param retries: after a passing failure; None takes the site's own number.
        :raises RegistryUnavailable: there is no answer, or it is longer than the limit.
        """
        wait_s = timeout_s or self._site.timeout_s
        tries = 1 + (self._site.retries if retries is None else retries)
        until = time.monotonic() + wait_s * PATIENCE_FACTOR
        with (
            self._site.asking(),
            self._sent(path, params, headers or {}, wait_s, tries) as response,
        ):
            if response.headers.get("content-encoding", "identity").lower() not in _ENCODINGS:
                raise self._site.unreadable()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > limit_bytes:
                    raise self._site.unavailable(
                        f"gave an answer of more than {human_bytes(limit_bytes)}."
                    )
                if time.monotonic() > until:
                    raise self._site.unavailable("did not come to the end of its answer.")
            return Answer(self._site, response.status_code, response.headers, bytes(body))

    @contextlib.contextmanager
    def stream(
        self,
        path: str,
        *,
        start: int = 0,
        headers: Mapping[str, str] | None = None,
        is_handed_on: bool = False,
    ) -> Iterator[Stream]:
        """The answer to a GET of a file, whatever its status, to be read piece by piece.

        :param start: the first byte wanted; the stream says where the server began.
        :param is_handed_on: the server leads to a signed address, perhaps one of its own, which
            would take our credentials for a second, contradicting signature.
        :raises RegistryUnavailable: there is no answer.
        """
        headers = dict(headers or {})
        if start:
            headers["Range"] = f"bytes={start}-"
        wait_s = max(self._site.timeout_s, DOWNLOAD_TIMEOUT_S)
        with contextlib.ExitStack() as stack:
            with self._site.asking():
                response = stack.enter_context(
                    self._sent(path, None, headers, wait_s, 1 + self._site.retries, is_handed_on)
                )
            yield Stream(self._site, response)

    @contextlib.contextmanager
    def _sent(
        self,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        wait_s: float,
        tries: int,
        is_handed_on: bool = False,
    ) -> Iterator[httpx.Response]:
        """The first answer that leads nowhere else; its body is not read yet."""
        url = f"{self._site.url}/{path.lstrip('/')}"
        for _ in range(1 + MAX_REDIRECTS):
            with self._tried(url, params, headers, wait_s, tries) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    yield response
                    return
            try:
                target = urljoin(url, location)
                if is_handed_on or not _may_know(url, target):
                    headers = {k: v for k, v in headers.items() if k.lower() in _FOR_ANYBODY}
            except ValueError:
                raise self._site.unreadable() from None
            url, params = target, None
        raise self._site.unavailable("leads from one address to the next, without an end.")

    @contextlib.contextmanager
    def _tried(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        wait_s: float,
        tries: int,
    ) -> Iterator[httpx.Response]:
        """One request, repeated where that may help.

        A server that lets us wait is not asked again: it may be busy with the first question.
        """
        import httpx

        timeout = httpx.Timeout(wait_s, connect=self._site.timeout_s)
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
            time.sleep(_PAUSE_S * (tries - left))


class Site:
    """A registry's server.

    :param name: the registry's, for messages.
    :param url: of http or https, without a password in it.
    :param timeout_s: for connecting, and for each wait for bytes.
    :param retries: after a passing failure.
    """

    def __init__(self, name: str, url: str, *, timeout_s: float = 10.0, retries: int = 1) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.retries = retries

    def __str__(self) -> str:
        return f"The registry {self.name!r} at {self.url}"

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Some requests over the same connections."""
        import httpx

        headers = {
            "User-Agent": f"jupyterlab-sregistry-globus/{__version__}",
            # Sizes and ranges are of the file itself.
            "Accept-Encoding": "identity",
        }
        with httpx.Client(verify=_trust(), headers=headers) as client:
            yield Session(self, client)

    def get(self, path: str, **options: Any) -> Answer:
        """One request alone; as ``Session.get``."""
        with self.session() as session:
            return session.get(path, **options)

    def unavailable(self, what: str) -> RegistryUnavailable:
        """The error that says what the server did."""
        return RegistryUnavailable(f"{self} {what} Try again later, or tell its administrator.")

    def unreadable(self) -> RegistryUnavailable:
        """The error for an answer that makes no sense."""
        return RegistryUnavailable(
            f"{self} gave an answer that cannot be read. Is this the address of such a registry?"
        )

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Turns what httpx raises into our words, and keeps what it logs to ourselves.

        Both may hold addresses that are signed, so its errors are not chained either.
        """
        import httpx

        try:
            with unlogged():
                yield
        except httpx.TimeoutException:
            raise self.unavailable("did not answer in time.") from None
        except httpx.ConnectError as error:
            raise RegistryUnreachable(
                f"{self} cannot be reached: {why_unreachable(error)}. See to its address and to "
                "this machine's network."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise self.unavailable("broke off its answer.") from None


@functools.lru_cache
def _trust() -> ssl.SSLContext:
    """Made once, because that takes longer than many a request."""
    import httpx

    return httpx.create_ssl_context()


def _may_know(url: str, target: str) -> bool:
    """Whether credentials for one address may go to another: the same, or that made safe."""
    one, other = urlsplit(url), urlsplit(target)
    ports = [_PORT_BY_SCHEME.get(parts.scheme) for parts in (one, other)]
    places = [
        (parts.hostname, parts.port or port)
        for parts, port in zip((one, other), ports, strict=True)
    ]
    if one.scheme == other.scheme:
        return places[0] == places[1]
    return places == [(one.hostname, 80), (one.hostname, 443)]


def _place(status: int, headers: Mapping[str, str]) -> tuple[int, int | None]:
    """Where in a file an answer's body begins, and how long the file is."""
    part = _PART.fullmatch(headers.get("content-range", "").strip())
    if status == 206 and part is not None:
        return int(part[1]), int(part[2]) if part[2] != "*" else None
    length = headers.get("content-length", "")
    return 0, int(length) if status == 200 and length.isdecimal() else None
