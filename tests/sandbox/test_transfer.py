"""Tasks of one file that succeed, and submissions that are refused."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import (
    CLOUD,
    SCRATCH,
    finished,
    leftovers,
    refused,
    send,
)

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_file_is_copied_completely_and_reported(
    ada: globus_sdk.TransferClient, source: Path, target: Path
) -> None:
    content = os.urandom(3_000_000)
    (source / "a b:c@d#%.sif").write_bytes(content)
    data = globus_sdk.TransferData(CLOUD, SCRATCH, label="one image")
    data.add_item("/a b:c@d#%.sif", "/images/new/deep/x.sif", checksum_algorithm="SHA256")
    answer = ada.submit_transfer(data)
    assert (answer["code"], answer["submission_id"]) == ("Accepted", data["submission_id"])
    task = finished(ada, answer["task_id"])
    assert (target / "images/new/deep/x.sif").read_bytes() == content
    assert leftovers(target) == []
    assert (task["status"], task["label"], task["nice_status"]) == ("SUCCEEDED", "one image", None)
    assert (task["files"], task["files_transferred"], task["files_skipped"]) == (1, 1, 0)
    assert task["bytes_transferred"] == task["bytes_checksummed"] == len(content)
    assert (task["subtasks_total"], task["subtasks_succeeded"], task["faults"]) == (2, 2, 0)
    assert task["effective_bytes_per_second"] > 0
    (row,) = ada.task_successful_transfers(answer["task_id"])
    assert row["checksum"] == hashlib.sha256(content).hexdigest()
    assert (row["checksum_algorithm"], row["size"]) == ("SHA256", len(content))
    codes = [event["code"] for event in ada.task_event_list(answer["task_id"])]
    assert codes == ["SUCCEEDED", "PROGRESS", "STARTED"]


def test_without_an_algorithm_no_checksum_is_reported(
    ada: globus_sdk.TransferClient, source: Path
) -> None:
    task = send(ada, (CLOUD, "/README.txt"), (SCRATCH, "/images/README.txt"))
    finished(ada, task)
    (row,) = ada.task_successful_transfers(task)
    assert (row["checksum"], row["checksum_algorithm"]) == (None, None)


def test_a_submission_id_runs_once(ada: globus_sdk.TransferClient) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH)
    data.add_item("/README.txt", "/images/once.txt")
    first = ada.submit_transfer(data)
    again = ada.submit_transfer(data)
    finished(ada, first["task_id"])
    late = ada.submit_transfer(data)
    assert (again["code"], late["code"]) == ("Duplicate", "Duplicate")
    assert first["task_id"] == again["task_id"] == late["task_id"]


def test_submission_ids_come_from_globus(
    ada: globus_sdk.TransferClient, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    foreign = transfer(names.BOB).get_submission_id()["value"]
    for bad in (NOBODY, "nonsense", foreign):
        data = globus_sdk.TransferData(CLOUD, SCRATCH, submission_id=bad)
        data.add_item("/README.txt", "/images/x.txt")
        status, code = refused(lambda: ada.submit_transfer(data))  # noqa: B023
        assert (status, code) == (400, "ClientError.BadRequest")


def test_identical_paths_conflict_while_active(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    paths = ((CLOUD, "/README.txt"), (SCRATCH, "/images/x.txt"))
    first = send(ada, *paths)
    assert refused(lambda: send(ada, *paths)) == (409, "Conflict")
    other = send(ada, (CLOUD, "/README.txt"), (SCRATCH, "/images/y.txt"))
    sandbox.set_task_faults()
    finished(ada, first)
    finished(ada, other)
    assert send(ada, *paths)


@pytest.mark.parametrize(
    "label",
    ["x" * 129, "two\nlines", " before", "after "],
    ids=["long", "lines", "before", "after"],
)
def test_a_label_that_globus_would_reject(ada: globus_sdk.TransferClient, label: str) -> None:
    paths = ((CLOUD, "/README.txt"), (SCRATCH, "/images/x.txt"))
    assert refused(lambda: send(ada, *paths, label=label))[0] == 400


@pytest.mark.parametrize(
    "change",
    [
        {"DATA": []},
        {"DATA": "x"},
        {"DATA": [{"source_path": "/x"}]},
        {"DATA": [{"source_path": "/x", "destination_path": "/y", "checksum_algorithm": "CRC"}]},
        {"sync_level": 7},
        {"deadline": "soon"},
        {"filter_rules": ["x"]},
    ],
)
def test_a_malformed_document_creates_no_task(
    ada: globus_sdk.TransferClient, change: dict[str, Any]
) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH)
    data.add_item("/README.txt", "/images/x.txt")
    before = ada.task_list()["total"]
    assert refused(lambda: ada.submit_transfer({**data, **change}))[0] == 400
    assert ada.task_list()["total"] == before


def test_no_items_has_its_own_code(ada: globus_sdk.TransferClient) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH)
    assert refused(lambda: ada.submit_transfer(data)) == (
        400,
        "ClientError.BadRequest.NoTransferItems",
    )


def test_virtual_files_can_be_copied(ada: globus_sdk.TransferClient, target: Path) -> None:
    task = finished(
        ada, send(ada, (names.SKY_SURVEY, "/frames/frame-000003.fits"), (SCRATCH, "/f.fits"))
    )
    assert task["status"] == "SUCCEEDED"
    assert (target / "f.fits").stat().st_size == 11_520
