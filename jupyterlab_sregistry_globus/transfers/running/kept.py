"""What the sync option says of a file that exists, where checksums can't be compared."""

from __future__ import annotations

from datetime import datetime

from ...models.plans import PlannedImage, Sync
from ...models.tasks import Arrival
from ..receipts.receipt import KEPT, UNCHANGED


def kept(image: PlannedImage, sync: Sync, modified_at: float | None) -> Arrival | None:
    """Return the arrival of an image that is not uploaded because of a file that exists.

    ``checksum`` replaces the file: no checksum can be compared over HTTPS.

    :param modified_at: when the source was modified; None if that is unknown.
    :returns: None if the image is to be uploaded.
    """
    existing, path = image.existing, image.destination_path
    if existing is None or sync in ("always", "checksum"):
        return None
    if sync == "exists":
        return Arrival(path, size_bytes=existing.size_bytes, note=KEPT, proof="name")
    if sync == "size":
        is_equal = existing.size_bytes is not None and existing.size_bytes == image.size_bytes
        proof = "size"
    else:
        is_equal = not _is_older(existing.modified, modified_at)
        proof = "name"
    if not is_equal:
        return None
    return Arrival(path, size_bytes=existing.size_bytes, note=UNCHANGED, proof=proof)  # type: ignore[arg-type]


def _is_older(modified: str | None, than: float | None) -> bool:
    """Tell whether a file at the destination is older than the source, or may be."""
    if modified is None or than is None:
        return True
    try:
        return datetime.fromisoformat(modified).timestamp() < than
    except ValueError:
        return True
