"""Large files, which Globus checks by copying them to their final names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from ...conftest import until
from .conftest import image_of, request, sent, temporary_files


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings under which every file is a large one."""
    return {**settings, "direct_read_back_bytes": 0}


def test_globus_computes_the_checksum_of_a_large_file(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded", transfer.reasons
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    (arrival,) = transfer.tasks[0].arrivals
    assert arrival.proof == "globus"
    assert arrival.digest == "sha256:" + hashlib.sha256(image.read_bytes()).hexdigest()
    assert image_of(transfer).copy_task_id in transfer.tasks[0].task_ids
    until(ada, transfer.id, lambda now: temporary_files(cluster) == [])


def test_without_room_for_a_copy_only_the_size_is_known(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT", "count": 50})
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded", transfer.reasons
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert transfer.tasks[0].arrivals[0].proof == "size"
    receipt = ada.transfers.receipt(transfer.id)
    assert (receipt.images[0].proof, receipt.tasks[0].kind) == ("size", "upload")
