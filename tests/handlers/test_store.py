"""A record of transfers that cannot be used: the server runs, says so, and sends nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused

BODY = {
    "sources": [{"kind": "image", "reference": "tacos/avocados:latest"}],
    "destination": {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH},
}


@pytest.fixture(params=[os.urandom(8192), b"SQLite format 3\0" + bytes(50)], ids=["noise", "short"])
def damaged(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Path:
    """The outbox, before the server starts."""
    file = Path(settings["store_dir"]) / "transfers.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(request.param)
    return file


@pytest.fixture
def api(damaged: Path, api: Api) -> Api:
    return api


async def test_a_damaged_record_is_reported_and_left_unchanged(
    api: Api,
    connected: Any,
    damaged: Path,
    sandbox: Sandbox,
    jp_serverapp: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    content = damaged.read_bytes()
    for refused in (api.get("transfers"), api.post("transfers", body=BODY)):
        with pytest.raises(Refused) as caught:
            await refused
        assert caught.value.code == "store_unavailable"
        assert str(damaged) in caught.value.message
        assert "move it aside" in caught.value.message
    assert "/v0.10/transfer" not in {one.path for one in sandbox.requests()}
    assert damaged.read_bytes() == content
    assert (await api.get("status"))["account"]["state"] == "connected"

    extension = jp_serverapp.extension_manager.extension_points["jupyterlab_sregistry_globus"].app
    for _ in range(5):
        extension.background.wake()
        await asyncio.sleep(0.1)
    failures = [one for one in caplog.records if "could not update transfers" in one.getMessage()]
    assert len(failures) == 1

    damaged.rename(damaged.with_suffix(".away"))
    assert (await api.post("transfers", body=BODY))["state"] == "active"
