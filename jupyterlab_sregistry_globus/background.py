"""The polling loop of a server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

from .transfers import Transfers

# How often an idle server checks whether a kernel has sent something: while a page is open, and
# while none is.
IDLE_S = 2.0
AWAY_S = 30.0
# A page that is open and in view sends a request at least twice in this time.
PAGE_S = 70.0


class Background:
    """Follows transfers from a server's event loop, in its pool.

    :param log: the server's log.
    :param poll_min_s: seconds between two rounds while a transfer is unfinished, if below
        ``IDLE_S``.
    :param activity: returns a value that changes whenever a user or a kernel does something on the
        server. Costs no request to the system.
    """

    def __init__(
        self,
        transfers: Transfers,
        pool: Executor,
        *,
        log: logging.Logger,
        poll_min_s: float,
        activity: Callable[[], object],
    ) -> None:
        self._transfers = transfers
        self._pool = pool
        self._log = log
        self._poll_min_s = poll_min_s
        self._activity = activity
        self._activity_seen: object = None
        # A server is started because someone is about to open a page.
        self._page_until = time.monotonic() + PAGE_S
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

    def notice_page(self) -> None:
        """Keep in step with a page that has just sent a request; called on the event loop."""
        was_open = self._is_page_open
        self._page_until = time.monotonic() + PAGE_S
        if not was_open:
            self._wake.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        trouble = ""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause_s())
            self._wake.clear()
            if not self._has_reason():
                continue
            try:
                self._unfinished = await loop.run_in_executor(self._pool, self._transfers.step)
                trouble = ""
            except Exception as error:
                # The loop must outlive any single failure; the next round may succeed. A lasting
                # one, such as a damaged file, is logged once.
                if trouble != str(error):
                    self._log.exception("could not update transfers; retrying")
                trouble = str(error)

    @property
    def _is_page_open(self) -> bool:
        return time.monotonic() < self._page_until

    def _has_reason(self) -> bool:
        """Whether to take a step. Where nothing was ever sent, only who is active could send."""
        if self._unfinished or self._is_page_open or self._transfers.has_record:
            return True
        activity = self._activity()
        is_new, self._activity_seen = activity != self._activity_seen, activity
        return is_new

    def _pause_s(self) -> float:
        if self._unfinished:
            return min(IDLE_S, self._poll_min_s)
        return IDLE_S if self._is_page_open else AWAY_S
