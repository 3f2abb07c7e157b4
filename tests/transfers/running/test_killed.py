"""A server killed in the middle of a transfer: restarted, it makes exactly one task."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import make_services
from jupyterlab_sregistry_globus.transfers.staging.room import FOLDER_NAME

from ...support import stored
from ...support.connect import connect
from ...support.program import ServerProgram
from ...support.webserver import Reply, WebServer, ranged
from ..conftest import Store

DELAY_S = 3.0
IMAGE = "images://tacos/avocados:latest"
BODY = {
    "sources": [{"kind": "image", "reference": IMAGE}],
    "destination": {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH},
}


@pytest.fixture
def program(
    tmp_path: Path, contents: Path, sandbox: Sandbox, settings: dict[str, Any], store: Store
) -> Iterator[ServerProgram]:
    """A server whose user is connected, with the registry ``store`` beside the usual one."""
    settings = {**settings, "upstream_timeout_s": 30.0}
    with contextlib.closing(Pools(1)) as pools:
        services = make_services(
            SRegistryGlobus(**settings), files=LocalFiles(contents, None), pools=pools
        )
        connect(services, sandbox)
        services.close()
    kinds = {"stored": stored.MODULE}
    server = ServerProgram(tmp_path / "jupyter", contents, settings, kinds)
    yield server
    server.kill()


def ask_to_send(client: httpx.Client) -> None:
    """Ask, in a thread, for a transfer whose answer never comes."""

    def ask() -> None:
        with contextlib.suppress(httpx.TransportError):
            client.post("transfers", json=BODY)

    threading.Thread(target=ask, daemon=True).start()


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def written(store: Path) -> int:
    """How many transfers the outbox holds."""
    file = store / "transfers.db"
    if not file.exists():
        return 0
    with contextlib.closing(sqlite3.connect(file)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM transfers").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def tasks(sandbox: Sandbox, label: str = IMAGE) -> list[str]:
    """The sandbox's own record of the tasks that were made for an image."""
    world = sandbox.services.world
    with world.change():
        return [task.task_id for task in world.tasks.values() if task.label == label]


def succeeds(client: httpx.Client) -> list[dict[str, Any]]:
    def ended() -> bool:
        return [one["state"] for one in client.get("transfers").json()["transfers"]] == [
            "succeeded"
        ]

    until(ended, "the transfer does not succeed")
    transfers: list[dict[str, Any]] = client.get("transfers").json()["transfers"]
    return transfers


def test_killed_after_recording_and_before_globus_was_asked(
    program: ServerProgram, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.set_faults({"route": "POST /v0.10/transfer", "delay_s": DELAY_S, "count": 1})
    client = program.start()
    asked_at = time.monotonic()
    ask_to_send(client)
    until(lambda: written(tmp_path / "store") == 1, "the outbox is not written first")
    program.kill()
    assert tasks(sandbox) == []

    transfers = succeeds(program.start())
    # The first submission may still be on its way; its id has been used by then.
    until(lambda: time.monotonic() > asked_at + DELAY_S + 1, "time stands still")
    assert tasks(sandbox) == [transfers[0]["tasks"][0]["task_id"]]


def test_killed_after_globus_accepted_and_before_its_answer_arrived(
    program: ServerProgram, sandbox: Sandbox
) -> None:
    sandbox.set_faults(
        {"route": "POST /v0.10/transfer", "delay_s": 60.0, "after": True, "count": 1}
    )
    client = program.start()
    ask_to_send(client)
    until(lambda: len(tasks(sandbox)) == 1, "the task is not accepted")
    program.kill()

    transfers = succeeds(program.start())
    assert tasks(sandbox) == [transfers[0]["tasks"][0]["task_id"]]


def test_killed_while_following(program: ServerProgram, sandbox: Sandbox) -> None:
    sandbox.stop()
    sandbox.throttle_bytes_per_second = 5_000_000
    sandbox.start()
    client = program.start()
    transfer = client.post("transfers", json=BODY).json()
    until(
        lambda: (
            client.get(f"transfers/{transfer['id']}").json()["tasks"][0]["bytes_transferred"] > 0
        ),
        "the transfer is not followed",
    )
    program.kill()

    transfers = succeeds(program.start())
    assert [one["id"] for one in transfers] == [transfer["id"]]
    assert tasks(sandbox) == [transfer["tasks"][0]["task_id"]]


def test_killed_while_an_image_is_half_downloaded(
    program: ServerProgram, sandbox: Sandbox, store: Store, contents: Path
) -> None:
    content = os.urandom(3_000_000)
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    with WebServer(lambda asked: Reply(200, content, stall_after=2_000_000)) as web:
        image = store.add(
            "tacos/mole:1", url=f"{web.url}/mole", digest=digest, size_bytes=len(content)
        )
        client = program.start()
        body = {**BODY, "sources": [{"kind": "image", "reference": image}]}
        transfer = client.post("transfers", json=body).json()
        parts = contents / FOLDER_NAME
        until(lambda: bool(list(parts.rglob("*.part"))), "nothing is downloaded")
        until(lambda: size_of(parts) > 1_000_000, "the download stands still")
        program.kill()

        web.answer = lambda asked: ranged(content, asked)
        (done,) = succeeds(program.start())
    assert web.asked[-1].headers["range"].startswith("bytes=")
    assert len(web.asked) == 2
    assert done["id"] == transfer["id"]
    assert done["tasks"][0]["arrivals"][0]["digest"] == digest
    assert tasks(sandbox, image) == [done["tasks"][0]["task_id"]]
    until(lambda: not list(parts.rglob("*.sif*")), "what was sent is not removed")


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
