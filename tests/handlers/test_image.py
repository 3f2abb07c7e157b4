"""An image's metadata and digest, over the REST routes and in the magic's words."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.commands.drawing.images import draw_details
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..registry.oci.ocihub import OciHub, digest_of
from ..support.api import Api

AVOCADOS = {"reference": "images://tacos/avocados:latest"}


async def settled(api: Api, **query: str) -> dict[str, Any]:
    for _ in range(500):
        state: dict[str, Any] = await api.get("image", "digest", **query)
        if state["state"] != "computing":
            return state
        await asyncio.sleep(0.02)
    raise AssertionError("it is computed for ever")


async def test_a_digest_is_computed_on_request_and_then_known(
    api: Api, registry_root: Path
) -> None:
    file = registry_root / "tacos/avocados/latest/avocados_latest.sif"
    os.utime(file, (1_600_000_000, 1_600_000_000))
    assert (await api.get("image", **AVOCADOS))["image"]["digest"] is None
    assert (await api.get("image", "digest", **AVOCADOS))["state"] == "unknown"
    body = {"source": {"kind": "image", **AVOCADOS}}
    assert (await api.post("image", "digest", body=body))["state"] in ("computing", "known")
    digest = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert await settled(api, **AVOCADOS) == {
        "state": "known",
        "digest": digest,
        "bytes_done": 0,
        "bytes_total": None,
        "message": "",
    }
    assert (await api.get("image", **AVOCADOS))["image"]["digest"] == digest


async def test_a_file_below_the_contents_root_has_a_digest_too(
    api: Api, contents: Path, registry_root: Path
) -> None:
    file = contents / "hello.sif"
    file.write_bytes((registry_root / "demo/hello/latest/hello_latest.sif").read_bytes())
    os.utime(file, (1_600_000_000, 1_600_000_000))
    await api.post("image", "digest", body={"source": {"kind": "file", "path": "hello.sif"}})
    digest = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert (await settled(api, path="hello.sif"))["digest"] == digest
    assert (await api.get("image", path="hello.sif"))["image"]["digest"] == digest


async def test_the_digest_of_a_file_on_an_endpoint_is_unavailable(api: Api, contents: Path) -> None:
    (contents / "here.sif").write_bytes(b"x")
    source = {"kind": "endpoint", "path": "/here.sif", "endpoint_id": names.STANFORD_OAK}
    state = await api.post("image", "digest", body={"source": source})
    assert state["state"] == "unavailable"


async def test_computing_a_digest_can_be_canceled(api: Api) -> None:
    assert (await api.delete("image", "digest", **AVOCADOS))["state"] == "unknown"


def test_the_unknown_digest_of_a_remote_image_is_unavailable(
    program: Any, settings: dict[str, Any]
) -> None:
    with OciHub() as hub:
        digest = hub.push("lab/one", "v1", b"content")
        entry = {"name": "hub", "kind": "oci", "url": hub.url, "repositories": ["lab/one"]}
        services = program(registries=[*settings["registries"], entry])
        state = services.images.digest(ImageSource("hub://lab/one:v1"))
        assert (state.state, state.digest) == ("known", digest_of(b"content"))
        assert digest == state.digest


@pytest.mark.parametrize("reference", ["tacos/avocados:latest", "demo/hello:latest"])
def test_the_magic_shows_all_that_the_route_answers(services: Any, reference: str) -> None:
    details = services.images.inspect(ImageSource(reference))
    table = draw_details(details)
    wanted = {
        "Reference": details.image.reference,
        "SIF id": details.uuid or "not recorded",
        "Format": details.image.format,
        "Architecture": details.image.arch or "",
        "Base image": details.base_image or "",
        "Base image digest": details.base_digest or "",
        "Bill of materials": "included" if details.has_sbom else "",
        **{f"Label {name}": text for name, text in details.labels.items()},
    }
    assert {name: value for name, value in wanted.items() if value}.items() <= dict(
        table.rows
    ).items()
    assert details.definition.strip() in str(table)
