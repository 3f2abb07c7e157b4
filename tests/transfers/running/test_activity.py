"""What keeps a hub from culling a server: downloads, and nothing that continues without it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.transfers.staging import fetch

from ...support.api import Api
from ...support.webserver import Reply, WebServer
from ..conftest import Store

CONTENT = bytes(3_000_000)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report progress at each chunk."""
    monkeypatch.setattr(fetch, "REPORT_S", 0.0)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """Serves half of an image, and the rest when it is told to go on."""
    with WebServer(lambda wanted: Reply(200, CONTENT, stall_after=len(CONTENT) // 2)) as server:
        yield server


@pytest.fixture
def api(store: Store, api: Api) -> Api:
    return api


@pytest.fixture
def image(store: Store, web: WebServer) -> str:
    return store.add("tacos/mole:1", url=f"{web.url}/mole", size_bytes=len(CONTENT))


async def sent(api: Api, reference: str) -> str:
    destination = {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH}
    body = {"sources": [{"kind": "image", "reference": reference}], "destination": destination}
    return str((await api.post("transfers", body=body))["id"])


async def task_with(api: Api, transfer_id: str, member: str) -> dict[str, Any]:
    """Return the task, once that member of it is set."""
    for _ in range(500):
        task: dict[str, Any] = (await api.get("transfers", transfer_id))["tasks"][0]
        if task[member]:
            return task
        await asyncio.sleep(0.05)
    raise AssertionError(f"{member} is never set: {task}\n{api.seen()}")


def seen_by_hub(jp_serverapp: Any) -> datetime:
    """Return what a hub reads from /api/status."""
    moment: datetime = jp_serverapp.web_app.last_activity()
    return moment


async def test_a_download_counts_as_activity(
    api: Api, connected: Any, image: str, web: WebServer, jp_serverapp: Any
) -> None:
    transfer_id = await sent(api, image)
    asked_at = seen_by_hub(jp_serverapp)
    await task_with(api, transfer_id, "bytes_staged")
    assert jp_serverapp.extension_manager.any_activity()
    assert seen_by_hub(jp_serverapp) > asked_at
    web.go_on()
    await task_with(api, transfer_id, "completed_at")
    assert not jp_serverapp.extension_manager.any_activity()


async def test_a_transfer_and_reading_it_do_not_count_as_activity(
    api: Api, connected: Any, sandbox: Sandbox, jp_serverapp: Any
) -> None:
    assert not jp_serverapp.extension_manager.any_activity()
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer_id = await sent(api, "images://tacos/avocados:latest")
    asked_at = seen_by_hub(jp_serverapp)
    assert (await task_with(api, transfer_id, "is_stuck"))["state"] == "active"
    assert not jp_serverapp.extension_manager.any_activity()
    await api.get("transfers")
    await api.get("catalog")
    assert seen_by_hub(jp_serverapp) == asked_at
