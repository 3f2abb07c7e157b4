"""The polling loop of a server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from concurrent.futures import Executor

from .transfers import Transfers

# How often an idle server checks whether a kernel has sent something.
IDLE_S = 2.0


class Background:
    """Follows transfers from a server's event loop, in its pool.

    :param log: the server's log.
    :param poll_min_s: seconds between two rounds while a transfer is unfinished, if below
        ``IDLE_S``.
    """

    def __init__(
        self, transfers: Transfers, pool: Executor, *, log: logging.Logger, poll_min_s: float
    ) -> None:
        self._transfers = transfers
        self._pool = pool
        self._log = log
        self._poll_min_s = poll_min_s
        self._unfinished = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the loop; what is unfinished continues at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """Follow a transfer that this server has just started; called on the event loop."""
        if not self._unfinished:
            self._unfinished = 1
            self._wake.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        trouble = ""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause_s())
            self._wake.clear()
            try:
                self._unfinished = await loop.run_in_executor(self._pool, self._transfers.step)
                trouble = ""
            except Exception as error:
                # The loop must outlive any single failure; the next round may succeed. A lasting
                # one, such as a damaged file, is logged once.
                if trouble != str(error):
                    self._log.exception("could not update transfers; retrying")
                trouble = str(error)

    def _pause_s(self) -> float:
        return min(IDLE_S, self._poll_min_s) if self._unfinished else IDLE_S
