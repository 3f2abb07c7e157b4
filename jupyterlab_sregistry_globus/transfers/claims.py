"""One writer for each path: what this host writes, no other transfer may write to."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import TransferConflict
from ..models.tasks import Download, GlobusTask, Upload
from ..models.transfers import Transfer


def check_paths(new: Transfer, unfinished: Iterable[Transfer]) -> None:
    """Refuse a transfer if this host writes to one of its paths, or is to write to one in use.

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
                place = (other.destination_endpoint_id, image.destination_path)
                is_by_host = isinstance(task, Upload | Download)
                if place in wanted and (is_by_host or wanted[place]):
                    link = task.view_url if isinstance(task, GlobusTask) else None
                    raise TransferConflict(
                        f"Another transfer ({other.label}) writes to {image.destination_path}"
                        f"{f': {link} ' if link else '. '}Wait for it, or cancel it."
                    )


def _paths(transfer: Transfer) -> dict[tuple[str, str], bool]:
    """Return where a transfer writes, and whether this host does."""
    return {
        (transfer.destination_endpoint_id, image.destination_path): isinstance(
            task, Upload | Download
        )
        for task in transfer.tasks
        for image in task.images
    }
