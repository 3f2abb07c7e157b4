"""Numbers and times in words, for messages."""

from __future__ import annotations

import time


def human_bytes(count: int) -> str:
    """A size as people write it, in powers of 1000: ``24.1 MB``."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def human_moment(moment: float) -> str:
    """A time by this machine's clock, from POSIX seconds: ``2026-05-01 14:30``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
