"""Times as registries write them."""

from __future__ import annotations

import re
from datetime import datetime

_FRACTION = re.compile(r"\.\d+")


def moment(text: object) -> float | None:
    """POSIX seconds of an ISO time with an offset or Z; None where it is none, or not recorded."""
    if not isinstance(text, str):
        return None
    try:
        # Python 3.10 reads no Z, and no digits beyond the sixth.
        when = datetime.fromisoformat(_FRACTION.sub("", text).replace("Z", "+00:00"))
        seconds = when.timestamp()
    except (ValueError, OverflowError):
        return None
    # The year 1 is Go's way to say that there is none.
    return seconds if when.tzinfo is not None and seconds > 0 else None
