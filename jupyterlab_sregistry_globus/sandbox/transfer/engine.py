"""The background work: starting tasks, and ending them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..world import World
from . import lifecycle
from .model import Task
from .runner import Runner

ACTIVE_MOST = 3
ROUND_S = 0.2


class Engine:
    """Starts queued tasks, three per user at a time, and ends those that are due.

    :param throttle: bytes per second of each task; None for no limit.
    :param each_round: further work under the world's lock, a few times a second.
    """

    def __init__(self, world: World, throttle: int | None, each_round: Callable[[], None]) -> None:
        self._world = world
        self._throttle = throttle
        self._each_round = each_round
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._runners: dict[str, threading.Thread] = {}

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="sandbox-engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop every thread. Tasks stay as they are, and continue after the next start."""
        self._stopping.set()
        self._world.wake()
        for thread in [self._thread, *self._runners.values()]:
            if thread is not None:
                thread.join()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._world.wakened.clear()
            with self._world.change():
                self._round()
                self._each_round()
            self._world.wakened.wait(ROUND_S)

    def _round(self) -> None:
        running: dict[str, int] = {}
        self._runners = {
            name: runner for name, runner in self._runners.items() if runner.is_alive()
        }
        waiting: list[Task] = []
        for task in self._world.tasks.values():
            lifecycle.due(self._world, task)
            if task.completion_time is not None:
                continue
            if task.task_id in self._runners:
                running[task.owner_id] = running.get(task.owner_id, 0) + 1
            else:
                waiting.append(task)
        # Tasks that ran before a restart come first.
        for task in sorted(waiting, key=lambda task: (not task.is_started, task.request_time)):
            if running.get(task.owner_id, 0) < ACTIVE_MOST:
                running[task.owner_id] = running.get(task.owner_id, 0) + 1
                self._begin(task)

    def _begin(self, task: Task) -> None:
        lifecycle.start(self._world, task)
        runner = Runner(self._world, task, self._stopping, self._throttle)
        thread = threading.Thread(
            target=runner.run, name=f"sandbox-task-{task.task_id[:8]}", daemon=True
        )
        self._runners[task.task_id] = thread
        thread.start()
