"""What to send again from a transfer that has ended."""

from __future__ import annotations

import msgspec

from ...errors import TransferActive
from ...models.plans import Location, PlannedImage, PlanRequest
from ...models.sources import ImageSource, Source
from ...models.tasks import DownloadedImage, Task
from ...models.transfers import Transfer


def retry_request(transfer: Transfer) -> PlanRequest:
    """Return a request for the images that did not arrive, or for all of them if all arrived.

    Each source carries the digest and the size that were sent: an image that has changed since
    would be a different image under the same name, and is refused.

    :raises TransferActive: the transfer has not ended yet.
    """
    sources = tuple(_source_as_sent(task, image) for task, image in _images_to_retry(transfer))
    destination = Location(transfer.destination_endpoint_id, transfer.destination.path)
    return PlanRequest(sources, destination, transfer.options)


def downloads_to_retry(transfer: Transfer) -> list[DownloadedImage]:
    """Return the images to pull over HTTPS again; empty if Globus moved them.

    :raises TransferActive: the transfer has not ended yet.
    """
    images = [image for _, image in _images_to_retry(transfer)]
    return [image for image in images if isinstance(image, DownloadedImage)]


def _images_to_retry(transfer: Transfer) -> list[tuple[Task, PlannedImage]]:
    """Return the images that did not arrive, or all of them if all arrived, with their tasks."""
    if not all(task.is_final for task in transfer.tasks):
        raise TransferActive("This transfer has not ended. Cancel it first.")
    images = [(task, image) for task in transfer.tasks for image in task.images]
    return [(task, image) for task, image in images if task.arrival_of(image) is None] or images


def lost_sources(transfer: Transfer) -> list[ImageSource]:
    """Return the images of registries that failed to arrive, perhaps because they have changed."""
    return [
        image.source
        for task in transfer.tasks
        if task.state == "failed"
        for image in task.images
        if isinstance(image.source, ImageSource) and task.arrival_of(image) is None
    ]


def _source_as_sent(task: Task, image: PlannedImage) -> Source:
    arrival = task.arrival_of(image)
    digest = image.digest or (arrival.digest if arrival else None)
    return msgspec.structs.replace(image.source, digest=digest, size_bytes=image.size_bytes)
