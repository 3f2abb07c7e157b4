"""Images that this host downloads over HTTPS into a folder registry."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    BadRequest,
    ConsentRequired,
    EndpointNotUsable,
    NotSendable,
    PathNotServed,
    TransferConflict,
)
from jupyterlab_sregistry_globus.models.tasks import Download
from jupyterlab_sregistry_globus.models.transfers import Place
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ....support.connect import connect
from .conftest import GET, asked, image_of, leftovers, pull, pulled, wait_for


def sha256(file: Path) -> str:
    return "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_arrives_without_any_endpoint_here(ada: Services, mine: Path, far: Path) -> None:
    os.utime(far, (1_700_000_000, 1_700_000_000))
    transfer = pulled(ada, pull("bwa.sif", collection="tools"))
    file = mine / "tools" / "bwa.sif"
    assert file.read_bytes() == far.read_bytes()
    assert (transfer.state, transfer.destination) == ("succeeded", Place(None, f"{mine}/tools/"))
    assert file.stat().st_mtime == 1_700_000_000
    assert stat.S_IMODE(file.stat().st_mode) == file.parent.stat().st_mode & 0o666
    assert leftovers(mine / "tools") == []
    assert ada.catalog.find("tools/bwa:latest")[1].reference == "mine://tools/bwa:latest"


def test_the_receipt_says_that_the_file_was_hashed_on_its_way(ada: Services, far: Path) -> None:
    transfer = pulled(ada, pull("bwa.sif"))
    receipt = ada.transfers.receipt(transfer.id)
    (image,), (task,) = receipt.images, receipt.tasks
    assert (image.proof, image.digest_computed) == ("received", sha256(far))
    assert (image.route, image.source_endpoint_id) == ("direct", names.ALDER_CLUSTER)
    assert (task.kind, task.task_id) == ("download", None)


def test_a_download_resumes_where_it_broke_off(
    ada: Services, mine: Path, far: Path, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": GET, "count": 1, "drop": True, "at_bytes": 500_000})
    transfer = pulled(ada, pull("bwa.sif"))
    assert (mine / "bwa.sif").read_bytes() == far.read_bytes()
    assert len(asked(sandbox)) == 2
    assert image_of(transfer).failures == 1


def test_a_server_that_ignores_the_range_sends_all_of_it_again(
    ada: Services, mine: Path, far: Path, sandbox: Sandbox
) -> None:
    sandbox.set_faults(
        {"route": GET, "count": 1, "drop": True, "at_bytes": 500_000},
        {"route": GET, "skip": 1, "count": 1, "ignore_range": True},
    )
    assert pulled(ada, pull("bwa.sif")).state == "succeeded"
    assert (mine / "bwa.sif").read_bytes() == far.read_bytes()


def test_bytes_of_an_earlier_file_are_not_kept(
    ada: Services, mine: Path, far: Path, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": GET, "count": 1, "drop": True, "at_bytes": 500_000})
    started = ada.transfers.pull(pull("bwa.sif"), origin="cli")
    ada.transfers.refresh(started.id)
    wait_for(lambda: image_of(ada.transfers.get(started.id)).failures)
    wait_for(lambda: "downloads" not in ada.transfers.activities)
    far.write_bytes(b"B" * 700_000)
    assert ada.transfers.wait(started.id, 60).state == "succeeded"
    assert (mine / "bwa.sif").read_bytes() == far.read_bytes()


def test_a_file_that_is_always_cut_fails_in_the_end(
    ada: Services, mine: Path, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": GET, "drop": True, "at_bytes": 0})
    transfer = pulled(ada, pull("bwa.sif"))
    assert transfer.state == "failed"
    assert "could not be downloaded in 5 attempts" in image_of(transfer).problem
    assert list(mine.iterdir()) == []


def test_cancel_removes_what_was_received(ada: Services, mine: Path, sandbox: Sandbox) -> None:
    sandbox.set_faults({"route": GET, "stall": True, "at_bytes": 300_000})
    started = ada.transfers.pull(pull("bwa.sif"), origin="cli")
    ada.transfers.refresh(started.id)
    wait_for(lambda: leftovers(mine))
    ada.transfers.cancel(started.id)
    assert ada.transfers.wait(started.id, 60).state == "canceled"
    wait_for(lambda: not leftovers(mine))
    sandbox.set_faults()


def test_without_https_both_ways_are_explained(ada: Services, sandbox: Sandbox) -> None:
    sandbox.change_endpoint(names.ALDER_CLUSTER, https=False)
    with pytest.raises(PathNotServed) as raised:
        ada.transfers.pull(pull("bwa.sif"), origin="cli")
    assert "No Globus endpoint on this machine" in raised.value.message
    assert "does not offer downloads over HTTPS" in raised.value.message


def test_the_login_for_it_is_asked_for_only_then(services: Services, sandbox: Sandbox) -> None:
    connect(services, sandbox)
    with pytest.raises(ConsentRequired) as raised:
        services.transfers.pull(pull("bwa.sif"), origin="cli")
    assert raised.value.action is not None


def test_an_administrator_can_turn_it_off_and_bound_it(
    program: Callable[..., Services], ada: Services
) -> None:
    with pytest.raises(EndpointNotUsable, match="turned off"):
        program(direct_limit_bytes=0).transfers.pull(pull("bwa.sif", route="direct"), origin="cli")
    with pytest.raises(EndpointNotUsable, match="direct_limit_bytes"):
        program(direct_limit_bytes=9).transfers.pull(pull("bwa.sif", route="direct"), origin="cli")


def test_only_ways_of_a_pull_can_be_chosen(ada: Services) -> None:
    with pytest.raises(BadRequest, match="local or direct"):
        ada.transfers.pull(pull("bwa.sif", route="staged"), origin="cli")
    with pytest.raises(PathNotServed):
        ada.transfers.pull(pull("bwa.sif", route="local"), origin="cli")


def test_a_full_disk_is_noticed_first(ada: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(NotSendable, match="has room for only"):
        ada.transfers.pull(pull("bwa.sif"), origin="cli")


EXISTING: list[tuple[Any, bytes, str]] = [
    ("exists", b"old", "kept"),
    ("always", b"old", "replaced"),
    ("size", b"old", "replaced"),
    ("checksum", b"old", "replaced"),
]


@pytest.mark.parametrize(("rule", "content", "outcome"), EXISTING)
def test_an_existing_file_is_treated_as_the_user_chose(
    ada: Services, mine: Path, far: Path, rule: Any, content: bytes, outcome: str
) -> None:
    (mine / "bwa.sif").write_bytes(content)
    transfer = pulled(ada, pull("bwa.sif", when_exists=rule))
    assert transfer.state == "succeeded"
    expected = far.read_bytes() if outcome == "replaced" else content
    assert (mine / "bwa.sif").read_bytes() == expected
    assert leftovers(mine) == []


def test_an_equal_file_is_kept_and_proven(ada: Services, mine: Path, far: Path) -> None:
    (mine / "bwa.sif").write_bytes(far.read_bytes())
    before = (mine / "bwa.sif").stat()
    transfer = pulled(ada, pull("bwa.sif", when_exists="checksum"))
    (image,) = ada.transfers.receipt(transfer.id).images
    assert (image.digest_computed, image.note) == (
        sha256(far),
        "Already up to date, nothing copied",
    )
    assert (mine / "bwa.sif").stat().st_ino == before.st_ino


def test_without_a_choice_an_existing_file_refuses_the_pull(ada: Services, mine: Path) -> None:
    (mine / "bwa.sif").write_bytes(b"old")
    with pytest.raises(NotSendable, match="is already in"):
        ada.transfers.pull(pull("bwa.sif"), origin="cli")


@pytest.mark.parametrize("appears", [b"", b"theirs"])
def test_a_file_that_appears_meanwhile_is_never_replaced(
    ada: Services, mine: Path, sandbox: Sandbox, appears: bytes
) -> None:
    sandbox.set_faults({"route": GET, "stall": True, "at_bytes": 300_000})
    started = ada.transfers.pull(pull("bwa.sif"), origin="cli")
    ada.transfers.refresh(started.id)
    wait_for(lambda: leftovers(mine))
    (mine / "bwa.sif").write_bytes(appears)
    sandbox.set_faults()
    transfer = ada.transfers.wait(started.id, 60)
    assert transfer.state == "failed"
    assert "has changed since the pull was planned" in image_of(transfer).problem
    assert (mine / "bwa.sif").read_bytes() == appears


def test_retry_pulls_what_did_not_arrive(ada: Services, mine: Path, sandbox: Sandbox) -> None:
    sandbox.set_faults({"route": GET, "drop": True, "at_bytes": 0})
    failed = pulled(ada, pull("bwa.sif"))
    sandbox.set_faults()
    again = ada.transfers.wait(ada.transfers.retry(failed.id).id, 60)
    assert (again.state, again.retry_of) == ("succeeded", failed.id)
    assert (mine / "bwa.sif").exists()


def test_two_pulls_of_one_file_are_one_too_many(ada: Services, sandbox: Sandbox) -> None:
    sandbox.set_faults({"route": GET, "stall": True})
    ada.transfers.pull(pull("bwa.sif"), origin="cli")
    with pytest.raises(TransferConflict):
        ada.transfers.pull(pull("bwa.sif"), origin="cli")
    sandbox.set_faults()


def test_another_program_goes_on_where_the_first_was_stopped(
    ada: Services,
    program: Callable[..., Services],
    mine: Path,
    far: Path,
    sandbox: Sandbox,
) -> None:
    sandbox.set_faults({"route": GET, "stall": True, "at_bytes": 500_000})
    started = ada.transfers.pull(pull("bwa.sif"), origin="cli")
    ada.transfers.refresh(started.id)
    wait_for(lambda: [part for part in mine.glob(".*/0/*.part") if part.stat().st_size])
    ada.transfers.close()
    sandbox.set_faults()
    other = program()
    assert other.transfers.wait(started.id, 60).state == "succeeded"
    assert (mine / "bwa.sif").read_bytes() == far.read_bytes()


def test_a_killed_program_s_leftovers_are_removed_and_nothing_else(
    ada: Services, mine: Path
) -> None:
    transfer = pulled(ada, pull("bwa.sif"))
    (task,) = transfer.tasks
    assert isinstance(task, Download)
    own = Path(task.folder)
    (own / "0").mkdir(parents=True)
    other = mine / ".sregistry-globus-pull-of-another"
    other.mkdir()
    ada.transfers.step()
    assert not own.exists()
    assert other.exists()
