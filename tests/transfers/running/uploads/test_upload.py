"""An image that this host uploads."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...conftest import ended, until
from .conftest import PUT, RENAME, image_of, puts, request, sent, temporary_files


def test_a_file_arrives_whole_and_is_read_back(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    transfer = sent(ada, request(image))
    assert (transfer.state, transfer.reasons) == ("succeeded", ())
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert temporary_files(cluster) == []
    (arrival,) = transfer.tasks[0].arrivals
    assert arrival.proof == "read_back"
    assert arrival.digest == "sha256:" + hashlib.sha256(image.read_bytes()).hexdigest()
    assert [attempt.is_leftover for attempt in image_of(transfer).attempts] == [False]
    assert puts(sandbox)[0].endswith(f"/.bwa.sif.{transfer.id}.1.part")


def test_a_broken_upload_is_tried_again_under_another_name(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_faults({"route": PUT, "drop": True, "at_bytes": 5000, "count": 2})
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    written = puts(sandbox)
    assert len(written) == len(set(written)) == 3
    assert temporary_files(cluster) == []
    assert all(attempt.reason for attempt in image_of(transfer).attempts[:2])


def test_an_upload_that_always_breaks_fails_after_five_attempts(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_faults({"route": PUT, "drop": True, "at_bytes": 100})
    transfer = sent(ada, request(image))
    assert transfer.state == "failed"
    assert "5 attempts" in transfer.reasons[0]
    assert len(puts(sandbox)) == 5
    assert list(cluster.iterdir()) == []


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 507])
def test_a_refusal_that_lasts_is_not_tried_again(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path, status: int
) -> None:
    sandbox.set_faults({"route": PUT, "status": status})
    transfer = sent(ada, request(image))
    assert transfer.state == "failed"
    assert transfer.reasons
    assert len(puts(sandbox)) == 1
    assert list(cluster.iterdir()) == []


def test_a_file_that_changes_while_it_is_sent_is_not_named(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    image.write_bytes(image.read_bytes() + bytes(6_000_000))
    sandbox.set_faults({"route": PUT, "bytes_per_second": 4_000_000})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    until(ada, started.id, lambda now: temporary_files(cluster) != [])
    os.utime(image, (1_000_000_000, 1_000_000_000))
    transfer = until(ada, started.id, ended)
    assert transfer.state == "failed"
    assert "changed" in transfer.reasons[0]
    assert list(cluster.iterdir()) == []


def test_a_file_that_appears_at_the_destination_meanwhile_is_kept(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_faults({"route": "GET /https/*", "delay_s": 0.6})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    until(ada, started.id, lambda now: temporary_files(cluster) != [])
    (cluster / "bwa.sif").write_text("somebody else's")
    transfer = until(ada, started.id, ended)
    assert transfer.state == "failed"
    assert "appeared" in transfer.reasons[0]
    assert (cluster / "bwa.sif").read_text() == "somebody else's"
    assert temporary_files(cluster) == []


@pytest.mark.parametrize("sync", ["always", "checksum", "size"])
def test_an_existing_file_is_replaced_as_the_option_says(
    ada: Services, image: Path, cluster: Path, sync: str
) -> None:
    (cluster / "bwa.sif").write_text("older")
    transfer = sent(ada, request(image, sync=sync))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()


@pytest.mark.parametrize(("sync", "proof"), [("exists", "name"), ("mtime", "name")])
def test_an_existing_file_is_kept_as_the_option_says(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path, sync: str, proof: str
) -> None:
    (cluster / "bwa.sif").write_text("newer")
    os.utime(image, (1_000_000_000, 1_000_000_000))
    transfer = sent(ada, request(image, sync=sync))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_text() == "newer"
    assert puts(sandbox) == []
    assert transfer.tasks[0].arrivals[0].proof == proof


@pytest.mark.parametrize("existing", [None, "older"])
def test_a_lost_answer_of_the_rename_is_decided_by_what_is_there(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path, existing: str | None
) -> None:
    if existing is not None:
        (cluster / "bwa.sif").write_text(existing)
    sandbox.set_faults({"route": RENAME, "drop": True, "after": True, "count": 1})
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert len(puts(sandbox)) == 1
    assert temporary_files(cluster) == []


def test_a_file_that_differs_when_read_back_is_sent_again(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_faults({"route": "GET /https/*", "changes_file": True, "count": 1})
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    first, second = image_of(transfer).attempts
    assert "differs" in first.reason
    assert second.is_complete
    assert temporary_files(cluster) == []


def test_a_canceled_upload_leaves_nothing(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.set_faults({"route": PUT, "stall": True, "at_bytes": 1000})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    until(ada, started.id, lambda now: temporary_files(cluster) != [])
    ada.transfers.cancel(started.id)
    transfer = until(ada, started.id, ended)
    assert transfer.state == "canceled"
    until(ada, started.id, lambda now: not image_of(now).leftovers)
    assert list(cluster.iterdir()) == []


def test_an_upload_canceled_before_it_begins_sends_nothing(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.cancel(started.id)
    assert until(ada, started.id, ended).state == "canceled"
    assert puts(sandbox) == []


def test_storage_that_cannot_rename_gets_a_copy_and_no_put_to_the_final_name(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.change_endpoint(names.ALDER_CLUSTER, rename_supported=False)
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded"
    assert "bwa.sif" not in [path.rpartition("/")[2] for path in puts(sandbox)]
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert transfer.tasks[0].arrivals[0].proof == "globus"
    until(ada, transfer.id, lambda now: temporary_files(cluster) == [])


def test_storage_that_cannot_rename_gets_a_copy_where_a_file_exists(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    sandbox.change_endpoint(names.ALDER_CLUSTER, rename_supported=False)
    (cluster / "bwa.sif").write_text("older")
    transfer = sent(ada, request(image, sync="always"))
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert transfer.tasks[0].arrivals[0].proof == "globus"
    until(ada, transfer.id, lambda now: temporary_files(cluster) == [])


def test_a_file_that_changes_just_before_it_would_be_replaced_stays(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    (cluster / "bwa.sif").write_text("older")
    # The sandbox refuses to rename over a file; meanwhile, someone else writes it anew.
    sandbox.set_faults({"route": RENAME, "delay_s": 2.0, "count": 1})
    started = ada.transfers.start(request(image, sync="always"), origin="cli")
    until(ada, started.id, lambda now: image_of(now).is_committing)
    (cluster / "bwa.sif").write_text("someone else's work")
    transfer = ada.transfers.wait(started.id, 60)
    assert transfer.state == "failed"
    assert "has changed in" in transfer.reasons[0]
    assert (cluster / "bwa.sif").read_text() == "someone else's work"
    until(ada, transfer.id, lambda now: temporary_files(cluster) == [])


def test_a_wait_ends_only_when_nothing_is_left_to_remove(
    ada: Services, sandbox: Sandbox, image: Path, cluster: Path
) -> None:
    """A terminal ends with the wait, and no server may be there to remove what it left."""
    sandbox.change_endpoint(names.ALDER_CLUSTER, rename_supported=False)
    sandbox.set_faults({"route": "DELETE /https/*", "delay_s": 1.0})
    transfer = sent(ada, request(image))
    assert transfer.state == "succeeded"
    assert temporary_files(cluster) == []
