"""What every kind of registry has in common."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    ReferenceMalformed,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.factory import MODULE_BY_KIND
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..support.listings import images_of, read
from .contracts import CASES, Case
from .tree.trees import plant


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with CASES[request.param](request) as made:
        yield made


def test_every_kind_is_tested() -> None:
    assert set(CASES) == set(MODULE_BY_KIND)


def test_each_image_is_listed_once_by_the_name_that_finds_it(case: Case) -> None:
    listed, summary = read(case.backend)
    references = [image.reference for image in listed]
    assert len(references) == len(set(references))
    assert f"reg://{case.known}" in references
    for image in listed:
        reference = parse(image.reference)
        assert (reference.registry, image.registry) == ("reg", "reg")
        assert (reference.collection, reference.container, reference.tag) == (
            image.collection,
            image.container,
            image.tag,
        )
    assert summary.remark == ""
    assert [image.reference for image in images_of(case.backend)] == references


def test_an_image_is_found_by_tag_and_a_missing_tag_means_latest_or_the_only_tag(
    case: Case,
) -> None:
    image = case.backend.find(parse(case.known))
    assert image.reference == f"reg://{case.known}"
    assert case.backend.find(parse(image.reference)) == image
    assert image.size_bytes in (None, len(case.content))
    assert case.backend.find(parse(case.container)).tag == "latest"
    only = case.backend.find(parse(case.only))
    assert only.tag not in ("latest", "")
    assert case.backend.find(parse(only.reference)) == only


def test_a_digest_fixes_the_content_of_a_reference(case: Case) -> None:
    right = f"sha256:{hashlib.sha256(case.content).hexdigest()}"
    image = case.backend.find(parse(f"{case.known}@{right}"))
    assert image.digest in (None, right)
    other = parse(f"{case.known}@sha256:{'0' * 64}")
    if image.digest is None:
        # The digest is unknown without reading the file. A transfer checks it.
        assert case.backend.find(other) == image
    else:
        for ask in (case.backend.find, case.backend.inspect):
            with pytest.raises(ImageChanged, match="instead of sha256:0000"):
                ask(other)


def test_a_missing_image_is_reported_with_the_existing_tags(case: Case) -> None:
    backend = case.backend
    for ask in (backend.find, backend.storage, backend.inspect):
        with pytest.raises(ImageNotFound, match=r"Available tags: .*latest"):
            ask(parse(f"{case.container}:no-such-tag"))
        with pytest.raises(ImageNotFound, match="reg://"):
            ask(parse(f"{case.container}-no-such:1"))
        with pytest.raises(ImageNotFound):
            ask(parse("no-such/no-such/no-such:1"))


@pytest.mark.parametrize(
    "text",
    ["a/b:c:d", "a/b%2Fc:d", "a/b:c%2Fd", "a/b:c%40d", "a/b: c", "a/b:%00", "a/%F0%9F%8C%AE:ü",
     "a/b:'\"<script>", "%2E%2Fa/b:1", "a/b:" + "c" * 3000, "/".join("a" * 400) + ":1", "a/b:*",
     "a/[b]:1", "a/b:?x=1", "a/b:#"],
)  # fmt: skip
def test_an_odd_name_is_reported_as_missing(case: Case, text: str) -> None:
    for ask in (case.backend.find, case.backend.storage):
        with pytest.raises((ImageNotFound, ReferenceMalformed)):
            ask(parse(text))


def test_the_bytes_are_where_the_storage_says(case: Case) -> None:
    storage = case.backend.storage(parse(case.known))
    assert storage is not None
    count = 0
    for place in (storage.path_below_root, storage.pattern_below_root):
        if place is not None:
            count += 1
            assert not place.startswith("/")
            assert ".." not in place.split("/")
    if storage.local_path is not None:
        count += 1
        assert storage.local_path == storage.local_path.resolve()
        assert storage.local_path.read_bytes() == case.content
    if storage.download is not None:
        count += 1
        download = storage.download
        digest = f"sha256:{hashlib.sha256(case.content).hexdigest()}"
        assert download.digest in (None, digest)
        for start in (0, len(case.content) // 2):
            with download.open(start) as chunks:
                assert b"".join(chunks) == case.content[start:]
        assert download.size_bytes == len(case.content)
    assert count > 0


def test_metadata_belongs_to_the_image_that_is_found(case: Case) -> None:
    image = case.backend.find(parse(case.known))
    details = case.backend.inspect(parse(case.known))
    assert details.problem == ""
    assert details.image.reference == image.reference
    assert (details.image.size_bytes, details.image.digest) == (image.size_bytes, image.digest)
    assert details.image.format in (None, "sif")


def test_several_threads_may_use_a_registry_at_once(case: Case) -> None:
    alone = case.backend.find(parse(case.known))
    with ThreadPoolExecutor(4) as pool:
        images = list(pool.map(case.backend.find, [parse(case.known)] * 8))
    assert images == [alone] * 8


def test_an_unavailable_registry_is_reported_and_hides_no_other(case: Case, tmp_path: Path) -> None:
    other = FolderRegistry("other", plant(tmp_path / "other", "tools/mine_1.0.sif"))
    with ThreadPoolExecutor(4) as pool:
        catalog = Catalog([case.backend, other], tmp_path / "c" / "catalog.sqlite3", pool)
        before = catalog.settle(30)
        assert [registry.state for registry in before.registries] == ["ready", "ready"]
        count = catalog.images(registry="reg").total
        assert count > 0
        case.break_it()
        # The old backend may still know recent answers, so a new one is asked.
        restarted = case.make()
        for ask in (restarted.find, restarted.storage, restarted.inspect):
            with pytest.raises(RegistryUnavailable, match="'reg'"):
                ask(parse(case.known))
        catalog.refresh()
        failed, ready = catalog.settle(30).registries
        assert (failed.state, ready.state) == ("failed", "ready")
        assert "'reg'" in failed.message
        # The previous listing stays, with its time.
        assert (failed.listed_at, failed.images_count) == (before.registries[0].listed_at, count)
        assert catalog.images(registry="reg").total == count
        assert catalog.images(text="mine").total == 1
        assert catalog.find("tools/mine:1.0")[0] is other


def test_ten_thousand_images_are_listed_without_making_the_user_wait(
    case: Case, tmp_path: Path
) -> None:
    if case.fill is None:
        pytest.skip("ten thousand images would take too many requests")
    case.fill(10_000)
    with ThreadPoolExecutor(4) as pool:
        database = tmp_path / "c" / "catalog.sqlite3"
        catalog = Catalog([case.backend], database, pool, patience_s=0.1)
        started = time.monotonic()
        catalog.overview()
        catalog.images()
        waited_s = time.monotonic() - started
        catalog.settle(60)
        listed_s = time.monotonic() - started
        # No caller waits for the whole listing, unless it is quick.
        assert waited_s < max(3.0, listed_s / 2)
        assert catalog.images(text="tool0042 v17").total == 1
        counts = [
            collection.images_count
            for collection in catalog.overview().collections
            if collection.name.endswith("many")
        ]
        assert counts == [10_000]
