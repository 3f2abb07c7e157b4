"""Tasks that succeed: copying, comparing, syncing, deleting, and their documents."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, USUAL, finished, folder_of, refused, send, wait_for

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH
CLOUD = names.RESEARCH_CLOUD
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def source(sandbox: Sandbox) -> Path:
    return folder_of(sandbox, "research-cloud-project-space")


@pytest.fixture
def target(sandbox: Sandbox) -> Path:
    return folder_of(sandbox, "stanford-sherlock-scratch")


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


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


@pytest.fixture
def tree(source: Path) -> Path:
    folder = source / "tree"
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "a.sif").write_text("a")
    (folder / "b.txt").write_text("b")
    (folder / "sub" / "c.sif").write_text("c")
    (folder / "link").symlink_to("a.sif")
    (folder / "out").symlink_to("/etc/passwd")
    return folder


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


def test_delete_removes_its_items(ada: globus_sdk.TransferClient, tree: Path, source: Path) -> None:
    data = globus_sdk.DeleteData(CLOUD, recursive=True)
    data.add_item("/tree")
    data.add_item("/README.txt")
    answer = ada.submit_delete(data)
    task = finished(ada, answer["task_id"])
    assert (answer["DATA_TYPE"], task["type"], task["status"]) == (
        "delete_result",
        "DELETE",
        "SUCCEEDED",
    )
    assert not tree.exists()
    assert not (source / "README.txt").exists()
    assert (source / "images").exists()
    assert task["destination_endpoint_id"] is None


def test_delete_spares_folders_and_the_root(
    ada: globus_sdk.TransferClient, tree: Path, source: Path
) -> None:
    for path, recursive in (("/tree", False), ("/", True), ("/tree/../", True)):
        data = globus_sdk.DeleteData(CLOUD, recursive=recursive)
        data.add_item(path)
        task = finished(ada, ada.submit_delete(data)["task_id"])
        assert task["status"] == "FAILED"
    assert (tree / "a.sif").exists()


def test_delete_of_a_missing_file(ada: globus_sdk.TransferClient) -> None:
    data = globus_sdk.DeleteData(CLOUD, additional_fields={"ignore_missing": True})
    data.add_item("/missing")
    assert finished(ada, ada.submit_delete(data)["task_id"])["status"] == "SUCCEEDED"
    strict = globus_sdk.DeleteData(CLOUD)
    strict.add_item("/missing")
    task_id = ada.submit_delete(strict)["task_id"]
    wait_for(lambda: ada.get_task(task_id)["nice_status"] == "FILE_NOT_FOUND")
    ada.cancel_task(task_id)


def test_virtual_files_can_be_copied(ada: globus_sdk.TransferClient, target: Path) -> None:
    task = finished(
        ada, send(ada, (names.SKY_SURVEY, "/frames/frame-000003.fits"), (SCRATCH, "/f.fits"))
    )
    assert task["status"] == "SUCCEEDED"
    assert (target / "f.fits").stat().st_size == 11_520


def test_successful_transfers_come_in_pages(ada: globus_sdk.TransferClient, source: Path) -> None:
    (source / "many").mkdir()
    for number in range(230):
        (source / "many" / f"{number:03d}").touch()
    task_id = send(ada, (CLOUD, "/many"), (SCRATCH, "/many"), item={"recursive": True})
    finished(ada, task_id)
    first = ada.task_successful_transfers(task_id)
    assert len(list(first)) == 100
    assert first["next_marker"] == 100
    rows = list(ada.paginated.task_successful_transfers(task_id).items())
    assert len({row["source_path"] for row in rows}) == 230


def test_task_list_filters_orders_and_pages(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    made = []
    for number in range(3):
        sandbox.advance_clock(60)
        made.append(
            send(ada, (CLOUD, "/README.txt"), (SCRATCH, f"/t{number}"), label=f"try {number}")
        )
        finished(ada, made[-1])

    def ls(text: str = "", **options: Any) -> list[str]:
        return [row["task_id"] for row in ada.task_list(filter=text, **options)]

    assert ls()[:3] == made[::-1]
    assert ls("label:try 1") == [made[1]]
    assert ls("label:~TRY*,!~*2/status:SUCCEEDED") == [made[1], made[0]]
    assert ls(f"task_id:{made[0]},{made[2]}", orderby="request_time ASC") == [made[0], made[2]]
    assert ls("status:ACTIVE") == []
    assert ls("type:DELETE") == []
    assert ls("completion_time:2001-01-01 00:00:00,2002-01-01 00:00:00") == []
    assert set(made) <= set(ls("request_time:2001-01-01 00:00:00,"))
    page = ada.task_list(limit=2, offset=1)
    assert (page["length"], page["limit"], page["offset"], page["total"]) == (2, 2, 1, 5)
    fields = ada.task_list(limit=1, query_params={"fields": "task_id,status"})
    assert fields["DATA"] == [{"task_id": made[2], "status": "SUCCEEDED"}]
    assert len(list(ada.paginated.task_list(limit=1).items())) == 5
    empty = ada.task_list(offset=50)
    assert (empty["DATA"], empty["total"]) == ([], 0)


def test_a_task_belongs_to_its_submitter(
    ada: globus_sdk.TransferClient, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    task_id = send(ada, (CLOUD, "/README.txt"), (SCRATCH, "/x"))
    bob = transfer(names.BOB)
    for action in (bob.get_task, bob.cancel_task, bob.task_event_list):
        assert refused(lambda: action(task_id)) == (404, "ClientError.NotFound")  # noqa: B023
    assert transfer(names.ADA_HOSPITAL).get_task(task_id)["task_id"] == task_id
    finished(ada, task_id)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(tmp_path, throttle_bytes_per_second=400_000) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def test_progress_is_shown_and_three_tasks_run_at_once(slow: Sandbox) -> None:
    secret = slow.tokens(USUAL)[TRANSFER]["access_token"]
    source = folder_of(slow, "research-cloud-project-space")
    target = folder_of(slow, "stanford-sherlock-scratch")
    (source / "big").write_bytes(b"x" * 300_000)
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        tasks = [send(client, (CLOUD, "/big"), (SCRATCH, f"/big{n}")) for n in range(4)]

        def states() -> list[str]:
            return [client.get_task(task)["nice_status"] for task in tasks]

        wait_for(lambda: states() == ["OK", "OK", "OK", "Queued"])
        moved: list[int] = []
        while (task := client.get_task(tasks[0]))["status"] == "ACTIVE":
            moved.append(task["bytes_transferred"])
            assert not (target / "big0").exists()
            time.sleep(0.02)
        assert len(set(moved)) >= 4
        assert moved == sorted(moved)
        assert client.cancel_task(tasks[3])["code"] == "Canceled"
        for task_id in tasks[:3]:
            assert finished(client, task_id)["status"] == "SUCCEEDED"


def test_cancel_leaves_nothing_at_the_destination(slow: Sandbox) -> None:
    secret = slow.tokens(USUAL)[TRANSFER]["access_token"]
    source = folder_of(slow, "research-cloud-project-space")
    target = folder_of(slow, "stanford-sherlock-scratch")
    (source / "big").write_bytes(b"x" * 2_000_000)
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        task_id = send(client, (CLOUD, "/big"), (SCRATCH, "/big"))
        wait_for(lambda: leftovers(target))
        slow.change_setting("cancel_delay_s", 3600.0)
        assert client.cancel_task(task_id)["code"] == "CancelAccepted"
        assert client.get_task(task_id)["status"] == "ACTIVE"
        slow.change_setting("cancel_delay_s", 0.0)
        assert client.cancel_task(task_id)["code"] == "Canceled"
        task = client.get_task(task_id)
        assert (task["status"], task["subtasks_canceled"]) == ("FAILED", 1)
        assert client.cancel_task(task_id)["code"] == "TaskComplete"
        wait_for(lambda: not leftovers(target))
        assert not (target / "big").exists()
        assert next(iter(client.task_event_list(task_id)))["code"] == "CANCELED"
