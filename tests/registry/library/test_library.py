"""A server of the Library API: its images for each architecture, and its private ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    RegistryBusy,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry, RegistryBackend
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.registry.library import registry as library

from ...support.listings import images_of, read
from ...support.webserver import Asked, Reply
from ..sregistry.recorded import DIGEST, LIBRARY, TOKENS, RecordedRegistry
from .libraryhub import TOKEN, LibraryHub

SIF = Path(__file__).parents[2] / "images" / "data" / "one-group.sif"


@pytest.fixture
def hub() -> Iterator[LibraryHub]:
    with LibraryHub() as hub:
        hub.push("library/default/alpine", "latest", b"amd64")
        hub.push("library/default/alpine", "latest", b"arm64!", "arm64")
        hub.push("library/default/alpine", "3.19", b"arm64 alone", "arm64")
        hub.push("library/other/busybox", "1.36", b"x" * 300_000)
        hub.push("lab/tools/samtools", "1.20", SIF.read_bytes())
        yield hub


def backend(url: str, *collections: str, **entry: Any) -> RegistryBackend:
    entry = {"name": "lib", "kind": "library", "url": url, "collections": collections, **entry}
    (made,) = make_backends(SRegistryGlobus(registries=[entry]), None)  # type: ignore[arg-type]
    return made


def names(registry: RegistryBackend) -> list[tuple[str, str | None]]:
    return sorted(
        (image.reference.removeprefix("lib://"), image.arch) for image in images_of(registry)
    )


def remark(registry: RegistryBackend) -> str:
    return read(registry)[1].remark


def fetched(registry: RegistryBackend, reference: str, start: int = 0) -> bytes:
    storage = registry.storage(parse(reference))
    assert storage is not None
    assert storage.download is not None
    with storage.download.open(start) as chunks:
        return b"".join(chunks)


def test_each_image_of_entities_collections_and_containers_is_listed_once(hub: LibraryHub) -> None:
    registry = backend(hub.url, "library", "library/default", "lab/tools/samtools")
    assert names(registry) == [
        ("lab/tools/samtools:1.20", "amd64"),
        ("library/default/alpine:3.19", "arm64"),
        ("library/default/alpine:latest", "amd64"),
        ("library/other/busybox:1.36", "amd64"),
    ]
    assert remark(registry) == ""


def test_the_configured_architecture_is_preferred(hub: LibraryHub) -> None:
    for arch, content in (("amd64", b"amd64"), ("arm64", b"arm64!")):
        registry = backend(hub.url, "library/default", arch=arch)
        image = registry.find(parse("library/default/alpine"))
        assert (image.tag, image.arch, image.size_bytes) == ("latest", arch, len(content))
        assert fetched(registry, "library/default/alpine:latest") == content
    image = backend(hub.url, "library").find(parse("library/default/alpine:3.19"))
    assert image.arch == "arm64"
    assert fetched(backend(hub.url, "library"), "library/default/alpine:3.19") == b"arm64 alone"
    assert image.modified_at == pytest.approx(1714564800)


def test_a_missing_tag_means_the_only_tag_and_an_unknown_tag_shows_the_others(
    hub: LibraryHub,
) -> None:
    registry = backend(hub.url, "library")
    assert registry.find(parse("library/other/busybox")).tag == "1.36"
    with pytest.raises(ImageNotFound, match=r"Available tags: 3\.19, latest"):
        registry.find(parse("library/default/alpine:2"))
    with pytest.raises(ImageChanged):
        registry.find(parse(f"library/other/busybox:1.36@sha256:{'0' * 64}"))


def test_metadata_is_read_without_a_download(hub: LibraryHub) -> None:
    details = backend(hub.url, "lab").inspect(parse("lab/tools/samtools:1.20"))
    assert details.problem == ""
    assert details.image.format == "sif"


def test_a_download_resumes_and_knows_its_size_and_digest(hub: LibraryHub) -> None:
    content = hub.images["library/other/busybox", "1.36", "amd64"]
    hub.is_sized = False
    registry = backend(hub.url, "library", token=TOKEN)
    storage = registry.storage(parse("library/other/busybox:1.36"))
    assert storage is not None
    assert storage.download is not None
    assert storage.download.size_bytes == len(content)
    assert storage.download.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert fetched(registry, "library/other/busybox:1.36", start=299_990) == content[299_990:]


def test_private_images_require_the_token(hub: LibraryHub) -> None:
    hub.private = {"lab/tools/samtools", "lab"}
    registry = backend(hub.url, "lab", "library/other")
    assert names(registry) == [("library/other/busybox:1.36", "amd64")]
    assert remark(registry) == "Missing or not visible to this account: lab."
    with pytest.raises(RegistryUnavailable, match="denied access"):
        registry.find(parse("lab/tools/samtools:1.20"))
    with pytest.raises(RegistryUnavailable, match="denied access"):
        read(backend(hub.url, "lab"))
    with pytest.raises(ImageNotFound, match="not be visible to this account"):
        backend(hub.url, "lab", token="another").find(parse("lab/tools/samtools:1.20"))
    assert len(names(backend(hub.url, "lab", token=TOKEN))) == 1
    registry = backend(hub.url, "lab", token=TOKEN)
    hub.answer = lambda asked: Reply(500)
    with pytest.raises(RegistryUnavailable) as caught:
        registry.find(parse("lab/tools/samtools:1.20"))
    assert TOKEN not in repr(registry) + registry.location + repr(caught.value)


def test_missing_places_hide_no_others(hub: LibraryHub, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = backend(hub.url, "nobody", "library/none", "a/b/c", "library/other")
    assert len(names(registry)) == 1
    assert (
        remark(registry) == "Missing or not visible to this account: nobody, library/none, a/b/c."
    )
    monkeypatch.setattr(library, "MAX_CONTAINERS", 1)
    registry = backend(hub.url, "library")
    assert len(names(registry)) == 2
    assert "first 1 containers" in remark(registry)


def test_an_answer_about_another_image_is_ignored(hub: LibraryHub) -> None:
    answer = hub.answer

    def other(asked: Asked) -> Reply:
        reply = answer(asked)
        assert isinstance(reply.body, dict)
        return Reply(body={"data": {**reply.body["data"], "containerName": "other"}})

    hub.answer = other
    with pytest.raises(ImageNotFound):
        backend(hub.url, "library").find(parse("library/default/alpine:latest"))


def test_an_unfinished_push_is_not_an_image(hub: LibraryHub) -> None:
    hub.push("lab/tools/half", "1", b"")
    with pytest.raises(ImageNotFound):
        backend(hub.url, "lab").find(parse("lab/tools/half:1"))


def test_a_busy_or_broken_library_is_not_an_empty_one(hub: LibraryHub) -> None:
    registry = backend(hub.url, "library")
    hub.answer = lambda asked: Reply(429, headers={"Retry-After": "30"})
    for ask in (lambda: read(registry), lambda: registry.find(parse("library/a/b:1"))):
        with pytest.raises(RegistryBusy):
            ask()
    for body in ("<html>", '{"data": 3}', '{"data": {"containers": 3}}', "[]"):
        hub.answer = lambda asked, body=body: Reply(body=body)  # type: ignore[misc]
        with pytest.raises(RegistryUnavailable, match="unreadable response"):
            read(backend(hub.url, "library/default"))


@pytest.mark.parametrize(
    "name", ["default/alpine:1", "a/b/c/d:1", "a/b/c:d e", "a/b/c:d:e", "a/b%20/c:1",
             "a/b/c:sha256." + "0" * 64]
)  # fmt: skip
def test_an_invalid_name_is_not_requested(hub: LibraryHub, name: str) -> None:
    with pytest.raises(ImageNotFound):
        backend(hub.url, "library").find(parse(name))
    assert hub.asked == []


def test_a_singularity_registry_server_works_as_a_library() -> None:
    with RecordedRegistry() as played:
        registry = backend(
            played.url, "bob/genomics/samtools", "bob/containers-lib/alpine", token=TOKENS["bob"]
        )
        assert [name for name, _ in names(registry)] == [
            "bob/containers-lib/alpine:3.19",
            "bob/containers-lib/alpine:latest",
            "bob/genomics/samtools:1.19",
            "bob/genomics/samtools:1.20",
            "bob/genomics/samtools:latest",
        ]
        image = registry.find(parse("bob/containers-lib/gatk:4.5"))
        assert image.digest == f"sha256:{DIGEST[LIBRARY]}"
        # This server reports amd64 for every image, and a time that each download changes.
        assert (image.arch, image.modified_at, image.size_bytes) == (None, None, None)
        content = fetched(registry, "bob/containers-lib/gatk:4.5", start=3_999_990)
        assert len(content) == 10


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"url": ""}, "'url'"),
        ({"collections": []}, "'collections'"),
        ({"collections": ["a/b/c/d"]}, "not part of a library"),
        ({"collections": ["library/../x"]}, "not part of a library"),
    ],
)
def test_an_incomplete_entry_says_what_is_missing(changes: dict[str, Any], problem: str) -> None:
    entry = {"url": "https://library.example.org", "collections": ["library"], **changes}
    broken = backend(entry.pop("url"), *entry.pop("collections"))
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=problem):
        read(broken)
