"""Wait until a transfer ends, in a program without a server."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..models.transfers import Transfer

# Each pause is so much longer than the one before.
STRETCH = 1.3


def poll_to_end(
    refresh: Callable[[], Transfer],
    timeout_s: float | None,
    on_change: Callable[[Transfer], None],
    *,
    least_s: float,
    most_s: float,
) -> Transfer:
    """Poll a transfer until it has ended, and return it.

    :param refresh: asks Globus about it, and returns it.
    :param timeout_s: None waits without limit.
    :param on_change: called with the transfer at first, and whenever it has changed.
    :param least_s: seconds between the first two polls.
    :param most_s: the interval grows up to this.
    :raises TimeoutError: it has not ended in time.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    pause_s, before = least_s, None
    while True:
        transfer = refresh()
        if transfer != before:
            on_change(transfer)
        before = transfer
        if transfer.is_finished:
            return transfer
        if deadline is not None and time.monotonic() + pause_s > deadline:
            raise TimeoutError(
                f"{transfer.label} has not completed after {timeout_s} s. It continues in the "
                "background."
            )
        time.sleep(pause_s)
        pause_s = min(pause_s * STRETCH, most_s)
