"""Faults: what fails on request, where and how often, as data."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """A fault of HTTP requests.

    :param route: "METHOD /path" with shell wildcards; `*` alone matches everything.
    :param count: how many requests it affects; None for all until it is cleared.
    :param skip: how many matching requests pass before the first one that it affects.
    :param query: only requests whose query has these values.
    :param status: answer with this HTTP status; None keeps the real answer.
    :param code: the service's error code; None for one that suits the status.
    :param body: answer with this JSON instead of an error in the service's shape.
    :param headers: further headers, such as Retry-After.
    :param delay_s: how long to wait first; with `after`, between the work and the answer.
    :param drop: close the connection without an answer.
    :param half_body: close it after half of the answer.
    :param broken_json: answer with malformed JSON.
    :param endless: never finish the answer: ``headers`` sends one header slowly, ``body`` a body.
    :param after: do the work first, so that only the answer is lost.
    :param html: answer with this page, and none of the service's headers, as a proxy does.
    :param at_bytes: of a file's content over HTTPS: `status`, `drop` and `stall` take effect when
        this much of it has passed.
    :param stall: stop there, until the faults are replaced or cleared.
    :param vanish: with `drop`, nothing reaches the collection from then on, over HTTPS or by
        Transfer, until its `unreachable` is set to False.
    :param bytes_per_second: the speed of a file's content over HTTPS.
    :param ignore_range: answer a request for a part of a file with the whole.
    :param changes_file: change the file's content and time, but not its size, before it is read.
    """

    route: str
    count: int | None = None
    skip: int = 0
    query: dict[str, str] = {}
    status: int | None = None
    code: str | None = None
    message: str = "A fault that a test requested from the sandbox"
    body: Any = None
    headers: dict[str, str] = {}
    delay_s: float = 0.0
    drop: bool = False
    half_body: bool = False
    broken_json: bool = False
    endless: Literal["headers", "body"] | None = None
    after: bool = False
    html: str | None = None
    at_bytes: int = 0
    stall: bool = False
    vanish: bool = False
    bytes_per_second: int | None = None
    ignore_range: bool = False
    changes_file: bool = False

    @property
    def only_delays(self) -> bool:
        """Whether the real answer follows."""
        return not self.replaces_answer and not self.after

    @property
    def replaces_answer(self) -> bool:
        """Whether something else is sent than the real answer."""
        has_body = self.body is not None or self.html is not None
        return bool(self.status or self.drop or self.endless or has_body)

    @property
    def breaks_connection(self) -> bool:
        return self.drop or self.half_body or self.endless is not None

    def matches(self, method: str, path: str, query: Mapping[str, list[str]]) -> bool:
        if not fnmatch.fnmatchcase(f"{method} {path}", self.route) and self.route != "*":
            return False
        return all(value in query.get(name, []) for name, value in self.query.items())


class Faults:
    """The current faults. Thread-safe, and not kept over a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def replace(self, faults: Sequence[Fault]) -> None:
        """Replace all faults."""
        with self._lock:
            self._faults = list(faults)

    def current(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def take(self, method: str, path: str, query: Mapping[str, list[str]]) -> Fault | None:
        """Return the fault that affects this request, counted down; or None."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, path, query):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.count == 0:
                    continue
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None
