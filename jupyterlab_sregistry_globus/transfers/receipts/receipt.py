"""What arrived, and how that is known."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import datetime, timezone
from importlib.metadata import version

import msgspec

from ... import __version__
from ...globus.tasks import Arrived
from ...models.plans import PlannedImage, Sync
from ...models.receipts import Receipt, ReceiptImage, ReceiptTask
from ...models.tasks import Arrival, Download, GlobusTask, Proof, Task
from ...models.transfers import Transfer

UNVERIFIED = (
    "One of the endpoints does not compute SHA-256 checksums. Globus compared checksums of "
    "another type."
)
UNCHANGED = "Already up to date, nothing copied"
KEPT = "A file of this name already existed and was kept"


def arrivals(task: GlobusTask, moved: Iterable[Arrived], sync: Sync) -> tuple[Arrival, ...]:
    """Return the task's images that are at the destination, compared with the expected digests.

    Globus lists the files it moved; if the task succeeded, a file it did not move was skipped,
    because the existing one compared equal. Arrivals of earlier attempts stay as they were.

    :param sync: how Globus compared an existing file.
    """
    by_path = {file.destination_path: file for file in moved}
    arrived = []
    for image in task.images:
        path = image.destination_path
        file, before = by_path.get(path), task.arrival_of(image)
        if before is not None:
            arrived.append(before)
        elif file is not None:
            digest = f"sha256:{file.sha256}" if file.sha256 else None
            is_verified = digest == image.digest if digest and image.digest else None
            note = "" if digest or task.gives_digests else UNVERIFIED
            arrived.append(Arrival(path, digest, file.size_bytes, is_verified, note))
        elif task.state == "succeeded":
            arrived.append(_kept(image, sync))
    return tuple(arrived)


def _kept(image: PlannedImage, sync: Sync) -> Arrival:
    """Return the arrival of an image that was not copied, because a file was there."""
    path = image.destination_path
    if sync == "exists":
        return Arrival(path, note=KEPT, proof="name")
    proof: Proof = "globus" if sync == "checksum" else "size"
    return Arrival(path, size_bytes=image.size_bytes, note=UNCHANGED, proof=proof)


def software() -> dict[str, str]:
    """Return the versions of the software that sends from this host."""
    return {
        "jupyterlab-sregistry-globus": __version__,
        "globus-sdk": version("globus-sdk"),
        "python": platform.python_version(),
    }


def receipt(transfer: Transfer, person: str) -> Receipt:
    """Return the receipt of a transfer.

    :param person: the identity that sent it, as Globus knows it.
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
        completed_at=_moment(max(ends)) if ends and transfer.is_finished else None,
    )


def _image(task: Task, image: PlannedImage) -> ReceiptImage:
    arrival = task.arrival_of(image)
    return ReceiptImage(
        source=image.source.text,
        name=image.name,
        route=image.route,
        source_endpoint_id=image.source_endpoint_id,
        source_endpoint_name=image.source_endpoint_name,
        source_path=image.source_path,
        destination_path=image.destination_path,
        task_key=task.key,
        task_id=task.task_id if isinstance(task, GlobusTask) else None,
        has_arrived=arrival is not None,
        digest_asked=image.digest,
        digest_computed=arrival.digest if arrival else None,
        is_verified=arrival.is_verified if arrival else None,
        proof=arrival.proof if arrival else None,
        size_bytes=arrival.size_bytes if arrival else image.size_bytes,
        arch=image.arch,
        uuid=image.uuid,
        note=arrival.note if arrival else "",
    )


def _task(task: Task) -> ReceiptTask:
    common = ReceiptTask(
        kind="download" if isinstance(task, Download) else "upload",
        key=task.key,
        state=task.state,
        requested_at=None if task.requested_at is None else _moment(task.requested_at),
        completed_at=None if task.completed_at is None else _moment(task.completed_at),
        bytes_transferred=task.bytes_transferred,
        reason=task.reason,
    )
    if not isinstance(task, GlobusTask):
        return common
    return msgspec.structs.replace(
        common,
        kind="globus",
        task_id=task.task_id,
        submission_id=task.submission_id,
        source_endpoint_id=task.source_endpoint_id,
        source_endpoint_name=task.source_endpoint_name,
        faults=task.faults,
        view_url=task.view_url,
        attempts=task.attempts,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
