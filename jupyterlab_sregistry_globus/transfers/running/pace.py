"""How often a transfer is polled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pace:
    """When a transfer is polled next: often at first, rarely once it has been running for long.

    :param interval_s: seconds between this poll and the next.
    :param next_at: on the monotonic clock, in seconds.
    """

    interval_s: float
    next_at: float = 0.0
