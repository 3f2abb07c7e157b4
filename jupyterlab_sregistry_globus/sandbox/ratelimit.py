"""A limit on the requests per second of each token."""

from __future__ import annotations

import threading
import time
from collections import deque

from .errors import Refused


class RateLimit:
    """Counts the requests of each caller, by the wall clock. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = {}

    def check(self, caller: str, per_second: float) -> None:
        """Let a request pass, or refuse it.

        :param who: any text that identifies the caller.
        :raises Refused: 429 with a Retry-After of whole seconds.
        """
        now = time.monotonic()
        with self._lock:
            times = self._seen.setdefault(caller, deque())
            while times and now - times[0] > 1.0:
                times.popleft()
            if len(times) >= per_second:
                raise Refused(
                    429,
                    "TooManyRequests",
                    "Too many requests; try again later",
                    headers={"Retry-After": "1"},
                )
            times.append(now)
