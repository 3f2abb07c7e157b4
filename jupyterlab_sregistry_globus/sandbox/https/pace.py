"""The speed of one file's content."""

from __future__ import annotations

import asyncio
import time

# Shorter waits than this cost more than they slow down.
_LEAST_S = 0.005


class Pace:
    """Slows a transfer down to a rate.

    :param bytes_per_second: None for no limit.
    """

    def __init__(self, bytes_per_second: int | None) -> None:
        self._rate = bytes_per_second
        self._begun: float | None = None

    async def wait(self, moved: int) -> None:
        """Wait until this many bytes are due."""
        if self._rate is None:
            return
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
        ahead_s = self._begun + moved / self._rate - now
        if ahead_s > _LEAST_S:
            await asyncio.sleep(ahead_s)
