"""Numbers and times in words, for messages."""

from __future__ import annotations

import math
import time


def human_bytes(count: int) -> str:
    """A size as people write it, in powers of 1000: ``24.1 MB``."""
    units = ["B", "kB", "MB", "GB", "TB"]
    size = float(count)
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    unit = units[0]
    # Halves go up, as in the front end; Python's own rounding takes them to the even digit.
    tenths = math.floor(size * 10 + 0.5) / 10
    if unit == "B" or tenths >= 100:
        return f"{math.floor(size + 0.5)} {unit}"
    return f"{tenths:.1f} {unit}"


def human_moment(moment: float) -> str:
    """A time by this machine's clock, from POSIX seconds: ``2026-05-01 14:30``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


def human_duration(seconds: float) -> str:
    """A span of time in its largest unit, rounded up: ``2 min``."""
    for unit_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds > unit_s:
            return f"{math.ceil(seconds / unit_s)} {unit}"
    return f"{max(1, math.ceil(seconds))} s"
