"""Receipts: expected and computed digests, and paths; as JSON and as an RO-Crate."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.cli.group import program as command
from jupyterlab_sregistry_globus.commands.drawing.handle import TransferHandle
from jupyterlab_sregistry_globus.commands.drawing.receipts import ReceiptSheet
from jupyterlab_sregistry_globus.errors import BadRequest, ExtraMissing, ImageChanged
from jupyterlab_sregistry_globus.magics.magics import SRegistryGlobusMagics
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.receipts import Receipt
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...support.api import Api, Refused
from ..conftest import Store, asked, ended, until

SALSA = "tacos/salsa/verde/salsa_verde.sif"
IMAGE = "images://tacos/salsa:verde"


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


@pytest.fixture
def sent(ada: Services) -> Transfer:
    transfer = ada.transfers.start(asked(IMAGE), origin="panel")
    return until(ada, transfer.id, ended)


def test_a_receipt_says_what_arrived_where_and_with_which_digest(
    ada: Services, sent: Transfer, registry_root: Path
) -> None:
    file = registry_root / SALSA
    receipt = ada.transfers.receipt(sent.id)
    (image,), (task,) = receipt.images, receipt.tasks
    digest = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert (image.source, image.arch, image.digest_computed) == (IMAGE, "arm64", digest)
    assert (image.digest_asked, image.is_verified, image.has_arrived) == (None, None, True)
    assert image.uuid == ada.catalog.inspect(IMAGE).uuid is not None
    assert image.task_id == task.task_id == sent.tasks[0].task_id
    assert image.destination_path.endswith("/salsa_verde.sif")
    assert receipt.destination.endpoint_id == names.STANFORD_SHERLOCK_SCRATCH
    assert receipt.person == "ada@uni.example"
    assert set(receipt.software) == {"jupyterlab-sregistry-globus", "globus-sdk", "python"}
    assert task.completed_at is not None
    assert receipt.completed_at == task.completed_at
    again: Any = msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt)
    assert again == receipt


def test_the_receipt_of_a_failed_transfer_claims_no_arrival(
    ada: Services, store: Store, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    transfer = ada.transfers.start(
        asked(store.add("tacos/salsa:verde", below=SALSA)), origin="panel"
    )
    until(ada, transfer.id, ended)
    receipt = ada.transfers.receipt(transfer.id)
    assert receipt.state == "failed"
    assert [one.has_arrived for one in receipt.images] == [False]
    assert receipt.tasks[0].reason
    assert "not arrived" in repr(ReceiptSheet(receipt))


def test_the_crate_is_a_process_run_with_the_receipt_in_it(
    ada: Services, sent: Transfer, tmp_path: Path
) -> None:
    sheet = TransferHandle(ada, sent).receipt
    folder = sheet.save(tmp_path / "crate", "ro-crate")
    crate = json.loads((folder / "ro-crate-metadata.json").read_text())
    assert json.loads((folder / "receipt.json").read_text())["id"] == sent.id
    by_id = {one["@id"]: one for one in crate["@graph"]}
    assert by_id["./"]["conformsTo"] == {"@id": "https://w3id.org/ro/wfrun/process/0.5"}
    (action,) = [one for one in crate["@graph"] if one["@type"] == "CreateAction"]
    assert action["@id"] == f"#task-{sent.tasks[0].task_id}"
    assert action["actionStatus"] == {"@id": "http://schema.org/CompletedActionStatus"}
    assert by_id[action["agent"]["@id"]]["name"] == "ada@uni.example"
    (source,) = [by_id[one["@id"]] for one in action["object"]]
    (result,) = [by_id[one["@id"]] for one in action["result"]]
    assert source["alternateName"] == IMAGE
    assert source["identifier"].startswith("urn:uuid:")
    digest = sent.tasks[0].arrivals[0].digest
    assert f"sha256:{result['sha256']}" == digest
    assert names.STANFORD_SHERLOCK_SCRATCH in result["@id"]
    # What one entity refers to is described in the crate.
    assert {one["@id"] for one in by_id["./"]["hasPart"]} <= set(by_id)

    packed = sheet.save(tmp_path / "crate.zip", "ro-crate")
    with zipfile.ZipFile(packed) as archive:
        assert {"ro-crate-metadata.json", "receipt.json"} <= set(archive.namelist())
    assert json.loads(sheet.text("ro-crate"))["@graph"]


def test_without_its_package_a_crate_says_what_to_install(
    ada: Services, sent: Transfer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rocrate.rocrate", None)
    sheet = TransferHandle(ada, sent).receipt
    with pytest.raises(ExtraMissing, match=r"pip install 'jupyterlab-sregistry-globus\[crate\]'"):
        sheet.save(tmp_path / "crate", "ro-crate")
    with pytest.raises(BadRequest, match="Can't write"):
        sheet.save(tmp_path / "nowhere" / "receipt.json")
    assert json.loads(sheet.save(tmp_path / "receipt.json").read_text())["label"] == IMAGE


def test_a_completed_transfer_can_be_retried(
    ada: Services, sent: Transfer, sandbox: Sandbox
) -> None:
    (file,) = (sandbox.state / "endpoints").rglob("salsa_verde.sif")
    file.unlink()
    again = TransferHandle(ada, sent).retry().transfer
    assert again.retry_of == sent.id
    done = until(ada, again.id, ended)
    assert done.state == "succeeded"
    assert done.tasks[0].arrivals[0].is_verified is True
    assert file.exists()


def test_a_retry_refuses_a_different_size(
    ada: Services, sent: Transfer, registry_root: Path
) -> None:
    with (registry_root / SALSA).open("ab") as file:
        file.write(b"more")
    with pytest.raises(ImageChanged):
        ada.transfers.retry(sent.id)


def test_a_retry_refuses_different_content_of_the_same_size(
    ada: Services, sent: Transfer, registry_root: Path, sandbox: Sandbox
) -> None:
    with (registry_root / SALSA).open("r+b") as file:
        file.seek(-8, 2)
        file.write(b"tampered")
    (arrived,) = (sandbox.state / "endpoints").rglob("salsa_verde.sif")
    arrived.unlink()
    # Nobody has read the whole file, so that only Globus can tell.
    done = until(ada, ada.transfers.retry(sent.id).id, ended)
    assert done.state == "failed"
    assert "the image has changed since it was chosen" in done.tasks[0].reason
    assert not arrived.exists()


def test_a_retry_refuses_a_tag_that_now_means_another_image(
    ada: Services, store: Store, registry_root: Path
) -> None:
    digest = "sha256:" + hashlib.sha256((registry_root / SALSA).read_bytes()).hexdigest()
    image = store.add("tacos/salsa:verde", below=SALSA, digest=digest)
    transfer = until(ada, ada.transfers.start(asked(image), origin="panel").id, ended)
    store.add("tacos/salsa:verde", below=SALSA, digest="sha256:" + "1" * 64)
    with pytest.raises(ImageChanged):
        ada.transfers.retry(transfer.id)


def test_a_malformed_digest_is_refused(ada: Services) -> None:
    source = ImageSource(IMAGE, digest="sha256:nonsense")
    request = PlanRequest((source,), Location(names.STANFORD_SHERLOCK_SCRATCH))
    with pytest.raises(BadRequest):
        ada.transfers.plan(request)


# Faces.


def test_through_a_command(
    faced: None, sent: Transfer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = str(sent.tasks[0].task_id)
    assert command(["receipt", task_id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == sent.id
    assert command(["receipt", sent.id[:8], "--format", "ro-crate"]) == 0
    assert "@graph" in json.loads(capsys.readouterr().out)
    target = tmp_path / "r.json"
    assert command(["receipt", sent.id, "-o", str(target)]) == 0
    assert json.loads(target.read_text())["id"] == sent.id
    assert command(["receipt", sent.id]) == 0
    assert "sha256:" in capsys.readouterr().out
    assert command(["retry", sent.id, "--wait"]) == 0


def test_through_a_magic(faced: None, sent: Transfer, tmp_path: Path) -> None:
    magics = SRegistryGlobusMagics(shell=None)
    assert magics.globus(f"receipt {sent.id}").data.id == sent.id
    magics.globus(f"receipt {sent.id} -o {tmp_path}/crate --format ro-crate")
    assert (tmp_path / "crate" / "ro-crate-metadata.json").exists()
    assert "@graph" in json.loads(repr(magics.globus(f"receipt {sent.id} --format ro-crate")))
    assert magics.globus(f"retry {sent.id}").wait(60).status == "succeeded"


async def test_through_a_route(api: Api, connected: Any) -> None:
    body = {
        "sources": [{"kind": "image", "reference": IMAGE}],
        "destination": {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH},
    }
    transfer = await api.post("transfers", body=body)
    receipt = await api.get("transfers", transfer["id"], "receipt")
    assert receipt["images"][0]["source"] == IMAGE
    with pytest.raises(Refused) as refused:
        await api.get("transfers", "nonsense", "receipt")
    assert refused.value.code == "transfer_not_found"
