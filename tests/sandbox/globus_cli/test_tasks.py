"""The globus CLI transfers and deletes files of the sandbox, and follows its tasks."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..globus_program import GlobusProgram
from ..helpers import data_access
from .tasks import CLOUD, PAUSED, SCRATCH, send, wait


def test_transfer_of_one_file(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "one.sif").write_bytes(b"image" * 1000)
    task_id = send(
        globus,
        f"{CLOUD}:/one.sif",
        f"{SCRATCH}:/images/one.sif",
        "--label",
        "one image",
        "--checksum-algorithm",
        "SHA256",
    )
    wait(globus, task_id)
    assert (target / "images/one.sif").read_bytes() == b"image" * 1000
    assert "SUCCEEDED" in globus.run("task", "show", task_id)
    (row,) = globus.json("task", "show", "-t", task_id)["DATA"]
    assert row["checksum"] == hashlib.sha256(b"image" * 1000).hexdigest()
    assert globus.json("task", "show", "--skipped-errors", task_id)["DATA"] == []
    events = globus.run("task", "event-list", task_id)
    assert "SUCCEEDED" in events
    assert "STARTED" in events
    assert globus.run("task", "event-list", "--filter-errors", task_id).count("\n") <= 2


def test_transfer_of_a_batch(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "batch").mkdir()
    for name in ("a", "b c"):
        (source / "batch" / name).write_text(name)
    lines = "# two files\na a\n\n'b c' 'b c'\n"
    task_id = send(globus, f"{CLOUD}:/batch/", f"{SCRATCH}:/batch/", "--batch", "-", stdin=lines)
    wait(globus, task_id)
    assert {path.name for path in (target / "batch").iterdir()} == {"a", "b c"}


def test_transfer_with_every_option(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "opt").mkdir()
    for name in ("keep.sif", "drop.txt"):
        (source / "opt" / name).write_text(name)
    task_id = send(
        globus,
        f"{CLOUD}:/opt/",
        f"{SCRATCH}:/opt/",
        *("--recursive", "--sync-level", "checksum", "--preserve-mtime", "--verify-checksum"),
        *("--encrypt-data", "--skip-source-errors", "--fail-on-quota-errors"),
        *("--delete-destination-extra", "--include", "keep*", "--exclude", "*.txt"),
        *("--notify", "off", "--deadline", "2199-01-01"),
    )
    wait(globus, task_id)
    assert [path.name for path in (target / "opt").iterdir()] == ["keep.sif"]
    task = globus.json("task", "show", task_id)
    for option in (
        "encrypt_data",
        "skip_source_errors",
        "fail_on_quota_errors",
        "preserve_timestamp",
        "delete_destination_extra",
    ):
        assert task[option] is True
    assert task["sync_level"] == 3
    again = send(globus, f"{CLOUD}:/opt/", f"{SCRATCH}:/opt/", "-r", "-s", "exists")
    wait(globus, again)
    assert globus.json("task", "show", again)["files_skipped"] == 1


def test_a_submission_id_twice(globus: GlobusProgram) -> None:
    submission_id = globus.run("task", "generate-submission-id").strip()
    paths = (f"{CLOUD}:/README.txt", f"{SCRATCH}:/twice.txt")
    first = send(globus, *paths, "--submission-id", submission_id)
    assert send(globus, *paths, "--submission-id", submission_id) == first
    wait(globus, first)
    assert "Source Path" in globus.run("transfer", *paths, "--dry-run")


def test_a_wrong_external_checksum(globus: GlobusProgram) -> None:
    task_id = send(
        globus,
        f"{CLOUD}:/README.txt",
        f"{SCRATCH}:/wrong.txt",
        "--external-checksum",
        "0" * 64,
        "--checksum-algorithm",
        "SHA256",
    )
    wait(globus, task_id, code=1)
    assert "EXTERNAL_CHECKSUM_MISMATCH" in globus.run("task", "event-list", task_id)


def test_refused_submissions(globus: GlobusProgram) -> None:
    readme = f"{CLOUD}:/README.txt"
    globus.run("transfer", readme, f"{names.ADAS_LAPTOP_OFFLINE}:/~/x", code=1)
    globus.run("transfer", readme, f"{names.DELETED_PROJECT}:/x", code=1)
    said = globus.run("transfer", readme, f"{names.NATIONAL_CENTER}:/~/x", code=4)
    assert data_access(names.NATIONAL_CENTER) in said


def test_delete(globus: GlobusProgram, source: Path) -> None:
    (source / "del" / "sub").mkdir(parents=True)
    for name in ("a.sif", "b.sif", "c.txt"):
        (source / "del" / name).touch()
    globs = ("--enable-globs", "--star-silent")
    task_id = globus.json("delete", *globs, f"{CLOUD}:/del/*.sif")["task_id"]
    wait(globus, task_id)
    assert {path.name for path in (source / "del").iterdir()} == {"sub", "c.txt"}
    task_id = globus.json("delete", "--recursive", f"{CLOUD}:/del/")["task_id"]
    wait(globus, task_id)
    assert not (source / "del").exists()
    assert "Endpoint" in globus.run("task", "show", task_id)
    task_id = globus.json("delete", "--ignore-missing", f"{CLOUD}:/del/")["task_id"]
    wait(globus, task_id)
    assert "0" in globus.run("rm", "--recursive", "--ignore-missing", f"{CLOUD}:/del", "-F", "json")


def test_tasks_that_wait(globus: GlobusProgram, shared_sandbox: Sandbox) -> None:
    task_id = send(globus, f"{CLOUD}:/README.txt", f"{PAUSED}:/x")
    globus.run("task", "wait", task_id, "--timeout", "1", "--polling-interval", "1", code=1)
    assert "tape robot" in globus.run("task", "pause-info", task_id)
    assert "True" in globus.run("task", "show", task_id)
    globus.run("task", "update", task_id, "--label", "patient", "--deadline", "2199-01-01")
    listed = globus.run("task", "list", "--filter-label", "pat*", "--filter-status", "ACTIVE")
    assert task_id in listed
    assert "cancelled successfully" in globus.run("task", "cancel", task_id)
    assert "completed before" in globus.run("task", "cancel", task_id)
    wait(globus, task_id, code=1)
    assert "not paused" in globus.run("task", "pause-info", task_id)
    globus.run("task", "update", task_id, "--label", "late", code=1)
    globus.run("task", "show", "00000000-0000-4000-8000-000000000000", code=1)


def test_cancel_all(globus: GlobusProgram) -> None:
    tasks = [send(globus, f"{CLOUD}:/README.txt", f"{PAUSED}:/all{n}") for n in range(2)]
    said = globus.run("task", "cancel", "--all")
    assert all(task in said for task in tasks)
    assert "no in-progress tasks" in globus.run("task", "cancel", "--all", code=1)


def test_task_list(globus: GlobusProgram) -> None:
    rows = globus.json("task", "list", "--limit", "2", "--filter-type", "TRANSFER")["DATA"]
    assert len(rows) == 2
    filtered = globus.json("task", "list", "--filter-task-id", rows[0]["task_id"])["DATA"]
    assert [row["task_id"] for row in filtered] == [rows[0]["task_id"]]
    before = ("--filter-requested-before", "2001-01-01")
    assert globus.json("task", "list", *before)["DATA"] == []
