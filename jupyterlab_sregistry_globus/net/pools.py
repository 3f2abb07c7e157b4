"""Bounded pools of daemon threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_Work = tuple["Future[Any]", Callable[[], Any]]


class DaemonPool(Executor):
    """An executor that never delays the exit of the interpreter.

    ``ThreadPoolExecutor`` joins its threads there, and a thread that waits for a silent server
    would keep the program from ending.

    :param workers: at most so many threads, each started when it is first needed.
    """

    def __init__(self, workers: int, name: str = "sregistry-globus") -> None:
        self._workers = workers
        self._name = name
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._unfinished = 0
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._lock = threading.Lock()

    def submit(
        self,
        work: Callable[Parameters, Result],
        /,
        *arguments: Parameters.args,
        **options: Parameters.kwargs,
    ) -> Future[Result]:
        """Give the work to the next free thread.

        :raises RuntimeError: the pool is closed.
        """
        future: Future[Result] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the pool is closed")
            self._queue.put((future, lambda: work(*arguments, **options)))
            self._unfinished += 1
            if len(self._threads) < min(self._workers, self._unfinished):
                self._start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more work. Threads end when they have done theirs."""
        with self._lock:
            self._is_closed = True
            threads = list(self._threads)
            if cancel_futures:
                self._cancel_waiting()
            for _ in threads:
                self._queue.put(None)
        if wait:
            for thread in threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        while True:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                item[0].cancel()

    def _start(self) -> None:
        thread = threading.Thread(
            target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            if item is None:
                return
            self._do(*item)
            del item

    def _do(self, future: Future[Any], work: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            self._finish()
            return
        try:
            result = work()
        except BaseException as error:  # raised again where the result is read
            self._finish()
            future.set_exception(error)
            del future
        else:
            self._finish()
            future.set_result(result)

    def _finish(self) -> None:
        """Count the work as finished, before its caller knows and gives more."""
        with self._lock:
            self._unfinished -= 1


class Pools:
    """The threads of one program, separated by what they wait for, so that it stops no others.

    :param workers: the largest number of threads in each pool.
    """

    def __init__(self, workers: int) -> None:
        # For routes, and for requests to Globus.
        self.globus = DaemonPool(workers, "sregistry-globus-globus")
        # For routes that may send requests to registries, such as plans.
        self.lookups = DaemonPool(workers, "sregistry-globus-lookups")
        # For listings, downloads and digests, which may take long.
        self.registries = DaemonPool(workers, "sregistry-globus-registries")

    def close(self, *, wait: bool = False) -> None:
        """Accept no more work, and drop what has not begun.

        :param wait: wait for the work that has begun.
        """
        for pool in (self.globus, self.lookups, self.registries):
            pool.shutdown(wait=wait, cancel_futures=True)
