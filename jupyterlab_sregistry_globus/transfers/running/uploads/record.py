"""The record of one upload: read and changed by the one program that works on it."""

from __future__ import annotations

import contextlib
import socket
import time
import uuid
from collections.abc import Callable, Sequence

import msgspec

from ....errors import LoginNeeded, SRegistryGlobusError, TransferNotFound
from ....models.actions import LoginAction
from ....models.plans import PlannedImage
from ....models.tasks import Arrival, TaskState, Upload, UploadAttempt, UploadedImage
from ....models.transfers import Transfer
from ...outbox import Outbox
from ...staging.changes import Stopped
from ...staging.pace import RetryPace
from ..progress import with_task

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


class UploadRecord:
    """One upload, as the outbox has it.

    Every change raises ``Stopped`` if the upload has ended or was canceled in the meantime.
    """

    def __init__(self, outbox: Outbox, transfer_id: str, key: str) -> None:
        self._outbox = outbox
        self.transfer_id = transfer_id
        self.key = key

    def transfer(self) -> Transfer:
        """Return the transfer."""
        try:
            return self._outbox.get(self.transfer_id)
        except TransferNotFound:
            raise Stopped from None

    def upload(self, transfer: Transfer | None = None) -> Upload:
        """Return the upload."""
        for task in uploads(transfer or self.transfer()):
            if task.key == self.key and not task.is_final:
                return task
        raise Stopped

    def image(self, number: int) -> UploadedImage:
        """Return one of its images."""
        return self.upload().images[number]

    def change(self, change: Callable[[Upload], Upload], *, also_canceled: bool = False) -> None:
        """Change the upload.

        :param also_canceled: even if the user has canceled.
        """

        def changed(transfer: Transfer) -> Transfer:
            if transfer.is_cancel_asked and not also_canceled:
                raise Stopped
            return with_task(transfer, summed_up(change(self.upload(transfer))))

        try:
            self._outbox.update(self.transfer_id, changed)
        except TransferNotFound:
            raise Stopped from None

    def change_image(
        self,
        number: int,
        change: Change,
        *,
        attempt: str | None = None,
        also_canceled: bool = False,
    ) -> UploadedImage:
        """Change one image, and return it.

        :param attempt: the temporary path of the caller's own attempt; raises ``Stopped`` if a
            later one has begun, because another program took over.
        """
        images: list[UploadedImage] = []

        def changed(upload: Upload) -> Upload:
            image = upload.images[number]
            is_mine = attempt is None or image.attempts[-1].temporary_path == attempt
            if image.is_final or not is_mine:
                raise Stopped
            images.append(change(image))
            return with_image(upload, number, images[-1])

        self.change(changed, also_canceled=also_canceled)
        return images[-1]

    def replace(self, number: int, **changes: object) -> UploadedImage:
        """Change members of one image, and return it."""
        return self.change_image(number, lambda image: msgspec.structs.replace(image, **changes))

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
        login = error.action if isinstance(error.action, LoginAction) else None
        is_login = isinstance(error, LoginNeeded)
        is_passing = error.retryable or is_login

        def changed(upload: Upload) -> Upload:
            image = upload.images[number]
            failures = sum(bool(attempt.reason) for attempt in image.attempts) or 1
            # What waits for a login continues right after it.
            retry_at = time.time() + pace.pause_s(failures, error)
            image = msgspec.structs.replace(
                image,
                problem=error.message,
                bytes_per_second=None,
                state=image.state if is_passing else "failed",
                retry_at=retry_at if is_passing and not is_login else None,
            )
            return msgspec.structs.replace(with_image(upload, number, image), login=login)

        with contextlib.suppress(Stopped):
            self.change(changed)

    def note_arrival(
        self, number: int, arrival: Arrival, *, has_moved: bool, also_canceled: bool = True
    ) -> None:
        """Record that an image is at the destination, even if the user has canceled since.

        :param has_moved: whether the last attempt's temporary file became the final one.
        """

        def changed(upload: Upload) -> Upload:
            image = upload.images[number]
            if has_moved:
                image = with_last_attempt(image, is_leftover=False)
            image = msgspec.structs.replace(
                image,
                state="succeeded",
                problem="",
                bytes_per_second=None,
                retry_at=None,
            )
            upload = with_image(upload, number, image)
            return msgspec.structs.replace(upload, arrivals=(*upload.arrivals, arrival))

        self.change(changed, also_canceled=also_canceled)


def with_image(upload: Upload, number: int, image: UploadedImage) -> Upload:
    """Return the upload with one of its images replaced."""
    images = (*upload.images[:number], image, *upload.images[number + 1 :])
    return msgspec.structs.replace(upload, images=images)


def with_last_attempt(image: UploadedImage, **changes: object) -> UploadedImage:
    """Return the image with its current attempt changed."""
    last = msgspec.structs.replace(image.attempts[-1], **changes)
    return msgspec.structs.replace(image, attempts=(*image.attempts[:-1], last))


def without_leftover(image: UploadedImage, path: str) -> UploadedImage:
    """Return the image with the knowledge that no temporary file is at a path."""

    def cleaned(attempt: UploadAttempt) -> UploadAttempt:
        is_gone = attempt.temporary_path == path
        return msgspec.structs.replace(attempt, is_leftover=False) if is_gone else attempt

    return msgspec.structs.replace(image, attempts=tuple(map(cleaned, image.attempts)))


def summed_up(upload: Upload) -> Upload:
    """Return the upload with what follows from its images."""
    images = upload.images
    problems = dict.fromkeys(image.problem for image in images if image.problem)
    rates = [image.bytes_per_second for image in images if image.bytes_per_second]
    state = _state(images)
    is_final = state in ("succeeded", "failed", "canceled")
    now = time.time()
    return msgspec.structs.replace(
        upload,
        state=state,
        reason=" ".join(problems),
        is_stuck=not is_final and any(image.problem for image in images if not image.is_final),
        login=None if is_final or not problems else upload.login,
        bytes_transferred=sum(image.bytes_transferred for image in images),
        bytes_per_second=sum(rates) if rates and not is_final else None,
        requested_at=upload.requested_at or (None if state == "written" else now),
        completed_at=now if is_final else None,
    )


def _state(images: tuple[UploadedImage, ...]) -> TaskState:
    states = {image.state for image in images}
    if states == {"written"}:
        return "written"
    if states & {"written", "active"}:
        return "active"
    for state in ("failed", "canceled"):
        if state in states:
            return state
    return "succeeded"
