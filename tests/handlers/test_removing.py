"""Removing transfers from the record through the routes, where two identities share it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.events import Events

IMAGES = ("tacos/avocados:latest", "tacos/salsa:verde")


async def send(api: Api, reference: str, to: str = names.STANFORD_SHERLOCK_SCRATCH) -> str:
    body = {
        "sources": [{"kind": "image", "reference": reference}],
        "destination": {"endpoint_id": to},
    }
    return str((await api.post("transfers", body=body))["id"])


async def until_state(api: Api, transfer_id: str, *states: str) -> None:
    for _ in range(600):
        if (await api.get("transfers", transfer_id))["state"] in states:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the transfer does not end\n{api.seen()}")


async def log_in_as(api: Api, sandbox: Sandbox, identity: str) -> None:
    request = {"page_url": "http://localhost:8888/lab", "method": "code"}
    started = await api.post("logins", body=request)
    url = started["authorize_url"]
    address = await asyncio.to_thread(sandbox.log_in, url, identity=identity)
    code = address.partition("code=")[2].partition("&")[0]
    await api.post("logins", "code", body={"login_id": started["login_id"], "code": code})


async def listed(api: Api) -> list[str]:
    return [transfer["id"] for transfer in (await api.get("transfers"))["transfers"]]


async def test_what_one_identity_removes_is_only_its_own(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    mine = [await send(api, reference) for reference in IMAGES]
    for transfer_id in mine:
        await until_state(api, transfer_id, "succeeded")
    await log_in_as(api, sandbox, names.BOB)
    theirs = await send(api, IMAGES[0], names.BOBS_SHARE)
    await until_state(api, theirs, "succeeded", "failed")
    assert await listed(api) == [theirs]
    with pytest.raises(Refused) as refused:
        await api.delete("transfers", mine[0])
    assert (refused.value.status, refused.value.code) == (404, "transfer_not_found")
    await api.delete("transfers")
    assert await listed(api) == []
    await log_in_as(api, sandbox, names.ADA)
    assert await listed(api) == mine[::-1]
    await api.delete("transfers", mine[0])
    assert await listed(api) == [mine[1]]
    await api.delete("transfers")
    assert await listed(api) == []


async def test_what_has_not_ended_stays(
    api: Api, connected: Any, sandbox: Sandbox, events: Events
) -> None:
    done = await send(api, IMAGES[0])
    await until_state(api, done, "succeeded")
    sandbox.set_task_faults({"code": "TIMEOUT"})
    running = await send(api, IMAGES[1])
    since = (await api.get("transfers"))["revision"]
    with pytest.raises(Refused) as refused:
        await api.delete("transfers", running)
    assert (refused.value.status, refused.value.code) == (409, "transfer_active")
    await api.delete("transfers")
    assert await listed(api) == [running]
    page = await api.get("transfers", since=since)
    assert page["removed"] == [done]
    # Another tab learns of it, too.
    events.seen.clear()
    await events.until("transfer", done)
