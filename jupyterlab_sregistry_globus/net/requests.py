"""Deadlines for ``requests``, which globus-sdk uses.

``requests`` still handles proxies, NO_PROXY and SOCKS. Only the classes of its connections are
replaced, by subclasses that let the deadline watch their sockets.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import math
import socket
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ..units import human_bytes
from .deadline import Deadline, DeadlineExceeded, RequestCanceled
from .trust import requests_context

MAX_ANSWER_BYTES = 128 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024

_current: contextvars.ContextVar[Deadline | None] = contextvars.ContextVar("deadline", default=None)


class DeadlineTimeout(requests.Timeout):
    """The deadline of the request has passed, so it must not be repeated."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Limit the requests that this thread sends in the meantime, also by any outer deadline.

    :param seconds: for all requests together, from now on.
    """
    outer = _current.get()
    with Deadline(seconds if outer is None else min(seconds, outer.remaining_s)) as deadline:
        token = _current.set(deadline)
        try:
            yield deadline
        finally:
            _current.reset(token)


def remaining_s() -> float:
    """Return the seconds that ``within`` leaves; infinite outside of it."""
    deadline = _current.get()
    return math.inf if deadline is None else deadline.remaining_s


class BoundedSession(requests.Session):
    """A session with a deadline for each request, including its redirects.

    :param seconds: for a request, from the name lookup to the end of the answer. A streamed answer
        is limited by a ``within`` of its caller.
    """

    def __init__(self, seconds: float, ca_bundle: str = "") -> None:
        super().__init__()
        self._seconds = seconds
        self.mount("https://", BoundedAdapter(ca_bundle))
        self.mount("http://", BoundedAdapter())

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        # Called again for each redirect, which shares the deadline of the first call.
        with within(self._seconds):
            return super().send(request, **options)


class BoundedAdapter(HTTPAdapter):
    """An adapter whose requests end with the deadline of ``within``, with bounded answers.

    :param ca_bundle: a file of certificates to trust beside the usual ones.
    """

    def __init__(self, ca_bundle: str = "") -> None:
        self._ca_bundle = ca_bundle
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        _watch_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        _watch_pools(manager)
        self._trust(manager)
        return manager

    def _trust(self, manager: Any) -> None:
        # Made with the first request: a session that stays with http reads no certificates.
        manager.connection_pool_kw["ssl_context"] = requests_context(self._ca_bundle)

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, stream: bool = False, **options: Any
    ) -> requests.Response:
        if str(request.url).startswith("https:"):
            self._trust(self.poolmanager)
        deadline = _current.get()
        if deadline is None:
            return super().send(request, stream, **options)
        try:
            send = functools.partial(super().send, request, stream, **options)
            response = deadline.run(send, requests.Response.close)
            if not stream:
                _read(response, deadline)
        except DeadlineExceeded as error:
            raise DeadlineTimeout(str(error), request=request) from None
        except RequestCanceled as error:
            raise requests.ConnectionError(str(error), request=request) from None
        return response


def _read(response: requests.Response, deadline: Deadline) -> None:
    """Read the body, as ``requests`` would, but with a limit."""
    body = bytearray()
    try:
        for chunk in response.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise requests.ConnectionError(
                    f"the response is larger than {human_bytes(MAX_ANSWER_BYTES)}",
                    request=response.request,
                )
            deadline.check()
    except requests.RequestException:
        deadline.check()
        raise
    finally:
        response.close()
    deadline.check()
    # The property ``content`` would have set these.
    response._content = bytes(body)
    response._content_consumed = True


class _Watched:
    """A connection of urllib3 whose socket the deadline of its request can shut down."""

    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        _watch(sock)
        return sock

    def request(self, *arguments: Any, **options: Any) -> None:
        if self.sock is not None:  # kept alive after an earlier request
            _watch(self.sock)
        super().request(*arguments, **options)  # type: ignore[misc]


def _watch(sock: socket.socket) -> None:
    deadline = _current.get()
    if deadline is not None:
        try:
            deadline.watch(sock)
        except BaseException:
            sock.close()
            raise


def _watch_pools(manager: Any) -> None:
    manager.pool_classes_by_scheme = {
        scheme: _watched_pool(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }


@functools.cache
def _watched_pool(pool: Any) -> Any:
    if issubclass(pool.ConnectionCls, _Watched):
        return pool
    connection = type(f"Watched{pool.ConnectionCls.__name__}", (_Watched, pool.ConnectionCls), {})
    return type(f"Watched{pool.__name__}", (pool,), {"ConnectionCls": connection})
