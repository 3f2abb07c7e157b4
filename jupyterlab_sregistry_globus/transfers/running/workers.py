"""Run the parts of transfers that take long in this program, a few at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor

from ...net.deadline import CancelGroup


class Workers:
    """Works on tasks in a few threads of a pool; further tasks wait.

    :param work: called in a thread with a transfer's id, a task's key, and the group that ends its
        requests. It must not raise.
    :param finish: called afterwards, when requests can be made even if that group has ended.
    :param at_once: how many threads it may take.
    """

    def __init__(
        self,
        pool: Executor,
        work: Callable[[str, str, CancelGroup], None],
        finish: Callable[[str, str], None],
        *,
        at_once: int,
    ) -> None:
        self._pool = pool
        self._work = work
        self._finish = finish
        self._at_once = at_once
        self._running: dict[str, tuple[str, CancelGroup]] = {}
        self._waiting: dict[str, str] = {}
        self._lock = threading.Lock()
        self.is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a task is worked on."""
        return bool(self._running)

    def add(self, transfer_id: str, key: str) -> None:
        """Work on a task, now or after others. Does nothing if it is worked on already."""
        with self._lock:
            if key not in self._running:
                self._waiting.setdefault(key, transfer_id)
        self._begin()

    def interrupt(self, transfer_id: str) -> None:
        """End the requests of a transfer, however silent the other side is."""
        with self._lock:
            groups = [group for running, group in self._running.values() if running == transfer_id]
        for group in groups:
            group.cancel()

    def close(self) -> None:
        """End all work at once; a later start continues it."""
        self.is_closed = True
        with self._lock:
            groups = [group for _, group in self._running.values()]
        for group in groups:
            group.cancel()

    def _begin(self) -> None:
        with self._lock:
            while self._waiting and len(self._running) < self._at_once and not self.is_closed:
                key = next(iter(self._waiting))
                transfer_id = self._waiting.pop(key)
                group = CancelGroup()
                self._running[key] = (transfer_id, group)
                self._pool.submit(self._run, transfer_id, key, group)

    def _run(self, transfer_id: str, key: str, group: CancelGroup) -> None:
        try:
            with group.entered():
                self._work(transfer_id, key, group)
            if not self.is_closed:
                self._finish(transfer_id, key)
        finally:
            with self._lock:
                del self._running[key]
            with contextlib.suppress(RuntimeError):  # the pool may be closed by now
                self._begin()
