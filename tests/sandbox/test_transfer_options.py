"""Folders, and the options of a transfer: filters, sync levels, checksums, deletions."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from .helpers import (
    CLOUD,
    SCRATCH,
    finished,
    leftovers,
    send,
)


def test_a_folder_is_copied_with_its_content(
    ada: globus_sdk.TransferClient, tree: Path, target: Path
) -> None:
    task = finished(
        ada, send(ada, (CLOUD, "/tree/"), (SCRATCH, "/copy/"), item={"recursive": True})
    )
    made = {str(path.relative_to(target / "copy")) for path in (target / "copy").rglob("*")}
    assert made == {"a.sif", "b.txt", "sub", "sub/c.sif", "sub/empty"}
    assert (task["files"], task["directories"]) == (3, 3)


def test_recursive_by_default_depends_on_the_source(
    ada: globus_sdk.TransferClient, tree: Path, target: Path
) -> None:
    finished(ada, send(ada, (CLOUD, "/tree"), (SCRATCH, "/copy")))
    assert (target / "copy" / "sub" / "c.sif").read_text() == "c"


def test_links_are_followed_on_request_but_never_out(
    ada: globus_sdk.TransferClient, tree: Path, target: Path
) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH, additional_fields={"recursive_symlinks": "copy"})
    data.add_item("/tree", "/copy", recursive=True)
    finished(ada, ada.submit_transfer(data)["task_id"])
    assert (target / "copy" / "link").read_text() == "a"
    assert not (target / "copy" / "out").exists()


def test_the_first_matching_filter_rule_decides(
    ada: globus_sdk.TransferClient, tree: Path, target: Path
) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH)
    data.add_item("/tree", "/copy", recursive=True)
    data.add_filter_rule("a*", method="include", type="file")
    data.add_filter_rule("*.sif", method="exclude", type="file")
    finished(ada, ada.submit_transfer(data)["task_id"])
    assert {path.name for path in (target / "copy").rglob("*") if path.is_file()} == {
        "a.sif",
        "b.txt",
    }


@pytest.mark.parametrize(
    ("level", "copied"),
    [
        ("exists", {"new"}),
        ("size", {"new", "longer"}),
        ("mtime", {"new", "longer", "newer"}),
        ("checksum", {"new", "longer", "newer", "changed"}),
    ],
)
def test_sync_levels_copy_what_differs(
    ada: globus_sdk.TransferClient, source: Path, target: Path, level: Any, copied: set[str]
) -> None:
    from_folder, to_folder = source / "sync", target / "sync"
    now = time.time()
    for folder, age in ((from_folder, 100), (to_folder, 50)):
        folder.mkdir()
        for name in ("same", "longer", "newer", "changed"):
            (folder / name).write_text("same")
            os.utime(folder / name, (now - age, now - age))
    (from_folder / "new").write_text("new")
    (from_folder / "longer").write_text("longer")
    (from_folder / "newer").write_text("NEWS")
    (from_folder / "changed").write_text("ELSE")
    os.utime(from_folder / "changed", (now - 100, now - 100))
    data = globus_sdk.TransferData(CLOUD, SCRATCH, sync_level=level)
    data.add_item("/sync", "/sync", recursive=True)
    task_id = ada.submit_transfer(data)["task_id"]
    task = finished(ada, task_id)
    done = {Path(row["source_path"]).name for row in ada.task_successful_transfers(task_id)}
    assert done == copied
    assert task["files_skipped"] == 5 - len(copied)


def test_times_are_preserved_on_request(
    ada: globus_sdk.TransferClient, source: Path, target: Path
) -> None:
    (source / "old").write_text("x")
    os.utime(source / "old", (1_000_000_000, 1_000_000_000))
    for name, keep in (("kept", True), ("fresh", False)):
        task = send(ada, (CLOUD, "/old"), (SCRATCH, f"/{name}"), preserve_timestamp=keep)
        finished(ada, task)
    assert (target / "kept").stat().st_mtime == 1_000_000_000
    assert (target / "fresh").stat().st_mtime > 1_500_000_000


@pytest.mark.parametrize("algorithm", ["MD5", "SHA1", "SHA256", "SHA512"])
def test_an_external_checksum_is_compared(
    ada: globus_sdk.TransferClient, source: Path, target: Path, algorithm: str
) -> None:
    (source / "x").write_text("content")
    right = hashlib.new(algorithm.lower(), b"content").hexdigest()
    item = {"checksum_algorithm": algorithm, "external_checksum": right.upper()}
    good = finished(ada, send(ada, (CLOUD, "/x"), (SCRATCH, "/good"), item=item))
    assert good["status"] == "SUCCEEDED"
    item["external_checksum"] = "0" * len(right)
    bad_id = send(ada, (CLOUD, "/x"), (SCRATCH, "/bad"), item=item)
    bad = finished(ada, bad_id)
    assert (bad["status"], bad["fatal_error"]["code"]) == ("FAILED", "EXTERNAL_CHECKSUM_MISMATCH")
    assert bad["subtasks_failed"] == 1
    assert not (target / "bad").exists()
    assert leftovers(target) == []
    latest = next(iter(ada.task_event_list(bad_id)))
    assert latest["code"] == "EXTERNAL_CHECKSUM_MISMATCH"


def test_extra_files_are_deleted_on_request(
    ada: globus_sdk.TransferClient, tree: Path, target: Path
) -> None:
    extra = target / "copy" / "sub" / "extra"
    extra.mkdir(parents=True)
    (target / "copy" / "b.txt").write_text("old")
    for keep in (True, False):
        data = globus_sdk.TransferData(CLOUD, SCRATCH, delete_destination_extra=not keep)
        data.add_item("/tree", "/copy", recursive=True)
        finished(ada, ada.submit_transfer(data)["task_id"])
        assert extra.exists() is keep
    assert (target / "copy" / "b.txt").read_text() == "b"
    assert (target / "images").exists()


def test_source_errors_are_skipped_on_request(ada: globus_sdk.TransferClient, target: Path) -> None:
    data = globus_sdk.TransferData(CLOUD, SCRATCH, skip_source_errors=True)
    data.add_item("/missing", "/images/missing")
    data.add_item("/README.txt", "/images/there")
    task_id = ada.submit_transfer(data)["task_id"]
    task = finished(ada, task_id)
    assert (task["status"], task["subtasks_skipped_errors"]) == ("SUCCEEDED", 1)
    (row,) = ada.task_skipped_errors(task_id)
    assert (row["source_path"], row["error_code"]) == ("/missing", "FILE_NOT_FOUND")
    (good,) = ada.task_successful_transfers(task_id)
    assert good["destination_path"] == "/images/there"
