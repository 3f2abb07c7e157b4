"""A problem with one image is beside it in the plan, and the others can still be judged."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import ImageNotFound, SRegistryGlobusError
from jupyterlab_sregistry_globus.models.plans import Location, Plan, PlanRequest
from jupyterlab_sregistry_globus.models.sources import (
    EndpointSource,
    FileSource,
    ImageSource,
    Source,
)
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...registry.sregistry.recorded import RecordedRegistry, recording
from ...support.api import Api
from ...support.connect import connect
from ...support.webserver import Reply
from ..conftest import Store, codes, ended, until

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
GOOD = ImageSource("images://tacos/avocados:latest")
OTHER = ImageSource("images://tacos/salsa:verde")

# What cannot be found, the code of the reason, and a part of its text.
LOST: list[tuple[Source, str, str]] = [
    (ImageSource("tacos/nope:latest"), "image_not_found", "tacos/nope"),
    (ImageSource("images://tacos/nope:latest"), "image_not_found", "tacos/nope"),
    (ImageSource("tacos"), "reference_malformed", "has no collection"),
    (ImageSource("nowhere://tacos/salsa:verde"), "registry_not_found", "'nowhere'"),
    (FileSource("missing.sif"), "image_not_found", "missing.sif"),
    (FileSource("../../../etc/passwd"), "path_not_allowed", "passwd"),
    (EndpointSource(UNKNOWN_ID, "/a/b.sif"), "endpoint_not_found", "endpoint"),
    (EndpointSource(names.ADAS_LAPTOP_OFFLINE, "/a/b.sif"), "endpoint_offline", "offline"),
    (EndpointSource(names.REGISTRY, "/tacos/gone.sif"), "source_missing", "no file gone.sif"),
    (EndpointSource(names.REGISTRY, "/gone/b.sif"), "source_missing", "no file b.sif"),
]


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def request(*sources: Source) -> PlanRequest:
    return PlanRequest(sources, Location(names.STANFORD_SHERLOCK_SCRATCH))


def blocking(plan: Plan) -> list[list[str]]:
    """Return the blocking warnings of each image, by code."""
    return [
        [warning.code for warning in image.warnings if warning.severity == "blocking"]
        for image in plan.images
    ]


@pytest.mark.parametrize(("lost", "code", "words"), LOST)
def test_an_image_that_is_not_found_is_blocked_beside_its_reason(
    ada: Services, lost: Source, code: str, words: str
) -> None:
    plan = ada.transfers.plan(request(GOOD, lost, OTHER))
    assert not plan.is_sendable
    assert blocking(plan) == [[], [code], []]
    first, second, _ = plan.images
    assert first.source_path
    (warning,) = [warning for warning in second.warnings if warning.severity == "blocking"]
    assert second.source == lost
    assert words in warning.message
    assert second.name
    with pytest.raises(SRegistryGlobusError) as caught:
        ada.transfers.start(request(GOOD, lost), origin="cli")
    assert words in caught.value.message
    assert ada.transfers.page().transfers == ()


def test_all_that_is_lost_is_said_at_once(ada: Services) -> None:
    sources = [source for source, _, _ in LOST]
    plan = ada.transfers.plan(request(GOOD, *sources))
    assert [image.source for image in plan.images[1:]] == sources
    assert blocking(plan) == [[], *([code] for _, code, _ in LOST)]
    lost = [ImageSource("tacos/nope:1"), ImageSource("tacos/nope:2")]
    with pytest.raises(ImageNotFound, match=r"nope:1.*nope:2"):
        ada.transfers.start(request(GOOD, *lost), origin="cli")


def test_a_registry_that_is_down_blocks_only_its_own_images(
    store: Store, settings: dict[str, Any], program: Any, sandbox: Sandbox
) -> None:
    with RecordedRegistry() as played:
        played.reply("/", Reply(502))
        settings["registries"].append({"name": "lab", "kind": "sregistry", "url": played.url})
        services = program()
        connect(services, sandbox)
        plan = services.transfers.plan(
            request(GOOD, ImageSource("lab://genomics/samtools:1.20"), ImageSource("lab://a/B:1"))
        )
    assert blocking(plan) == [[], ["registry_unreachable"], ["registry_unreachable"]]
    assert "status 502" in plan.images[1].warnings[0].message


async def test_the_route_shows_the_reason_beside_the_image(api: Api, connected: Any) -> None:
    sources = [
        {"kind": "image", "reference": GOOD.reference},
        {"kind": "image", "reference": "tacos/nope:1"},
        {"kind": "file", "path": "missing.sif"},
    ]
    body = {
        "sources": sources,
        "destination": {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH},
    }
    plan = await api.post("plans", body=body)
    assert [
        [each["code"] for each in image["warnings"] if each["severity"] == "blocking"]
        for image in plan["images"]
    ] == [[], ["image_not_found"], ["image_not_found"]]


def test_a_storage_that_may_keep_no_file_is_not_said_to_have_lost_it(
    settings: dict[str, Any], program: Any, sandbox: Sandbox
) -> None:
    with RecordedRegistry() as played:
        server = {"name": "lab", "kind": "sregistry", "url": played.url}
        server |= {"endpoint_id": names.REGISTRY, "endpoint_path": "/"}
        settings["registries"].append(server)
        services = program()
        connect(services, sandbox)
        plan = services.transfers.plan(request(ImageSource("lab://containers-lib/gatk:4.5")))
    (image,) = plan.images
    assert image.route == "staged"
    assert "may keep this image in another form" in image.reason
    assert "removed" not in image.reason


def test_an_image_that_was_pushed_anew_is_chosen_again_at_once(
    settings: dict[str, Any], program: Any, sandbox: Sandbox, registry_root: Path
) -> None:
    def push(content: bytes) -> str:
        """Push as the registry does; return the digest."""
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        for file in folder.glob("samtools:1.20@*"):
            file.unlink()
        (folder / f"samtools:1.20@{md5}.sif").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        row = {**recording("a09")["body"], "version": f"sha256.{digest}"}
        played.reply("/api/container/search/collection/genomics/", Reply(body=[row]))
        return f"sha256:{digest}"

    folder = registry_root / "genomics"
    folder.mkdir(exist_ok=True)
    with RecordedRegistry() as played:
        server = {"name": "lab", "kind": "sregistry", "url": played.url}
        server |= {"endpoint_id": names.REGISTRY, "endpoint_path": "/"}
        settings["registries"].append(server)
        services = program()
        connect(services, sandbox)
        old = push(b"old content")
        image = ImageSource("lab://genomics/samtools:1.20")
        assert services.transfers.plan(request(image)).images[0].digest == old
        new = push(b"new content")
        # What is remembered is still the old digest, so that Globus finds other content.
        failed = until(services, services.transfers.start(request(image), origin="cli").id, ended)
        assert failed.state == "failed", failed
        sent = until(services, services.transfers.start(request(image), origin="cli").id, ended)
        assert sent.state == "succeeded", sent
        assert sent.tasks[0].images[0].digest == new
        # What the panel saw was newer than what is remembered.
        newest = push(b"newest content")
        seen = ImageSource("lab://genomics/samtools:1.20", digest=newest)
        assert services.transfers.plan(request(seen)).images[0].digest == newest


def test_the_md5_of_a_fresh_push_decides_between_two_files(
    settings: dict[str, Any], program: Any, sandbox: Sandbox, registry_root: Path
) -> None:
    folder = registry_root / "genomics"
    folder.mkdir(exist_ok=True)
    md5s = []
    for content in (b"fresh", b"an orphan of an earlier push"):
        md5s.append(hashlib.md5(content, usedforsecurity=False).hexdigest())
        (folder / f"samtools:1.20@{md5s[-1]}.sif").write_bytes(content)
    row = {**recording("a09")["body"], "version": md5s[0]}
    with RecordedRegistry() as played:
        played.reply("/api/container/search/collection/genomics/", Reply(body=[row]))
        server = {"name": "lab", "kind": "sregistry", "url": played.url}
        server |= {"endpoint_id": names.REGISTRY, "endpoint_path": "/"}
        settings["registries"].append(server)
        services = program()
        connect(services, sandbox)
        plan = services.transfers.plan(request(ImageSource("lab://genomics/samtools:1.20")))
    assert plan.images[0].source_path == f"/genomics/samtools:1.20@{md5s[0]}.sif"
    assert codes(plan) == [[]]
