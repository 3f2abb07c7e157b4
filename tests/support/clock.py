"""A clock that tests move, in place of a module's ``time``."""

from __future__ import annotations

import time as real
from typing import Any


class Clock:
    """Stands in for the module ``time``; only the wall clock is moved."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def time(self) -> float:
        return real.time() + self._ahead_s

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(real, name)
