"""What several threads, or an identity that comes and goes, must not make of a transfer."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.models.plans import Location
from jupyterlab_sregistry_globus.models.transfers import GlobusTask, TaskState, Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.running.progress import with_task

from ...support.connect import connect
from ..conftest import asked

AVOCADOS = "images://tacos/avocados:latest"


def submissions(sandbox: Sandbox) -> int:
    return sum((one.method, one.path) == ("POST", "/v0.10/transfer") for one in sandbox.requests())


def test_a_poller_leaves_alone_what_is_just_being_submitted(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": "POST /v0.10/transfer", "delay_s": 0.5})
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(ada.submitter.send, asked(AVOCADOS), origin="panel")
        while not ada.outbox.unfinished() and not sent.done():
            time.sleep(0.01)
        ada.follower.step()
        assert sent.result().tasks[0].task_id
    assert submissions(sandbox) == 1


def test_who_logs_in_as_somebody_else_does_not_end_the_transfers_of_the_one_before(
    ada: Services, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT", "count": 100})
    transfer = ada.submitter.send(asked(AVOCADOS), origin="panel")
    ask: Callable[[str], Any] = ada.tasks.ask

    def ask_late(task_id: str) -> Any:
        connect(ada, sandbox, identity=names.BOB)
        return ask(task_id)

    monkeypatch.setattr(ada.tasks, "ask", ask_late)
    ada.follower.look(transfer)
    connect(ada, sandbox, identity=names.ADA)
    assert ada.outbox.get(transfer.id).state == "active"


def made(state: TaskState, task_id: str | None) -> GlobusTask:
    return GlobusTask("submission", "", "", (), state=state, task_id=task_id)


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
def test_an_end_is_not_undone_by_who_asked_before_it(
    before: GlobusTask, late: GlobusTask, after: str
) -> None:
    transfer = Transfer("id", "label", 0.0, "active", Location(""), "", (before,))
    late = msgspec.structs.replace(late, reason="late")
    assert with_task(transfer, late).tasks[0].state == after
