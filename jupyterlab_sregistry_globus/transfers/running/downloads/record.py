"""The record of one download: read and changed by the one program that works on it."""

from __future__ import annotations

import contextlib
import socket
import uuid
from collections.abc import Sequence

from ....errors import SRegistryGlobusError
from ....models.tasks import Download, DownloadedImage
from ....models.transfers import Transfer
from ...outbox import Outbox
from ...staging.changes import Stopped
from ...staging.pace import RetryPace
from ..imagerecord import ImageRecord

# How each folder of unfinished files begins. Names with a dot are in no listing.
FOLDER_PREFIX = ".sregistry-globus-pull-"


def downloads(transfer: Transfer) -> tuple[Download, ...]:
    """Return the transfer's tasks that this host downloads."""
    return tuple(task for task in transfer.tasks if isinstance(task, Download))


def new_download(images: Sequence[DownloadedImage], folder: str) -> Download:
    """Return the download of images of one endpoint, to be recorded.

    :param folder: where they are to be, on this host.
    """
    download_id = uuid.uuid4().hex
    return Download(
        download_id=download_id,
        source_endpoint_id=images[0].source_endpoint_id,
        source_endpoint_name=images[0].source_endpoint_name,
        folder=f"{folder.rstrip('/')}/{FOLDER_PREFIX}{download_id}",
        images=tuple(images),
        bytes_total=sum(image.size_bytes or 0 for image in images),
        host=socket.gethostname(),
    )


class DownloadRecord(ImageRecord[Download, DownloadedImage]):
    """One download, as the outbox has it."""

    def __init__(self, outbox: Outbox, transfer_id: str, key: str) -> None:
        super().__init__(outbox, transfer_id, key, downloads)

    def note_failure(self, number: int, pace: RetryPace, error: SRegistryGlobusError) -> None:
        """Record why an image does not progress, and when it is tried again, if that may help."""
        with contextlib.suppress(Stopped):
            self.note_problem(number, pace, error, self.image(number).failures or 1)
