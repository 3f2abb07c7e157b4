"""What arrived, and the proof."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import datetime, timezone
from importlib.metadata import version

from ... import __version__
from ...globus.tasks import Arrived
from ...models.plans import PlannedImage
from ...models.receipts import Receipt, ReceiptImage, ReceiptTask
from ...models.transfers import Arrival, GlobusTask, Transfer
from ..running.progress import is_finished

UNVERIFIED = "An endpoint computes no SHA-256; Globus compared checksums of another kind."


def arrivals(task: GlobusTask, moved: Iterable[Arrived]) -> tuple[Arrival, ...]:
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


def software() -> dict[str, str]:
    """The versions of what sends from here."""
    return {
        "jupyterlab-sregistry-globus": __version__,
        "globus-sdk": version("globus-sdk"),
        "python": platform.python_version(),
    }


def receipt(transfer: Transfer, person: str) -> Receipt:
    """The document of a transfer.

    :param person: who sent it.
    """
    ends = [task.completed_at for task in transfer.tasks if task.completed_at is not None]
    return Receipt(
        id=transfer.id,
        label=transfer.label,
        state=transfer.state,
        person=person,
        asked_at=_moment(transfer.created_at),
        destination=transfer.destination,
        destination_name=transfer.destination_name,
        images=tuple(_image(task, image) for task in transfer.tasks for image in task.images),
        tasks=tuple(_task(task) for task in transfer.tasks),
        software=transfer.software,
        completed_at=_moment(max(ends)) if ends and is_finished(transfer) else None,
    )


def _image(task: GlobusTask, image: PlannedImage) -> ReceiptImage:
    arrived = {one.destination_path: one for one in task.arrivals}.get(image.destination_path)
    return ReceiptImage(
        source=str(image.source.reference or image.source.path),
        name=image.name,
        route=image.route,
        source_endpoint_id=image.source_endpoint_id,
        source_endpoint_name=image.source_endpoint_name,
        source_path=image.source_path,
        destination_path=image.destination_path,
        task_id=task.task_id,
        has_arrived=arrived is not None,
        digest_asked=image.digest,
        digest_computed=arrived.digest if arrived else None,
        is_verified=arrived.is_verified if arrived else None,
        size_bytes=arrived.size_bytes if arrived else image.size_bytes,
        arch=image.arch,
        uuid=image.uuid,
        note=arrived.note if arrived else "",
    )


def _task(task: GlobusTask) -> ReceiptTask:
    return ReceiptTask(
        task_id=task.task_id,
        submission_id=task.submission_id,
        state=task.state,
        source_endpoint_id=task.source_endpoint_id,
        source_endpoint_name=task.source_endpoint_name,
        requested_at=None if task.requested_at is None else _moment(task.requested_at),
        completed_at=None if task.completed_at is None else _moment(task.completed_at),
        bytes_transferred=task.bytes_transferred,
        faults=task.faults,
        reason=task.reason,
        view_url=task.view_url,
        attempts=task.attempts,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
