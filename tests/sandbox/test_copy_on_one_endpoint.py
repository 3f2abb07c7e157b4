"""A task that copies a file on one endpoint: how Globus itself computes a file's checksum."""

from __future__ import annotations

import hashlib
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from .helpers import SCRATCH, finished, refused, send

CONTENT = b"content" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PART, FINAL = "/images/.a.sif.part", "/images/a.sif"


@pytest.fixture
def part(target: Path) -> Path:
    path = target / PART.lstrip("/")
    path.write_bytes(CONTENT)
    return path


def copy(ada: globus_sdk.TransferClient, checksum: str, **options: object) -> str:
    item = {"external_checksum": checksum, "checksum_algorithm": "SHA256"}
    return send(ada, (SCRATCH, PART), (SCRATCH, FINAL), item=item, **options)


def test_the_right_checksum_is_reported(
    ada: globus_sdk.TransferClient, part: Path, target: Path
) -> None:
    task_id = copy(ada, SHA256, verify_checksum=True)
    assert finished(ada, task_id)["status"] == "SUCCEEDED"
    [row] = ada.task_successful_transfers(task_id)["DATA"]
    assert (row["checksum"], row["checksum_algorithm"]) == (SHA256, "SHA256")
    assert (target / FINAL.lstrip("/")).read_bytes() == CONTENT
    assert part.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(
    ada: globus_sdk.TransferClient, part: Path, target: Path
) -> None:
    task = finished(ada, copy(ada, hashlib.sha256(b"other").hexdigest()))
    assert task["status"] == "FAILED"
    assert task["fatal_error"]["code"] == "EXTERNAL_CHECKSUM_MISMATCH"
    assert [path.name for path in part.parent.iterdir()] == [part.name]


def test_an_existing_file_is_kept_by_a_sync_level(
    ada: globus_sdk.TransferClient, part: Path, target: Path
) -> None:
    final = target / FINAL.lstrip("/")
    final.write_bytes(b"kept")
    assert finished(ada, copy(ada, SHA256, sync_level="exists"))["files_skipped"] == 1
    assert final.read_bytes() == b"kept"
    assert finished(ada, copy(ada, SHA256))["files_transferred"] == 1
    assert final.read_bytes() == CONTENT


def test_the_same_copy_conflicts_while_it_is_active(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, part: Path
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    first = copy(ada, SHA256)
    assert refused(lambda: copy(ada, SHA256)) == (409, "Conflict")
    sandbox.set_task_faults()
    finished(ada, first)
    assert finished(ada, copy(ada, SHA256))["status"] == "SUCCEEDED"
