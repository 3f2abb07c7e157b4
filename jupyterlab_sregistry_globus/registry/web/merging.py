"""One request for callers that ask for the same thing at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from ...errors import RequestStopped

Result = TypeVar("Result")


class Merging:
    """Asks for each thing once at a time; callers that come meanwhile share the answer."""

    def __init__(self) -> None:
        self._running: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def run(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Do the work, or wait for another thread that is doing it for the same key.

        A thread whose leader failed does the work itself if the failure was the leader's own, such
        as a download that its user canceled.

        :param key: equal for equal work.
        """
        while True:
            with self._lock:
                running = self._running.get(key)
                if running is None:
                    running = self._running[key] = Future()
                    break
            try:
                result: Result = running.result()
            except LeaderStopped:
                continue
            return result
        try:
            result = work()
        except BaseException as error:
            self._end(key)
            # Also Ctrl+C in a terminal stops only the thread that it reaches.
            is_own = isinstance(error, RequestStopped) or not isinstance(error, Exception)
            running.set_exception(LeaderStopped() if is_own else error)
            raise
        self._end(key)
        running.set_result(result)
        return result

    def _end(self, key: Hashable) -> None:
        with self._lock:
            del self._running[key]


class LeaderStopped(Exception):
    """The thread that did the work was stopped."""
