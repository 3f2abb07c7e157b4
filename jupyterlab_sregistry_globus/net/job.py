"""A piece of work in a thread that can be abandoned."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")

# Limits the requests that are being sent and the abandoned threads together. An abandoned thread
# ends when the system's resolver gives up.
MAX_HELPERS = 256

helpers = threading.BoundedSemaphore(MAX_HELPERS)


class Job(Generic[Result]):
    """A piece of work in a daemon thread."""

    def __init__(self, work: Callable[[], Result], dispose: Callable[[Result], None]) -> None:
        self.woken = threading.Event()
        self.done = threading.Event()
        self._work = work
        self._dispose = dispose
        self._outcome: list[Result] = []
        self._error: BaseException | None = None
        self._is_abandoned = False
        self._lock = threading.Lock()

    def start(self) -> None:
        context = contextvars.copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._run,), name="sregistry-globus-request", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            helpers.release()
            raise

    def _run(self) -> None:
        try:
            self._outcome.append(self._work())
        except BaseException as error:  # raised where the result is waited for
            self._error = error
        finally:
            helpers.release()
        with self._lock:
            self.done.set()
            is_late = self._is_abandoned
        self.woken.set()
        if is_late:
            self.drop()

    def abandon(self) -> bool:
        """Drop the result once there is one; return whether there was none yet."""
        with self._lock:
            self._is_abandoned = not self.done.is_set()
            return self._is_abandoned

    def drop(self) -> None:
        """Dispose of the result."""
        for result in self._outcome:
            with contextlib.suppress(Exception):
                self._dispose(result)

    def result(self) -> Result:
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # no cycle through the traceback
        return self._outcome[0]
