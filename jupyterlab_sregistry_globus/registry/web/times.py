"""Times as registry servers write them."""

from __future__ import annotations

import email.utils
import re
from datetime import datetime, timezone

_FRACTION = re.compile(r"\.\d+")


def parse_time(text: object) -> float | None:
    """Read an ISO time with an offset or Z as POSIX seconds; None if it is invalid or missing."""
    if not isinstance(text, str):
        return None
    try:
        # Python 3.10 reads neither Z nor more than six digits of a fraction.
        when = datetime.fromisoformat(_FRACTION.sub("", text).replace("Z", "+00:00"))
        seconds = when.timestamp()
    except (ValueError, OverflowError):
        return None
    # Go writes a missing time as the year 1.
    return seconds if when.tzinfo is not None and seconds > 0 else None


def parse_http_date(text: str) -> datetime | None:
    """Return the moment of a ``Date`` header in UTC; None if it is malformed."""
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(timezone.utc)
    except (ValueError, TypeError, OverflowError):
        return None
