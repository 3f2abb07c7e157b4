"""One writer for each path: what is being uploaded, no other transfer may write to."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import TransferConflict
from ..models.tasks import GlobusTask, Upload
from ..models.transfers import Transfer


def check_paths(new: Transfer, unfinished: Iterable[Transfer]) -> None:
    """Refuse a transfer if an upload writes to one of its paths, or it uploads to one in use.

    Globus itself refuses two of its tasks that are for the same paths.

    :param unfinished: the transfers of every server of this home that have not ended.
    :raises TransferConflict: another transfer writes to one of the paths.
    """
    wanted = _paths(new)
    for other in unfinished:
        for task in other.tasks:
            if task.is_final:
                continue
            for image in task.images:
                place = (other.destination.endpoint_id, image.destination_path)
                is_upload = isinstance(task, Upload)
                if place in wanted and (is_upload or wanted[place]):
                    link = task.view_url if isinstance(task, GlobusTask) else None
                    raise TransferConflict(
                        f"Another transfer ({other.label}) writes to {image.destination_path}"
                        f"{f': {link} ' if link else '. '}Wait for it, or cancel it."
                    )


def _paths(transfer: Transfer) -> dict[tuple[str, str], bool]:
    """Return where a transfer writes, and whether by an upload."""
    return {
        (transfer.destination.endpoint_id, image.destination_path): isinstance(task, Upload)
        for task in transfer.tasks
        for image in task.images
    }
