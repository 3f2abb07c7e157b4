"""One writer for each path, and no gigabytes to where nothing may be written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import TransferConflict
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from .conftest import image_of, puts, request, sent

HELLO = "images://demo/hello:latest"


def test_two_uploads_to_one_path_are_refused_on_any_server_of_the_home(
    ada: Services, program: Callable[..., Services], image: Path, cluster: Path
) -> None:
    ada.transfers.start(request(image), origin="cli")
    with pytest.raises(TransferConflict, match="writes to"):
        program().transfers.start(request(image), origin="panel")
    assert len(ada.transfers.page().transfers) == 1


def test_a_globus_task_that_writes_to_the_path_blocks_an_upload_and_is_named(
    ada: Services, sandbox: Sandbox, contents: Path, registry_root: Path, cluster: Path
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    served = ada.transfers.start(request(HELLO), origin="cli")
    name = served.tasks[0].images[0].name
    file = contents / name
    file.write_bytes((registry_root / "demo/hello/latest/hello_latest.sif").read_bytes())
    with pytest.raises(TransferConflict, match="activity/"):
        ada.transfers.start(request(file), origin="cli")
    sandbox.set_task_faults()


def test_an_upload_blocks_a_globus_task_to_the_same_path(
    ada: Services, sandbox: Sandbox, contents: Path, registry_root: Path, cluster: Path
) -> None:
    file = contents / "hello_latest.sif"
    file.write_bytes((registry_root / "demo/hello/latest/hello_latest.sif").read_bytes())
    ada.transfers.start(request(file), origin="cli")
    with pytest.raises(TransferConflict):
        ada.transfers.start(request(HELLO), origin="cli")


def test_a_refusal_is_noticed_before_a_large_file_is_sent(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    os.truncate(image, 60_000_000)
    sandbox.change_endpoint(names.ALDER_CLUSTER, read_only=True)
    transfer = sent(ada, request(image))
    assert transfer.state == "failed"
    assert "does not permit" in transfer.reasons[0]
    assert len(puts(sandbox)) == 1
    assert image_of(transfer).bytes_transferred == 0


def test_the_check_of_a_large_file_leaves_nothing(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    os.truncate(image, 60_000_000)
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded", transfer.reasons
    assert [file.name for file in cluster.iterdir()] == ["bwa.sif"]
    assert len(puts(sandbox)) == 2
