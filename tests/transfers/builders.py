"""Transfers made by hand, for what depends on nothing but their members."""

from __future__ import annotations

from typing import Any

import msgspec

from jupyterlab_sregistry_globus.models.plans import PlannedImage
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.models.tasks import Arrival, GlobusTask
from jupyterlab_sregistry_globus.models.transfers import Place, Transfer
from jupyterlab_sregistry_globus.transfers.running.progress import state_of


def digest(letter: str) -> str:
    """Return a well-formed digest."""
    return "sha256:" + letter * 64


def image(name: str, **members: Any) -> PlannedImage:
    """Return an image ``/from/NAME`` that is sent to ``/to/NAME``."""
    made = PlannedImage(
        source=ImageSource(f"images://a/{name}:1"),
        name=name,
        route="served",
        reason="",
        source_endpoint_id="source",
        source_endpoint_name="Source",
        source_path=f"/from/{name}",
        destination_path=f"/to/{name}",
    )
    return msgspec.structs.replace(made, **members)


def task(*images: PlannedImage, submission_id: str = "s1", **members: Any) -> GlobusTask:
    """Return a task of these images."""
    made = GlobusTask(
        submission_id=submission_id,
        source_endpoint_id="source",
        source_endpoint_name="Source",
        images=images,
    )
    return msgspec.structs.replace(made, **members)


def arrived(*images: PlannedImage) -> tuple[Arrival, ...]:
    """Return arrivals of these images."""
    return tuple(Arrival(image.destination_path, image.digest) for image in images)


def transfer(*tasks: GlobusTask, transfer_id: str = "t1", **members: Any) -> Transfer:
    """Return a transfer of these tasks."""
    made = Transfer(
        id=transfer_id,
        label=transfer_id,
        created_at=1000.0,
        state=state_of(tasks),
        destination=Place("destination", "/to/"),
        destination_name="Destination",
        tasks=tasks,
    )
    return msgspec.structs.replace(made, **members)
