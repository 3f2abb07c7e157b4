"""What cannot be sent is refused with the one error body, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.oddnames import ODD_NAMES

AVOCADOS = "tacos/avocados:latest"
SCRATCH = names.STANFORD_SHERLOCK_SCRATCH

# Source, endpoint and folder; what the refusal's message must name.
BAD: list[tuple[dict[str, str], str, str | None, str]] = [
    ({"kind": "image", "reference": "tacos/nope:latest"}, SCRATCH, None, "tacos/nope"),
    ({"kind": "image", "reference": "tacos"}, SCRATCH, None, "collection/container:tag"),
    (
        {"kind": "image", "reference": AVOCADOS},
        "00000000-0000-4000-8000-000000000000",
        None,
        "endpoint",
    ),
    ({"kind": "image", "reference": AVOCADOS}, "nowhere", None, "nowhere"),
    ({"kind": "image", "reference": AVOCADOS}, names.ADAS_LAPTOP_OFFLINE, None, "offline"),
    ({"kind": "image", "reference": AVOCADOS}, SCRATCH, "/missing/", "folder"),
    ({"kind": "file", "path": "short.sif"}, SCRATCH, None, "short.sif"),
    ({"kind": "file", "path": "missing.sif"}, SCRATCH, None, "missing.sif"),
    *(
        ({"kind": "image", "reference": f"tacos/{odd}:latest"}, SCRATCH, None, "tacos/")
        for odd in ODD_NAMES
    ),
    *(
        ({"kind": "file", "path": f"{odd}.sif"}, SCRATCH, None, repr(f"{odd}.sif"))
        for odd in ODD_NAMES
    ),
]


async def test_bad_input_is_refused_with_a_message_and_recorded_nowhere(
    api: Api, connected: Any, contents: Path, sandbox: Sandbox
) -> None:
    (contents / "short.sif").write_bytes(b"#!/usr/bin/env run-singularity\n" + b"\0" * 40)
    for source, endpoint_id, path, words in BAD:
        case = (source, endpoint_id, path)
        body = {"sources": [source], "destination": {"endpoint_id": endpoint_id, "path": path}}
        with pytest.raises(Refused) as caught:
            await api.post("transfers", body=body)
        refused = caught.value
        assert 400 <= refused.status < 500, (case, refused)
        assert set(refused.body) == {"message", "code", "retryable", "request_id", "action"}, case
        assert words.casefold() in refused.message.casefold(), (case, refused.message)
        assert (await api.get("transfers"))["transfers"] == [], case
    asked = {one.path for one in sandbox.requests() if one.path.startswith("/v0.10/")}
    assert asked
    assert not any(path.endswith(("/transfer", "/mkdir", "/rename")) for path in asked)


async def test_a_read_only_destination_shows_in_the_transfer(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    """Nothing shows it earlier: Globus finds out when it writes."""
    destination = {"endpoint_id": names.STANFORD_GENOMICS_ARCHIVE}
    body = {"sources": [{"kind": "image", "reference": AVOCADOS}], "destination": destination}
    transfer = await api.post("transfers", body=body)
    for _ in range(500):
        task = (await api.get("transfers", transfer["id"]))["tasks"][0]
        if task["reason"]:
            break
        await asyncio.sleep(0.05)
    assert "permission" in task["reason"].casefold(), task
    assert task["is_stuck"] or task["state"] == "failed", task
    assert not list((sandbox.state / "endpoints").rglob("avocados_latest.sif*"))
