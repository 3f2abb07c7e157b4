"""Downloads that end early: canceled, or the program ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from ...support.webserver import Reply, WebServer, taking_less_than
from ..conftest import asked, until
from .stagedimage import CONTENT, HALF, arrived, staged


def test_a_cancel_ends_the_download_and_leaves_no_files(
    ada: Services, image: str, web: WebServer, contents: Path, sandbox: Sandbox
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    assert ada.transfers.cancel(transfer.id).state == "canceled"
    web.go_on()
    until(ada, transfer.id, lambda now: "staging" not in ada.transfers.activities)
    ada.transfers.step()
    assert ada.transfers.get(transfer.id).state == "canceled"
    assert staged(contents) == []
    assert arrived(sandbox) == []


@pytest.mark.parametrize("stall_after", [0, HALF])
def test_a_cancel_does_not_wait_for_a_silent_registry(
    ada: Services, image: str, web: WebServer, stall_after: int
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=stall_after)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: len(web.asked) > 0)
    ada.transfers.cancel(transfer.id)
    with taking_less_than(5):
        until(ada, transfer.id, lambda now: "staging" not in ada.transfers.activities)
    assert ada.transfers.get(transfer.id).state == "canceled"


def test_a_program_that_ends_does_not_wait_for_a_silent_registry(
    ada: Services, image: str, web: WebServer
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    with taking_less_than(5):
        ada.close()
        until_ended = time.monotonic() + 5
        while "staging" in ada.transfers.activities and time.monotonic() < until_ended:
            time.sleep(0.02)
    task = ada.transfers.get(transfer.id).tasks[0]
    assert (task.state, task.reason) == ("staging", "")
