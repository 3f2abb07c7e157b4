"""A transfer, from the request to the file at the destination, over the REST routes."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused

AVOCADOS = {"kind": "image", "reference": "tacos/avocados:latest"}


def to(endpoint_id: str, path: str | None = None) -> dict[str, Any]:
    return {"endpoint_id": endpoint_id, "path": path}


async def finished(api: Api, transfer_id: str) -> dict[str, Any]:
    for _ in range(300):
        transfer: dict[str, Any] = await api.get("transfers", transfer_id)
        if transfer["state"] in ("succeeded", "failed", "canceled"):
            return transfer
        await asyncio.sleep(0.05)
    raise AssertionError(f"the transfer does not end: {transfer}\n{api.seen()}")


async def test_an_image_of_the_registry_arrives_complete(
    api: Api, connected: Any, sandbox: Sandbox, registry_root: Path
) -> None:
    body = {"sources": [AVOCADOS], "destination": to(names.STANFORD_SHERLOCK_SCRATCH)}
    plan = await api.post("plans", body=body)
    assert plan["is_sendable"], plan
    assert plan["images"][0]["route"] == "served"

    transfer = await api.post("transfers", body=body)
    done = await finished(api, transfer["id"])

    assert done["state"] == "succeeded", done
    source = (registry_root / "tacos/avocados/latest/avocados_latest.sif").read_bytes()
    arrived = list((sandbox.state / "endpoints").rglob("avocados_latest.sif"))
    assert [file.read_bytes() for file in arrived] == [source]
    digest = "sha256:" + hashlib.sha256(source).hexdigest()
    assert [one["digest"] for one in done["tasks"][0]["arrivals"]] == [digest]


async def test_an_image_is_sent_into_a_new_nested_folder_on_request(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    body: dict[str, Any] = {
        "sources": [AVOCADOS],
        "destination": to(names.STANFORD_SHERLOCK_SCRATCH, "/new/a b/c"),
    }
    with pytest.raises(Refused) as caught:
        await api.post("plans", body=body)
    assert caught.value.code == "folder_not_found"
    body["options"] = {"create_folders": True}
    plan = await api.post("plans", body=body)
    assert plan["is_sendable"]
    assert [warning["code"] for warning in plan["warnings"]] == ["new_folder"]
    assert plan["destination"]["path"] == "/new/a b/c/"
    root = sandbox.state / "endpoints" / "stanford-sherlock-scratch"
    assert not (root / "new").exists()
    transfer = await api.post("transfers", body=body)
    assert (await finished(api, transfer["id"]))["state"] == "succeeded"
    assert [file.name for file in (root / "new/a b/c").iterdir()] == ["avocados_latest.sif"]


async def test_a_local_file_is_sent_from_this_hosts_endpoint(
    api: Api, connected: Any, contents: Path, registry_root: Path
) -> None:
    image = registry_root / "demo/hello/latest/hello_latest.sif"
    (contents / "my work").mkdir()
    (contents / "my work" / "hello #1.sif").write_bytes(image.read_bytes())
    body = {
        "sources": [{"kind": "file", "path": "my work/hello #1.sif"}],
        "destination": to(names.STANFORD_SHERLOCK_SCRATCH),
    }
    done = await finished(api, (await api.post("transfers", body=body))["id"])
    assert done["state"] == "succeeded", done
    assert done["tasks"][0]["images"][0]["route"] == "local"


async def test_a_file_outside_all_endpoints_says_what_to_do(
    api: Api, connected: Any, sandbox: Sandbox, contents: Path, registry_root: Path
) -> None:
    (sandbox.connect_personal_dir / "config-paths").write_text(f"{contents}/elsewhere,0,1\n")
    (contents / "a.sif").write_bytes(
        (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    )
    body = {
        "sources": [{"kind": "file", "path": "a.sif"}],
        "destination": to(names.STANFORD_SHERLOCK_SCRATCH),
    }
    with pytest.raises(Refused) as refused:
        await api.post("transfers", body=body)
    assert refused.value.code == "not_sendable"
    assert "config-paths" in refused.value.body["message"]
    assert str(contents) in refused.value.body["message"]


async def test_a_running_transfer_can_be_canceled(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    sandbox.stop()
    sandbox.throttle_bytes_per_second = 200_000
    sandbox.start()
    body = {"sources": [AVOCADOS], "destination": to(names.STANFORD_SHERLOCK_SCRATCH)}
    transfer = await api.post("transfers", body=body)
    await api.post("transfers", transfer["id"], "cancel")
    done = await finished(api, transfer["id"])
    assert done["state"] == "canceled", done
    assert not list((sandbox.state / "endpoints").rglob("avocados_latest.sif"))
    with pytest.raises(Refused) as refused:
        await api.post("transfers", transfer["id"], "cancel")
    assert refused.value.code == "transfer_finished"
