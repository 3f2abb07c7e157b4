"""A deadline for a whole request, whatever the server does.

The timeouts of HTTP libraries limit a single wait for bytes, and do not limit name lookups. A
server that sends a byte now and then (slow headers, endless 1xx answers, chunk extensions,
trailers) would occupy a thread forever. So a watchdog shuts down the sockets of a request whose
deadline has passed, which ends any read. Name lookups and connecting cannot be ended that way, so
they run in a thread that can be abandoned.
"""

from __future__ import annotations

import contextlib
import contextvars
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from .job import Job, helpers

Result = TypeVar("Result")

# How long an ended request may take to notice, before its thread is abandoned.
GRACE_S = 0.2
_group: contextvars.ContextVar[CancelGroup | None] = contextvars.ContextVar("group", default=None)


class DeadlineExceeded(TimeoutError):
    """The request's deadline has passed."""


class RequestCanceled(Exception):
    """The request was canceled by ``Deadline.cancel`` or by its ``CancelGroup``."""


class Deadline:
    """Limits how long a request takes, from the name lookup to the end of the answer.

    Use it as a context manager, and watch every socket that the request uses.

    :param seconds: from now on.
    """

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self._left_s: float | None = None
        self._error: type[Exception] | None = None
        self._sockets: list[socket.socket] = []
        self._jobs: list[Job[Any]] = []
        self._lock = threading.Lock()
        self._group = _group.get()

    def __enter__(self) -> Deadline:
        if self._group is not None:
            self._group.add(self)
        _watchdog.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _watchdog.discard(self)
        if self._group is not None:
            self._group.discard(self)
        with self._lock:
            sockets, self._sockets = self._sockets, []
        for duplicate in sockets:
            duplicate.close()

    @property
    def remaining_s(self) -> float:
        """Return the seconds that are left; never below zero."""
        if self._left_s is not None:
            return self._left_s
        return max(0.0, self.ends_at - time.monotonic())

    def check(self) -> None:
        """Raise if the request must end.

        Call it after each read, before using what was read: once the watchdog has acted, a read
        looks as if the server had closed the connection.

        :raises DeadlineExceeded: the deadline has passed.
        :raises RequestCanceled: the request was canceled.
        """
        if self._error is None and self._left_s is None and time.monotonic() >= self.ends_at:
            self.end(DeadlineExceeded)
        if self._error is not None:
            raise self._error("The request was stopped early.")

    def renew(self, seconds: float) -> None:
        """Begin a new phase, with its own number of seconds from now on.

        :raises DeadlineExceeded: the deadline of the present phase has passed.
        """
        self.check()
        self._left_s = None
        self.ends_at = time.monotonic() + seconds
        _watchdog.notice(self)

    def pause(self) -> None:
        """Stop the clock, because the server is not the one that takes the time."""
        self._left_s = self.remaining_s
        self.ends_at = math.inf

    def resume(self) -> None:
        """Restart the clock after ``pause``."""
        if self._left_s is not None:
            self.ends_at = time.monotonic() + self._left_s
            self._left_s = None
            _watchdog.notice(self)

    def watch(self, sock: socket.socket) -> None:
        """Shut the socket down when the request must end.

        TLS moves a socket to another object, so this keeps a duplicate.

        :raises DeadlineExceeded: the request must end now.
        """
        with self._lock:
            if self._error is None and sock.fileno() >= 0:
                self._sockets.append(socket.socket(fileno=os.dup(sock.fileno())))
                return
        _shut_down(sock)
        self.check()

    def cancel(self) -> None:
        """End the request, from any thread. Its caller gets ``RequestCanceled``."""
        self.end(RequestCanceled)

    def end(self, error: type[Exception]) -> None:
        """End the request now, for a reason."""
        with self._lock:
            if self._error is not None:
                return
            self._error = error
            for duplicate in self._sockets:
                _shut_down(duplicate)
            jobs = list(self._jobs)
        for job in jobs:
            job.woken.set()

    def run(self, work: Callable[[], Result], dispose: Callable[[Result], None]) -> Result:
        """Run work in a thread of its own, which is abandoned when the request must end.

        :param dispose: called with a result that is too late.
        :raises DeadlineExceeded: the deadline passed before the work was done.
        :raises RequestCanceled: the request was canceled.
        """
        self.check()
        if not helpers.acquire(timeout=min(self.remaining_s, threading.TIMEOUT_MAX)):
            self.end(DeadlineExceeded)
            self.check()
        job = Job(work, dispose)
        with self._lock:
            self._jobs.append(job)
            if self._error is not None:
                job.woken.set()
        job.start()
        try:
            job.woken.wait()
        except BaseException:
            # Such as Ctrl+C in a terminal or a notebook.
            self.cancel()
            job.abandon()
            raise
        finally:
            with self._lock:
                self._jobs.remove(job)
        if not job.done.wait(GRACE_S) and job.abandon():
            self.check()
        if self._error is not None:
            job.drop()
            self.check()
        return job.result()


class CancelGroup:
    """The requests of one piece of work, such as a download, which are canceled together."""

    def __init__(self) -> None:
        self._deadlines: set[Deadline] = set()
        self._is_canceled = False
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Add the deadlines that this thread creates in the meantime."""
        token = _group.set(self)
        try:
            yield
        finally:
            _group.reset(token)

    @property
    def is_canceled(self) -> bool:
        return self._is_canceled

    def cancel(self) -> None:
        """End every request of the group, now and later."""
        with self._lock:
            self._is_canceled = True
            deadlines = list(self._deadlines)
        for deadline in deadlines:
            deadline.cancel()

    def add(self, deadline: Deadline) -> None:
        """Add a deadline whose request begins."""
        with self._lock:
            self._deadlines.add(deadline)
            is_canceled = self._is_canceled
        if is_canceled:
            deadline.cancel()

    def discard(self, deadline: Deadline) -> None:
        """Remove a deadline whose request has ended."""
        with self._lock:
            self._deadlines.discard(deadline)


class _Watchdog:
    """One daemon thread that ends the requests whose deadline has passed."""

    def __init__(self) -> None:
        self._deadlines: set[Deadline] = set()
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    def add(self, deadline: Deadline) -> None:
        with self._changed:
            self._deadlines.add(deadline)
            # A fork has no threads but the one that forked.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="sregistry-globus-watchdog", daemon=True
                )
                self._thread.start()
        self.notice(deadline)

    def discard(self, deadline: Deadline) -> None:
        with self._changed:
            self._deadlines.discard(deadline)

    def notice(self, deadline: Deadline) -> None:
        """Wake the watchdog if this deadline is now the first to pass."""
        with self._changed:
            if deadline.ends_at < self._wakes_at:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            now = time.monotonic()
            with self._changed:
                due = [deadline for deadline in self._deadlines if deadline.ends_at <= now]
                self._deadlines.difference_update(due)
            for deadline in due:
                deadline.end(DeadlineExceeded)
            del due
            with self._changed:
                self._wakes_at = min(
                    (deadline.ends_at for deadline in self._deadlines), default=math.inf
                )
                wait_s = self._wakes_at - time.monotonic()
                if wait_s > 0:
                    self._changed.wait(min(wait_s, threading.TIMEOUT_MAX))
                self._wakes_at = -math.inf  # awake: nothing needs to wake it


_watchdog = _Watchdog()


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
