"""One transfer whose images take different routes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import FileSource, ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..images.sifs import MadeSif, partition
from ..registry.oci.ocihub import OciHub
from ..registry.sregistry.recorded import CONTENT, LIBRARY, NATIVE, RecordedRegistry
from ..registry.tree.trees import CONTENT as CONTENT_OF_PLANTED
from ..registry.tree.trees import plant
from ..support.connect import connect
from .conftest import ended, until


def test_a_native_push_a_library_push_and_a_local_file_arrive_complete_in_one_transfer(
    sandbox: Sandbox,
    settings: dict[str, Any],
    program: Callable[..., Services],
    registry_root: Path,
    contents: Path,
) -> None:
    local = (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    (contents / "hello.sif").write_bytes(local)
    md5 = hashlib.md5(CONTENT[NATIVE], usedforsecurity=False).hexdigest()
    (registry_root / "genomics" / f"samtools:1.20@{md5}.sif").write_bytes(CONTENT[NATIVE])
    with RecordedRegistry() as played:
        server = {"name": "lab", "kind": "sregistry", "url": played.url}
        server |= {"endpoint_id": names.REGISTRY, "endpoint_path": "/"}
        settings["registries"].append(server)
        here = program()
        connect(here, sandbox)
        request = PlanRequest(
            (
                ImageSource("lab://genomics/samtools:1.20"),
                ImageSource("lab://containers-lib/gatk:4.5"),
                FileSource("hello.sif"),
            ),
            Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/"),
        )
        plan = here.transfers.plan(request)
        assert [image.route for image in plan.images] == ["served", "staged", "local"]
        assert plan.sizes_unknown == 0
        done = until(here, here.transfers.start(request, origin="panel").id, ended)
    assert done.state == "succeeded", done
    # None waits for another's download, so that what is here already is a task of its own.
    routes = sorted((task.source_endpoint_id, task.images[0].route) for task in done.tasks)
    assert routes == [
        (names.REGISTRY, "served"),
        (names.MY_COMPUTER, "local"),
        (names.MY_COMPUTER, "staged"),
    ]
    wanted = {digest_of(one) for one in (CONTENT[NATIVE], CONTENT[LIBRARY], local)}
    assert {one.digest for task in done.tasks for one in task.arrivals} == wanted
    arrived = (sandbox.state / "endpoints").rglob("images/*.sif")
    assert {digest_of(file.read_bytes()) for file in arrived} == wanted


def test_an_oci_image_and_one_on_an_endpoint_arrive_complete_in_one_transfer(
    sandbox: Sandbox,
    settings: dict[str, Any],
    program: Callable[..., Services],
    registry_root: Path,
) -> None:
    plant(registry_root / "lab", "tacos/chips:1.0.sif")
    image = bytes(MadeSif([partition()], tail=b"x" * 300_000))
    with OciHub(login="token") as hub:
        hub.push("lab/tools/samtools", "1.21", image)
        settings["registries"] += [
            {"name": "hub", "kind": "oci", "url": hub.url, "repositories": ["lab/tools/samtools"]},
            {"name": "far", "kind": "endpoint"}
            | {"endpoint_id": names.REGISTRY, "endpoint_path": "/lab/"},
        ]
        here = program()
        connect(here, sandbox)
        request = PlanRequest(
            (
                ImageSource("hub://lab/tools/samtools:1.21"),
                ImageSource("far://tacos/chips:1.0"),
            ),
            Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/"),
        )
        assert [one.route for one in here.transfers.plan(request).images] == ["staged", "served"]
        done = until(here, here.transfers.start(request, origin="panel").id, ended)
    assert done.state == "succeeded", done
    wanted = {digest_of(image), digest_of(CONTENT_OF_PLANTED)}
    assert {one.digest for task in done.tasks for one in task.arrivals} == wanted
    arrived = (sandbox.state / "endpoints").rglob("images/*.sif")
    assert {digest_of(file.read_bytes()) for file in arrived} == wanted


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
