"""A record of the requests, without secrets."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import msgspec

KEPT = 20_000
_SECRET = frozenset(
    {
        "access_token",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "refresh_token",
        "state",
        "token",
        "transaction",
    }
)


class Request(msgspec.Struct):
    """A request. The values of secret members are "***".

    :param service: auth, transfer, timers, pages or control.
    :param authorization: the scheme of the header, such as "Bearer"; None without one.
    :param identity: the caller; None if it is unknown.
    :param fault: the route pattern of the fault that affected it, or None.
    """

    time: float
    service: str
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    status: int
    request_id: str
    authorization: str | None
    identity: str | None
    client: str | None
    fault: str | None


class Record:
    """The latest requests, in their order. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Request] = deque(maxlen=KEPT)

    def add(self, request: Request) -> None:
        """Keep a request with its secrets masked. Control requests are left out."""
        if request.service == "control":
            return
        masked = msgspec.structs.replace(
            request,
            query={name: _masked_list(name, values) for name, values in request.query.items()},
            body=_masked(request.body),
        )
        with self._lock:
            self._requests.append(masked)

    def requests(self) -> list[Request]:
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "***" if name in _SECRET else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value


def _masked_list(name: str, values: list[str]) -> list[str]:
    return ["***"] * len(values) if name in _SECRET else values
