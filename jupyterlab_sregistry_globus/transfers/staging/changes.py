"""Changes of a task whose images are being downloaded."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from ...errors import SRegistryGlobusError
from ...images.inspect import inspect_file
from ...models.images import Image
from ...models.plans import PlannedImage
from ...models.tasks import GlobusTask
from ...models.transfers import Transfer
from ..running.progress import globus_tasks
from .pace import RetryPace

MUCH_BYTES = 16 * 1024 * 1024

Change = Callable[[GlobusTask], GlobusTask]


class Stopped(Exception):
    """The user canceled, another program holds the lease, or this program is ending."""


def described(file: Path, image: PlannedImage) -> PlannedImage:
    """Return the image with what the header of the downloaded file says."""
    details = inspect_file(file, Image("", "", "", image.name, ""))
    return msgspec.structs.replace(image, arch=details.image.arch or image.arch, uuid=details.uuid)


def with_image(number: int, image: PlannedImage) -> Change:
    """Return the change that replaces one of the task's images."""

    def change(task: GlobusTask) -> GlobusTask:
        images = (*task.images[:number], image, *task.images[number + 1 :])
        sizes = [each.size_bytes for each in images]
        known = [size for size in sizes if size is not None]
        total = sum(known) if len(known) == len(sizes) else None
        return msgspec.structs.replace(task, images=images, bytes_total=total)

    return change


def progressed(task: GlobusTask, bytes_staged: int, *, new_bytes: int) -> GlobusTask:
    """Return the task with the bytes that are on this host; nothing holds it up any more.

    :param new_bytes: those that this try has added.
    """
    # A registry that breaks off after a few bytes each time is not working again.
    failures = 0 if new_bytes >= MUCH_BYTES else task.staging_failures
    return msgspec.structs.replace(
        task,
        bytes_staged=bytes_staged,
        reason="",
        is_stuck=False,
        staging_failures=failures,
        retry_at=None,
    )


def failed(reason: str, cause: SRegistryGlobusError | None, pace: RetryPace) -> Change:
    """Return the change that records a failed download, and when it is tried again.

    :param cause: None if no other try will help.
    """

    def change(task: GlobusTask) -> GlobusTask:
        if cause is None or not cause.retryable:
            return msgspec.structs.replace(
                task, state="failed", reason=reason, is_stuck=False, retry_at=None
            )
        failures = task.staging_failures + 1
        return msgspec.structs.replace(
            task,
            reason=reason,
            is_stuck=True,
            staging_failures=failures,
            retry_at=time.time() + pace.pause_s(failures, cause),
        )

    return change


def staging_task(transfer: Transfer, submission_id: str) -> GlobusTask:
    """Return the task that is being downloaded.

    :raises Stopped: it no longer is.
    """
    for task in globus_tasks(transfer):
        is_staging = task.submission_id == submission_id and task.state == "staging"
        if is_staging and not transfer.is_cancel_asked:
            return task
    raise Stopped
