"""Starting and canceling transfers, each of which may be several tasks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import SRegistryGlobusError, TransferFinished
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import FileSource, ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..conftest import asked, ended, until

AVOCADOS = "images://tacos/avocados:latest"
SALSA = "images://tacos/salsa:verde"
SUBMIT = "POST /v0.10/transfer"


@pytest.fixture
def two_sources(contents: Path, registry_root: Path) -> PlanRequest:
    """An image of the registry, and a file of this machine: a task for each."""
    shutil.copy(registry_root / "demo/hello/latest/hello_latest.sif", contents / "hello.sif")
    sources = (ImageSource(AVOCADOS), FileSource("hello.sif"), ImageSource(SALSA))
    return PlanRequest(sources, Location(names.STANFORD_SHERLOCK_SCRATCH))


def submitted(sandbox: Sandbox) -> list[dict[str, object]]:
    world = sandbox.services.world
    with world.change():
        tasks = sorted(world.tasks.values(), key=lambda task: task.request_time)
        return [dict(task.request) for task in tasks if task.type == "TRANSFER"]


def test_images_of_one_source_are_one_task_and_its_options_are_those_chosen(
    ada: Services, sandbox: Sandbox, two_sources: PlanRequest
) -> None:
    known = len(submitted(sandbox))
    options = TransferOptions(
        label="mine", sync="size", encrypt_data=True, preserve_timestamp=False, notify=True
    )
    request = PlanRequest(two_sources.sources, two_sources.destination, options)
    transfer = ada.transfers.start(request, origin="magic")
    assert (transfer.label, transfer.origin, transfer.options) == ("mine", "magic", options)
    assert sorted(len(task.images) for task in transfer.tasks) == [1, 2]
    new = submitted(sandbox)[known:]
    assert sorted(len(request["DATA"]) for request in new) == [1, 2]  # type: ignore[arg-type]
    for document in new:
        assert document["label"] == "mine"
        assert document["sync_level"] == 1
        assert (document["encrypt_data"], document["verify_checksum"]) == (True, True)
        assert (document["preserve_timestamp"], document["notify_on_succeeded"]) == (False, True)
    assert all(task.bytes_total for task in transfer.tasks)
    assert {task.view_url for task in transfer.tasks} == {  # type: ignore[union-attr]
        ada.parts.tasks.view_url(task.task_id)  # type: ignore[union-attr, arg-type]
        for task in transfer.tasks
    }


def test_a_cancel_reaches_every_task_of_a_transfer(
    ada: Services, sandbox: Sandbox, two_sources: PlanRequest
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = ada.transfers.start(two_sources, origin="panel")
    asked_to_end = ada.transfers.cancel(transfer.id)
    assert (asked_to_end.state, asked_to_end.is_cancel_asked) == ("active", True)
    done = until(ada, transfer.id, ended)
    assert [task.state for task in done.tasks] == ["canceled", "canceled"]
    assert done.state == "canceled"
    with pytest.raises(TransferFinished):
        ada.transfers.cancel(transfer.id)


def test_a_cancel_that_globus_did_not_hear_is_passed_on_later(
    ada: Services, sandbox: Sandbox, two_sources: PlanRequest
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = ada.transfers.start(two_sources, origin="panel")
    sandbox.set_faults({"route": "POST /v0.10/task/*/cancel", "status": 503})
    with pytest.raises(SRegistryGlobusError):
        ada.transfers.cancel(transfer.id)
    assert ada.transfers.get(transfer.id).is_cancel_asked
    sandbox.set_faults()
    assert until(ada, transfer.id, ended).state == "canceled"


def test_a_cancel_of_what_may_have_been_accepted_finds_out_and_ends_it(
    ada: Services, sandbox: Sandbox
) -> None:
    """The answer to the submission was lost: Globus has a task, and we have no id of it."""
    known = len(submitted(sandbox))
    sandbox.set_task_faults({"code": "TIMEOUT"})
    sandbox.set_faults({"route": SUBMIT, "drop": True, "after": True})
    transfer = ada.transfers.start(asked(AVOCADOS), origin="panel")
    assert (transfer.state, transfer.tasks[0].task_id) == ("written", None)  # type: ignore[union-attr]
    sandbox.set_faults()
    ada.transfers.cancel(transfer.id)
    done = until(ada, transfer.id, ended)
    assert done.state == "canceled"
    assert len(submitted(sandbox)) == known + 1


def test_a_refused_transfer_leaves_no_record(ada: Services, sandbox: Sandbox) -> None:
    before = ada.transfers.page().revision
    sandbox.set_faults({"route": SUBMIT, "status": 403, "code": "PermissionDenied"})
    with pytest.raises(SRegistryGlobusError):
        ada.transfers.start(asked(AVOCADOS), origin="panel")
    assert (ada.transfers.page().total, ada.parts.outbox.revisions()) == (0, {})
    # Who was told that it exists is told that it does not.
    assert len(ada.transfers.page(since=before).removed) == 1
    sandbox.set_faults()
    ada.transfers.step()
    assert ada.transfers.page().total == 0


def test_a_conflict_at_once_is_a_refusal(ada: Services, sandbox: Sandbox) -> None:
    sandbox.set_faults({"route": SUBMIT, "status": 409, "code": "Conflict"})
    with pytest.raises(SRegistryGlobusError):
        ada.transfers.start(asked(AVOCADOS), origin="panel")
    assert ada.transfers.page().total == 0


def test_of_two_tasks_one_may_be_refused(
    ada: Services, sandbox: Sandbox, two_sources: PlanRequest
) -> None:
    sandbox.set_faults({"route": SUBMIT, "status": 403, "code": "PermissionDenied", "count": 1})
    transfer = ada.transfers.start(two_sources, origin="panel")
    states = sorted((task.state, bool(task.reason)) for task in transfer.tasks)
    assert states == [("active", False), ("failed", True)]
    done = until(ada, transfer.id, ended)
    assert done.state == "failed"
    assert sorted(task.state for task in done.tasks) == ["failed", "succeeded"]
    # A retry sends what is missing, and nothing else.
    again = until(ada, ada.transfers.retry(transfer.id).id, ended)
    (failed,) = [task for task in done.tasks if task.state == "failed"]
    assert [image.name for task in again.tasks for image in task.images] == [
        image.name for image in failed.images
    ]
    assert (again.state, again.retry_of) == ("succeeded", transfer.id)
