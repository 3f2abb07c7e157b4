"""Write a receipt as a Process Run RO-Crate, which other tools can read.

The profile is https://w3id.org/ro/wfrun/process/0.5: one ``CreateAction`` for each task at Globus,
with the images as they were at the source and as they are at the destination.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from ...errors import ExtraMissing
from ...models.receipts import Receipt, ReceiptImage, ReceiptTask

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_PROGRAM = "#jupyterlab-sregistry-globus"
_GLOBUS = "https://www.globus.org/data-transfer"
_STATUS = {
    "succeeded": "http://schema.org/CompletedActionStatus",
    "failed": "http://schema.org/FailedActionStatus",
    "canceled": "http://schema.org/FailedActionStatus",
}
_ACTIVE = "http://schema.org/ActiveActionStatus"


def crate_json(receipt: Receipt) -> bytes:
    """Return only the crate's ``ro-crate-metadata.json``.

    :raises ExtraMissing: the package rocrate is not installed.
    """
    metadata = _crate(receipt).metadata.generate()
    return json.dumps(metadata, indent=2, ensure_ascii=False).encode()


def write_crate(receipt: Receipt, target: Path) -> None:
    """Write the crate, including the receipt, as a folder, or as one file if the name ends in .zip.

    :raises ExtraMissing: the package rocrate is not installed.
    :raises OSError: the target cannot be written.
    """
    crate = _crate(receipt)
    if target.suffix == ".zip":
        crate.write_zip(target)
    else:
        crate.write(target)


def _crate(receipt: Receipt) -> ROCrate:
    try:
        from rocrate.rocrate import ROCrate
    except ImportError as error:
        raise ExtraMissing(
            "An RO-Crate requires the package rocrate. Install it in this environment: "
            "pip install 'jupyterlab-sregistry-globus[crate]'"
        ) from error
    crate = ROCrate()
    crate.name = f"{receipt.label} sent to {receipt.destination_name}"
    crate.description = f"Container images that Globus moved: {receipt.state}"
    crate.root_dataset["conformsTo"] = _add(
        crate, _PROFILE, "CreativeWork", name="Process Run Crate"
    )
    document = msgspec.json.format(msgspec.json.encode(receipt), indent=2)
    crate.add_file(
        io.StringIO(document.decode()),
        "receipt.json",
        properties={"name": "Receipt", "encodingFormat": "application/json"},
    )
    _add(
        crate,
        _PROGRAM,
        "SoftwareApplication",
        name="jupyterlab-sregistry-globus",
        softwareVersion=receipt.software.get("jupyterlab-sregistry-globus", ""),
        softwareRequirements=[f"{name} {version}" for name, version in receipt.software.items()],
    )
    globus = _add(crate, _GLOBUS, "SoftwareApplication", name="Globus Transfer")
    person = _add(crate, f"#{quote(receipt.person)}", "Person", name=receipt.person)
    for task in receipt.tasks:
        _add_task(crate, receipt, task, {"instrument": globus, "agent": person})
    return crate


def _add_task(
    crate: ROCrate, receipt: Receipt, task: ReceiptTask, common: Mapping[str, Any]
) -> None:
    images = [image for image in receipt.images if image.task_key == task.key]
    times = {"startTime": task.requested_at or receipt.asked_at, "endTime": task.completed_at}
    action = _add(
        crate,
        f"#task-{task.task_id or task.key}",
        "CreateAction",
        name=receipt.label,
        description=task.reason or _description(task),
        actionStatus={"@id": _STATUS.get(task.state, _ACTIVE)},
        object=[_at_source(crate, image) for image in images],
        result=[_at_destination(crate, receipt, image) for image in images if image.has_arrived],
        **{name: moment.isoformat() for name, moment in times.items() if moment},
        **common,
    )
    if task.view_url:
        action["url"] = task.view_url
    crate.root_dataset.append_to("mentions", action)


def _description(task: ReceiptTask) -> str:
    kinds = {"upload": "Upload over HTTPS", "download": "Download over HTTPS"}
    return kinds.get(task.kind, f"Globus task {task.task_id}")


def _at_source(crate: ROCrate, image: ReceiptImage) -> Any:
    facts = {"alternateName": image.source, "identifier": image.uuid and f"urn:uuid:{image.uuid}"}
    place = _address(image.source_endpoint_id, image.source_path)
    return _add_file(crate, place, image, image.digest_asked, facts)


def _at_destination(crate: ROCrate, receipt: Receipt, image: ReceiptImage) -> Any:
    place = _address(receipt.destination.endpoint_id, image.destination_path)
    return _add_file(crate, place, image, image.digest_computed, {"description": image.note})


def _add_file(
    crate: ROCrate, place: str, image: ReceiptImage, digest: str | None, facts: Mapping[str, Any]
) -> Any:
    size = None if image.size_bytes is None else str(image.size_bytes)
    sha256 = digest.removeprefix("sha256:") if digest else None
    entity = _add(crate, place, "File", name=image.name, contentSize=size, sha256=sha256, **facts)
    crate.root_dataset.append_to("hasPart", entity)
    return entity


def _add(crate: ROCrate, entity_id: str, kind: str, **facts: Any) -> Any:
    """Add an entity with the facts that are known."""
    from rocrate.model import ContextEntity

    known = {name: fact for name, fact in facts.items() if fact not in (None, "", [])}
    return crate.add(ContextEntity(crate, entity_id, properties={"@type": kind, **known}))


def _address(endpoint_id: str | None, path: str) -> str:
    return (
        f"file://{quote(path)}" if endpoint_id is None else f"globus://{endpoint_id}{quote(path)}"
    )
