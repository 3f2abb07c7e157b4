"""The record of a task that this host does image by image: one program at a time changes it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from ...errors import LoginNeeded, SRegistryGlobusError, TransferNotFound
from ...models.actions import LoginAction
from ...models.tasks import Arrival, Download, DownloadedImage, TaskState, Upload, UploadedImage
from ...models.transfers import Transfer
from ..outbox import Outbox
from ..staging.changes import Stopped
from ..staging.pace import RetryPace
from .progress import with_task

TaskT = TypeVar("TaskT", Upload, Download)
ImageT = TypeVar("ImageT", UploadedImage, DownloadedImage)


class ImageRecord(Generic[TaskT, ImageT]):
    """One upload or download, as the outbox has it.

    Every change raises ``Stopped`` if the task has ended or was canceled in the meantime.

    :param tasks_of: returns the transfer's tasks of this kind.
    """

    def __init__(
        self,
        outbox: Outbox,
        transfer_id: str,
        key: str,
        tasks_of: Callable[[Transfer], tuple[TaskT, ...]],
    ) -> None:
        self._outbox = outbox
        self.transfer_id = transfer_id
        self.key = key
        self._tasks_of: Callable[[Transfer], tuple[TaskT, ...]] = tasks_of

    def transfer(self) -> Transfer:
        """Return the transfer."""
        try:
            return self._outbox.get(self.transfer_id)
        except TransferNotFound:
            raise Stopped from None

    def task(self, transfer: Transfer | None = None) -> TaskT:
        """Return the task."""
        for task in self._tasks_of(transfer or self.transfer()):
            if task.key == self.key and not task.is_final:
                return task
        raise Stopped

    def image(self, number: int) -> ImageT:
        """Return one of its images."""
        image: ImageT = self.task().images[number]  # type: ignore[assignment]
        return image

    def change(self, change: Callable[[TaskT], TaskT], *, also_canceled: bool = False) -> None:
        """Change the task.

        :param also_canceled: even if the user has canceled.
        """

        def changed(transfer: Transfer) -> Transfer:
            if transfer.is_cancel_asked and not also_canceled:
                raise Stopped
            return with_task(transfer, summed_up(change(self.task(transfer))))

        try:
            self._outbox.update(self.transfer_id, changed)
        except TransferNotFound:
            raise Stopped from None

    def change_image(
        self, number: int, change: Callable[[ImageT], ImageT], *, also_canceled: bool = False
    ) -> ImageT:
        """Change one image that has not ended, and return it."""
        images: list[ImageT] = []

        def changed(task: TaskT) -> TaskT:
            image: ImageT = task.images[number]  # type: ignore[assignment]
            if image.is_final:
                raise Stopped
            images.append(change(image))
            return with_image(task, number, images[-1])

        self.change(changed, also_canceled=also_canceled)
        return images[-1]

    def replace(self, number: int, **changes: object) -> ImageT:
        """Change members of one image, and return it."""
        return self.change_image(number, lambda image: msgspec.structs.replace(image, **changes))

    def note_problem(
        self, number: int, pace: RetryPace, error: SRegistryGlobusError, failures: int
    ) -> None:
        """Record why an image does not progress, and when it is tried again, if that may help.

        :param failures: how often it failed in a row.
        """
        login = error.action if isinstance(error.action, LoginAction) else None
        is_login = isinstance(error, LoginNeeded)
        is_passing = error.retryable or is_login

        def changed(task: TaskT) -> TaskT:
            image = task.images[number]
            # What waits for a login continues right after it.
            retry_at = time.time() + pace.pause_s(failures, error)
            image = msgspec.structs.replace(
                image,
                problem=error.message,
                bytes_per_second=None,
                state=image.state if is_passing else "failed",
                retry_at=retry_at if is_passing and not is_login else None,
            )
            return msgspec.structs.replace(with_image(task, number, image), login=login)

        with contextlib.suppress(Stopped):
            self.change(changed)

    def note_arrival(
        self,
        number: int,
        arrival: Arrival,
        *,
        also: Callable[[ImageT], ImageT] = lambda image: image,
        also_canceled: bool = True,
    ) -> None:
        """Record that an image is at the destination, even if the user has canceled since.

        :param also: changes what else follows from it.
        """

        def changed(task: TaskT) -> TaskT:
            image = msgspec.structs.replace(
                also(task.images[number]),  # type: ignore[arg-type]
                state="succeeded",
                problem="",
                bytes_per_second=None,
                retry_at=None,
            )
            task = with_image(task, number, image)
            return msgspec.structs.replace(task, arrivals=(*task.arrivals, arrival))

        self.change(changed, also_canceled=also_canceled)


def with_image(task: TaskT, number: int, image: ImageT) -> TaskT:
    """Return the task with one of its images replaced."""
    images = (*task.images[:number], image, *task.images[number + 1 :])
    return msgspec.structs.replace(task, images=images)


def summed_up(task: TaskT) -> TaskT:
    """Return the task with what follows from its images."""
    images = task.images
    problems = dict.fromkeys(image.problem for image in images if image.problem)
    rates = [image.bytes_per_second for image in images if image.bytes_per_second]
    state = _state({image.state for image in images})
    is_final = state in ("succeeded", "failed", "canceled")
    now = time.time()
    return msgspec.structs.replace(
        task,
        state=state,
        reason=" ".join(problems),
        is_stuck=not is_final and any(image.problem for image in images if not image.is_final),
        login=None if is_final or not problems else task.login,
        bytes_transferred=sum(image.bytes_transferred for image in images),
        bytes_per_second=sum(rates) if rates and not is_final else None,
        requested_at=task.requested_at or (None if state == "written" else now),
        completed_at=now if is_final else None,
    )


def _state(states: set[TaskState]) -> TaskState:
    if states == {"written"}:
        return "written"
    if states & {"written", "active"}:
        return "active"
    for state in ("failed", "canceled"):
        if state in states:
            return state
    return "succeeded"
