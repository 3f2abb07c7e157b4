"""What arrived, and the proof."""

from __future__ import annotations

from collections.abc import Iterable

from ..globus.tasks import Arrived
from ..models.sends import Arrival, SendTask

UNVERIFIED = "An endpoint computes no SHA-256; Globus compared checksums of another kind."


def arrivals(task: SendTask, moved: Iterable[Arrived]) -> tuple[Arrival, ...]:
    """The task's images that are at the destination, against the digests that were asked for.

    Globus lists what it moved; on a task that succeeded, an image it did not move was skipped,
    because what was there compared equal. What had arrived by an earlier attempt stays as it was.
    """
    by_path = {one.destination_path: one for one in moved}
    before = {one.destination_path: one for one in task.arrivals}
    found = []
    for image in task.images:
        one = by_path.get(image.destination_path)
        if image.destination_path in before:
            found.append(before[image.destination_path])
        elif one is not None:
            digest = f"sha256:{one.sha256}" if one.sha256 else None
            is_verified = digest == image.digest if digest and image.digest else None
            note = "" if task.gives_digests else UNVERIFIED
            found.append(Arrival(image.destination_path, digest, one.size_bytes, is_verified, note))
        elif task.state == "succeeded":
            note = "Already there; Globus compared it and left it as it was."
            found.append(Arrival(image.destination_path, None, image.size_bytes, None, note))
    return tuple(found)
