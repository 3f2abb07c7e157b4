"""A transfer is submitted once, and stays as it is, whatever threads and logins happen."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import TransferNotFound
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import FileSource, ImageSource
from jupyterlab_sregistry_globus.models.tasks import GlobusTask, TaskState
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.running.progress import with_task

from ...support.connect import connect
from ..conftest import asked

AVOCADOS = "images://tacos/avocados:latest"


def submissions(sandbox: Sandbox) -> int:
    return sum((one.method, one.path) == ("POST", "/v0.10/transfer") for one in sandbox.requests())


def test_the_follower_leaves_alone_what_is_being_submitted(ada: Services, sandbox: Sandbox) -> None:
    sandbox.set_faults({"route": "POST /v0.10/transfer", "delay_s": 0.5})
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(ada.transfers.start, asked(AVOCADOS), origin="panel")
        while not ada.parts.outbox.unfinished() and not sent.done():
            time.sleep(0.01)
        ada.transfers.step()
        assert sent.result().tasks[0].task_id
    assert submissions(sandbox) == 1


def test_logging_in_as_another_identity_does_not_end_the_transfers_of_the_former_one(
    ada: Services, sandbox: Sandbox, contents: Path, registry_root: Path
) -> None:
    """Another identity connects while the first of two tasks is polled."""
    image = registry_root / "demo/hello/latest/hello_latest.sif"
    (contents / "hello.sif").write_bytes(image.read_bytes())
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT", "count": 100})
    sources = (ImageSource(AVOCADOS), FileSource("hello.sif"))
    request = PlanRequest(sources, Location(names.STANFORD_SHERLOCK_SCRATCH))
    transfer = ada.transfers.start(request, origin="panel")
    first, second = (f"/v0.10/task/{task.task_id}" for task in transfer.tasks)  # type: ignore[union-attr]
    sandbox.clear_requests()
    # All is well with it, so that nothing more is asked about it before the second.
    well = {"status": "ACTIVE", "nice_status": "OK", "bytes_transferred": 1}
    sandbox.set_faults({"route": f"GET {first}", "delay_s": 3.0, "body": well, "count": 1})
    with ThreadPoolExecutor(1) as other:
        polled = other.submit(ada.transfers.refresh, transfer.id)
        while sandbox.services.faults.current()[0].count:  # until Globus has got the request
            assert not polled.done()
            time.sleep(0.01)
        connect(ada, sandbox, identity=names.BOB)
        assert not polled.done(), "the answer came before the login had ended"
        with pytest.raises(TransferNotFound):
            polled.result()
    answers = [(request.path, request.status) for request in sandbox.requests()]
    assert [answer for answer in answers if answer[0] in (first, second)] == [
        (first, 200),
        (second, 404),
    ]
    connect(ada, sandbox, identity=names.ADA)
    assert [task.state for task in ada.transfers.get(transfer.id).tasks] == ["active", "active"]


def made(state: TaskState, task_id: str | None) -> GlobusTask:
    return GlobusTask(
        submission_id="submission",
        source_endpoint_id="",
        source_endpoint_name="",
        images=(),
        state=state,
        task_id=task_id,
    )


@pytest.mark.parametrize(
    ("before", "late", "after"),
    [
        (made("succeeded", "t"), made("active", "t"), "succeeded"),
        (made("canceled", None), made("written", None), "canceled"),
        (made("failed", None), made("written", None), "failed"),
        (made("failed", None), made("active", "t"), "active"),
        (made("active", "t"), made("succeeded", "t"), "succeeded"),
    ],
)
def test_a_late_answer_does_not_undo_an_end(
    before: GlobusTask, late: GlobusTask, after: str
) -> None:
    transfer = Transfer("id", "label", 0.0, "active", Location(""), "", (before,))
    late = msgspec.structs.replace(late, reason="late")
    assert with_task(transfer, late).tasks[0].state == after
