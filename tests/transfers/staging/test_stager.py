"""Downloads of several images, of unknown size, or of what is there already."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.staging import fetch, room

from ...support.connect import connect
from ...support.webserver import Asked, Reply, WebServer, ranged
from ..conftest import Store, asked, ended, until

CONTENT = os.urandom(2_000_000)
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report progress at each chunk."""
    monkeypatch.setattr(fetch, "REPORT_S", 0.0)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer(lambda wanted: ranged(CONTENT, wanted)) as server:
        yield server


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def stalling(wanted: Asked) -> Reply:
    return Reply(200, CONTENT, stall_after=SIZE // 2)


def test_two_images_of_unknown_size_arrive_and_their_sizes_become_known(
    ada: Services, store: Store, web: WebServer
) -> None:
    images = [store.add(f"tacos/mole:{n}", url=f"{web.url}/{n}") for n in (1, 2)]
    plan = ada.transfers.plan(asked(*images))
    assert (plan.sizes_unknown, plan.total_bytes, plan.is_sendable) == (2, 0, True)
    transfer = ada.transfers.start(asked(*images), origin="panel")
    assert [task.bytes_total for task in transfer.tasks] == [None]
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    (task,) = done.tasks
    assert (task.bytes_total, task.bytes_staged) == (2 * SIZE, 2 * SIZE)  # type: ignore[union-attr]
    assert [(image.size_bytes, image.digest) for image in task.images] == [(SIZE, DIGEST)] * 2
    assert [arrival.is_verified for arrival in task.arrivals] == [True, True]


def test_a_plan_can_be_made_while_an_image_of_unknown_size_is_downloaded(
    program: Callable[..., Services], sandbox: Sandbox, store: Store, web: WebServer
) -> None:
    services = program(staging_limit_bytes=3 * SIZE)
    connect(services, sandbox)
    web.answer = stalling
    first, second = (store.add(f"tacos/mole:{n}", url=f"{web.url}/{n}") for n in (1, 2))
    transfer = services.transfers.start(asked(first), origin="panel")
    until(services, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)  # type: ignore[union-attr]
    plan = services.transfers.plan(asked(first, second))
    assert (plan.is_sendable, plan.sizes_unknown) == (True, 2)
    known = store.add("tacos/mole:3", url=f"{web.url}/3", size_bytes=3 * SIZE)
    plan = services.transfers.plan(asked(known))
    assert [warning.code for warning in plan.warnings] == ["no_room"], "half is on the disk"
    web.go_on()
    assert until(services, transfer.id, ended).state == "succeeded"


def test_an_image_that_is_there_already_is_hashed_and_not_downloaded(
    ada: Services, program: Callable[..., Services], store: Store, web: WebServer
) -> None:
    """A program was killed between the end of the download and its record."""
    web.answer = stalling
    image = store.add("tacos/mole:1", url=f"{web.url}/mole")
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)  # type: ignore[union-attr]
    target = Path(transfer.tasks[0].images[0].source_path)
    ada.transfers.close()
    web.go_on()
    while "staging" in ada.transfers.activities:
        time.sleep(0.01)
    target.write_bytes(CONTENT)
    target.chmod(0o600)
    asked_before = len(web.asked)
    done = until(program(), transfer.id, ended)
    assert done.state == "succeeded", done
    assert len(web.asked) == asked_before
    assert done.tasks[0].images[0].digest == DIGEST
    assert done.tasks[0].arrivals[0].is_verified is True


def test_folders_and_files_of_staging_are_for_their_owner_and_go_away(
    ada: Services, store: Store, web: WebServer, contents: Path
) -> None:
    web.answer = stalling
    image = store.add("tacos/mole:1", url=f"{web.url}/mole", size_bytes=SIZE)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)  # type: ignore[union-attr]
    folder = contents / room.FOLDER_NAME
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert len(modes) == 4
    for name, mode in modes.items():
        assert mode == (0o600 if "." in name else 0o700), name
    web.go_on()
    until(ada, transfer.id, ended)
    ada.transfers.step()
    assert list(folder.iterdir()) == []
