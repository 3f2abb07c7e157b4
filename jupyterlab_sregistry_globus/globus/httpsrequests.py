"""Requests to a collection's HTTPS server: bounded in time, with a token for it alone."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..config import SRegistryGlobus
from ..errors import (
    ConsentRequired,
    EndpointFailed,
    GlobusUnavailable,
    NotConnected,
    SettingWrong,
)
from ..models.actions import LoginAction
from ..models.endpoints import Endpoint
from ..net.deadline import Deadline, DeadlineExceeded, RequestCanceled
from ..net.environment import explained, faults
from ..net.trust import advice
from .clients import Clients
from .credentials import Credentials
from .httpsaddresses import file_address
from .httpsrefusals import refusal
from .scopes import https_scopes

if TYPE_CHECKING:
    import httpx

CONNECT_S = 30.0
# The slowest accepted link takes this many bytes in that time.
RATE_BYTES = 1024 * 1024
RATE_SPAN_S = 120.0
BODY_BYTES = 64 * 1024


class HttpsRequests:
    """Sends requests as the connected user.

    Every request is sent once, and follows no redirect: the token goes only to the collection's
    own server.
    """

    def __init__(
        self, settings: SRegistryGlobus, clients: Clients, credentials: Credentials
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._credentials = credentials

    def check(self, endpoint: Endpoint) -> None:
        """Refuse an endpoint that can't be used over HTTPS now. Makes no request to it.

        :raises EndpointNotUsable: it does not offer HTTPS.
        :raises ConsentRequired: no token for it is stored; carries the login to offer.
        """
        self._url(endpoint, "/")
        self._token(endpoint)

    def deadline(self) -> Deadline:
        """Return the deadline of a new request, up to the beginning of its answer."""
        return Deadline(CONNECT_S + self._settings.upstream_timeout_s)

    def _url(self, endpoint: Endpoint, path: str) -> str:
        return file_address(endpoint, path, is_sandbox=self._settings.is_sandbox)

    def _token(self, endpoint: Endpoint) -> str:
        try:
            return self._credentials.access_token(endpoint.id, self._clients.app())
        except NotConnected:
            if not self._credentials.is_connected:
                raise
        raise _consent(endpoint)

    @contextlib.contextmanager
    def answer(
        self,
        method: str,
        endpoint: Endpoint,
        path: str,
        deadline: Deadline,
        *,
        body: Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        """Send a request, and yield an answer of success.

        A token that is refused is replaced, and the request repeated once, unless it had a body.
        """
        url, token = self._url(endpoint, path), self._token(endpoint)
        with _client(self._settings.ca_bundle) as client:
            for is_last in (body is not None, True):
                request = client.build_request(
                    method,
                    url,
                    content=body,
                    headers={
                        "Authorization": f"Bearer {token}",
                        "Accept-Encoding": "identity",
                        "X-Requested-With": "XMLHttpRequest",
                        **(headers or {}),
                    },
                )
                with contextlib.closing(_sent(client, request, endpoint, deadline)) as response:
                    if response.is_success:
                        yield response
                        return
                    text = _text(response, endpoint, deadline)
                    if response.status_code == 401:
                        token = self._credentials.refresh(endpoint.id, token, self._clients.app())
                        if not is_last:
                            continue
                    raise refusal(endpoint, response.status_code, response.headers, text)


def received(response: httpx.Response, endpoint: Endpoint, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body of an answer, in chunks; the clock stops while a chunk is used.

    :raises EndpointFailed: it is slower than the minimum rate, or breaks off.
    """
    expected, count, due = response.headers.get("content-length", ""), 0, RATE_BYTES
    deadline.renew(RATE_SPAN_S)
    with translating(endpoint, deadline):
        for chunk in response.iter_raw():
            due -= len(chunk)
            if due <= 0:
                due = RATE_BYTES
                deadline.renew(RATE_SPAN_S)
            deadline.pause()
            count += len(chunk)
            yield chunk
            deadline.resume()
    if expected.isdecimal() and int(expected) != count:
        raise EndpointFailed(f"{endpoint.display_name} closed the connection early.")


def _client(ca_bundle: str) -> httpx.Client:
    """Return a client that uses the proxies and certificates of the environment.

    :raises SettingWrong: the file of certificates can't be used.
    :raises GlobusUnavailable: environment variables are wrong.
    """
    import httpx

    from ..net.trust import BundleUnusable, httpx_context

    try:
        return httpx.Client(
            verify=httpx_context(ca_bundle),
            timeout=httpx.Timeout(None, connect=CONNECT_S),
            follow_redirects=False,
        )
    except BundleUnusable as error:
        raise SettingWrong(str(error)) from error
    except Exception as error:  # httpx raises many kinds for wrong variables
        raise GlobusUnavailable(explained(error)) from error


def _consent(endpoint: Endpoint) -> ConsentRequired:
    scopes = https_scopes(endpoint.id, is_mapped=_is_mapped(endpoint))
    return ConsentRequired(
        f"Access to {endpoint.display_name} over HTTPS requires your consent.",
        action=LoginAction(required_scopes=scopes),
    )


def _is_mapped(endpoint: Endpoint) -> bool:
    return endpoint.entity_type == "GCSv5_mapped_collection" and not endpoint.is_high_assurance


def _sent(
    client: httpx.Client, request: httpx.Request, endpoint: Endpoint, deadline: Deadline
) -> httpx.Response:
    """Send a request, in a thread of its own that can be abandoned."""
    request.extensions["trace"] = functools.partial(_watch, deadline)
    # Requests that the body makes belong to the same group.
    context = contextvars.copy_context()
    with translating(endpoint, deadline):
        return deadline.run(
            lambda: context.run(client.send, request, stream=True), lambda late: late.close()
        )


def _watch(deadline: Deadline, event: str, info: dict[str, Any]) -> None:
    if event.endswith("connect_tcp.complete"):
        deadline.watch(info["return_value"].get_extra_info("socket"))


@contextlib.contextmanager
def translating(endpoint: Endpoint, deadline: Deadline) -> Iterator[None]:
    """Raise our errors in place of httpx's."""
    import httpx

    try:
        try:
            yield
        except (httpx.HTTPError, httpx.StreamError):
            deadline.check()
            raise
    except DeadlineExceeded:
        raise EndpointFailed(
            f"{endpoint.display_name} did not take or send the file in time."
        ) from None
    except RequestCanceled:
        raise EndpointFailed("The request was canceled.") from None
    except (httpx.ConnectError, httpx.ProxyError) as error:
        what_to_do = faults() or advice(error) or f"Check the network and its proxy ({error})."
        raise EndpointFailed(
            f"{endpoint.display_name} cannot be reached over HTTPS. {what_to_do}"
        ) from None
    except (httpx.HTTPError, httpx.StreamError):
        raise EndpointFailed(f"The connection to {endpoint.display_name} broke off.") from None


def _text(response: httpx.Response, endpoint: Endpoint, deadline: Deadline) -> str:
    """Return the beginning of a refusal's body."""
    body = b""
    with translating(endpoint, deadline):
        deadline.renew(CONNECT_S)
        for chunk in response.iter_raw():
            body += chunk
            if len(body) >= BODY_BYTES:
                break
    return body[:BODY_BYTES].decode(errors="replace")
