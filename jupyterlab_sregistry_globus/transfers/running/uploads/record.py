"""The record of one upload: read and changed by the one program that works on it."""

from __future__ import annotations

import contextlib
import socket
import time
import uuid
from collections.abc import Callable, Sequence

import msgspec

from ....errors import SRegistryGlobusError
from ....models.plans import PlannedImage
from ....models.tasks import Upload, UploadAttempt, UploadedImage
from ....models.transfers import Transfer
from ...outbox import Outbox
from ...staging.changes import Stopped
from ...staging.pace import RetryPace
from ..imagerecord import ImageRecord

Change = Callable[[UploadedImage], UploadedImage]


def uploads(transfer: Transfer) -> tuple[Upload, ...]:
    """Return the transfer's tasks that this host uploads."""
    return tuple(task for task in transfer.tasks if isinstance(task, Upload))


def new_upload(images: Sequence[PlannedImage], endpoint_id: str) -> Upload:
    """Return the upload of images, to be recorded.

    :param endpoint_id: the destination.
    """
    return Upload(
        upload_id=uuid.uuid4().hex,
        destination_endpoint_id=endpoint_id,
        images=tuple(UploadedImage(**msgspec.structs.asdict(image)) for image in images),
        bytes_total=sum(image.size_bytes or 0 for image in images),
        host=socket.gethostname(),
    )


class UploadRecord(ImageRecord[Upload, UploadedImage]):
    """One upload, as the outbox has it."""

    def __init__(self, outbox: Outbox, transfer_id: str, key: str) -> None:
        super().__init__(outbox, transfer_id, key, uploads)

    def change_attempt(self, number: int, attempt: str, change: Change) -> UploadedImage:
        """Change one image, and return it.

        :param attempt: the temporary path of the caller's own attempt; raises ``Stopped`` if a
            later one has begun, because another program took over.
        """

        def changed(image: UploadedImage) -> UploadedImage:
            if image.attempts[-1].temporary_path != attempt:
                raise Stopped
            return change(image)

        return self.change_image(number, changed)

    def end_attempt(self, number: int, reason: str) -> None:
        """Record that the current attempt was not successful."""

        def ended(image: UploadedImage) -> UploadedImage:
            if not image.attempts or image.attempts[-1].reason:
                return image
            image = with_last_attempt(image, reason=reason, completed_at=time.time())
            return msgspec.structs.replace(
                image, proof=None, is_committing=False, copy_submission_id=None, copy_task_id=None
            )

        self.change_image(number, ended)

    def note_failure(self, number: int, pace: RetryPace, error: SRegistryGlobusError) -> None:
        """Record why an image does not progress, and when it is tried again, if that may help."""
        with contextlib.suppress(Stopped):
            failures = sum(bool(attempt.reason) for attempt in self.image(number).attempts)
            self.note_problem(number, pace, error, failures or 1)


def with_last_attempt(image: UploadedImage, **changes: object) -> UploadedImage:
    """Return the image with its current attempt changed."""
    last = msgspec.structs.replace(image.attempts[-1], **changes)
    return msgspec.structs.replace(image, attempts=(*image.attempts[:-1], last))


def moved(image: UploadedImage) -> UploadedImage:
    """Return the image after its last attempt's temporary file has become the final one."""
    return with_last_attempt(image, is_leftover=False)


def without_leftover(image: UploadedImage, path: str) -> UploadedImage:
    """Return the image with the knowledge that no temporary file is at a path."""

    def cleaned(attempt: UploadAttempt) -> UploadAttempt:
        is_gone = attempt.temporary_path == path
        return msgspec.structs.replace(attempt, is_leftover=False) if is_gone else attempt

    return msgspec.structs.replace(image, attempts=tuple(map(cleaned, image.attempts)))
