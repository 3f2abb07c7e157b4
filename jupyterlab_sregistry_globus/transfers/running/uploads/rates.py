"""How fast earlier uploads were, for estimates."""

from __future__ import annotations

from ...outbox import Outbox
from .record import uploads

# How many of the latest transfers are looked at.
LOOKED_AT = 50


def last_rate(outbox: Outbox, endpoint_id: str) -> float | None:
    """Return the bytes per second of the last upload to an endpoint; None if there was none."""
    for transfer in outbox.page(offset=0, limit=LOOKED_AT).transfers:
        for task in uploads(transfer):
            if task.destination_endpoint_id != endpoint_id:
                continue
            for image in task.images:
                for attempt in image.attempts:
                    seconds = (attempt.completed_at or 0.0) - attempt.started_at
                    if attempt.is_complete and attempt.bytes_transferred and seconds > 0:
                        return attempt.bytes_transferred / seconds
    return None
