"""Images sent through this machine: downloaded, verified, sent, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from ...support.webserver import Asked, Reply, WebServer, ranged
from ..conftest import Store, asked, ended, until
from .stagedimage import CONTENT, DIGEST, HALF, arrived, cut_once, ranges, staged


def test_an_image_is_downloaded_verified_sent_and_removed(
    ada: Services, image: str, sandbox: Sandbox, contents: Path
) -> None:
    plan = ada.transfers.plan(asked(image))
    assert (plan.images[0].route, plan.is_sendable) == ("staged", True)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert (transfer.state, transfer.tasks[0].state) == ("active", "staging")
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    assert done.tasks[0].arrivals[0].digest == DIGEST
    assert done.tasks[0].arrivals[0].is_verified is True
    assert arrived(sandbox) == [DIGEST]
    ada.transfers.step()
    assert staged(contents) == []


def test_the_download_shows_its_progress(ada: Services, image: str, web: WebServer) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    seen = until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    assert seen.tasks[0].bytes_total == len(CONTENT)
    assert seen.tasks[0].state == "staging"
    web.go_on()
    assert until(ada, transfer.id, ended).state == "succeeded"


def test_an_interrupted_download_is_resumed(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox
) -> None:
    web.answer = cut_once(HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, f"bytes={HALF}-"]
    assert arrived(sandbox) == [DIGEST]


def test_a_download_that_cannot_be_resumed_starts_over(
    ada: Services, store: Store, web: WebServer, sandbox: Sandbox
) -> None:
    web.answer = cut_once(HALF)
    image = store.add(
        "tacos/mole:1",
        url=f"{web.url}/mole",
        digest=DIGEST,
        size_bytes=len(CONTENT),
        is_resumable=False,
    )
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, None]
    assert arrived(sandbox) == [DIGEST]


def test_two_halves_of_different_files_are_detected_and_downloaded_again(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox
) -> None:
    cut = cut_once(HALF)

    def answer(wanted: Asked) -> Reply:
        reply = cut(wanted)
        is_first = len(web.asked) == 1
        body = b"x" * len(CONTENT) if is_first else reply.body
        return Reply(reply.status, body, reply.headers, cut_after=reply.cut_after)

    web.answer = answer
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, f"bytes={HALF}-", None]
    assert arrived(sandbox) == [DIGEST]


@pytest.mark.parametrize("body", [b"y" * len(CONTENT), CONTENT + b"more"])
def test_content_with_another_digest_is_not_sent(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox, body: bytes
) -> None:
    web.answer = lambda wanted: Reply(200, body)
    transfer = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, transfer.id, ended)
    assert (done.state, done.tasks[0].task_id) == ("failed", None)
    assert "Retry the transfer" in done.tasks[0].reason
    assert arrived(sandbox) == []


def test_without_a_digest_the_download_is_hashed_and_never_shared(
    ada: Services, store: Store, web: WebServer, sandbox: Sandbox
) -> None:
    image = store.add("tacos/mole:1", url=f"{web.url}/mole")
    web.answer = lambda wanted: Reply(200, b"an older image")
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].state != "staging")
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    again = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, again.id, ended)
    assert done.tasks[0].images[0].digest == DIGEST
    assert done.tasks[0].bytes_total == len(CONTENT)
    until(ada, transfer.id, ended)


def test_an_unavailable_registry_is_waited_for_and_a_missing_image_is_not(
    ada: Services, image: str, web: WebServer
) -> None:
    web.answer = lambda wanted: Reply(503)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, lambda now: now.tasks[0].is_stuck).state == "active"
    web.answer = lambda wanted: Reply(404)
    done = until(ada, transfer.id, ended)
    assert (done.state, done.tasks[0].reason) == ("failed", "The registry no longer has it.")
