"""A clock that tests can move."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Wall-clock time plus an offset.

    :param offset_s: seconds to add to the wall clock.
    """

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s

    def now(self) -> float:
        """Return the sandbox's time, in seconds since the epoch."""
        return time.time() + self.offset_s

    def advance(self, seconds: float) -> None:
        self.offset_s += seconds


def iso(seconds: float) -> str:
    """Format as 2021-09-02T18:04:47+00:00, as in tasks and timers."""
    return _utc(seconds).isoformat(timespec="seconds")


def iso_micro(seconds: float) -> str:
    """Format as 2022-09-21T17:10:14.270581+00:00, as in consents."""
    return _utc(seconds).isoformat(timespec="microseconds")


def spaced(seconds: float) -> str:
    """Format as 2021-01-15 01:45:50+00:00, as in directory listings."""
    return _utc(seconds).isoformat(sep=" ", timespec="seconds")


def parse(text: str) -> float:
    """Parse an ISO 8601 time to seconds since the epoch; UTC if it has no zone.

    :raises ValueError: the text is not an ISO 8601 time.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=timezone.utc)
