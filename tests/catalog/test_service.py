"""The catalog shows what all registries listed."""

from __future__ import annotations

import time

import pytest

from jupyterlab_sregistry_globus.catalog import service as catalog_module
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    ReferenceMalformed,
    RegistryNotFound,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from .helpers import Scripted, references


def test_nothing_is_opened_or_listed_before_the_first_use(make, tmp_path):
    registry = Scripted("one", ["1"])
    make(registry)
    assert registry.listings == 0
    assert not (tmp_path / "cache").exists()


def test_a_quick_registry_is_listed_by_the_first_overview(make, tmp_path):
    write_samples(tmp_path / "images")
    overview = make(FolderRegistry("images", tmp_path / "images")).overview()
    (registry,) = overview.registries
    assert (registry.state, registry.images_count) == ("ready", 12)
    assert registry.listed_at == pytest.approx(time.time(), abs=60)
    assert [(collection.name, collection.images_count) for collection in overview.collections] == [
        ("demo", 2),
        ("genomics", 4),
        ("ml", 2),
        ("tacos", 4),
    ]


def test_a_new_start_shows_the_last_listing(make):
    make(Scripted("one", ["1", "2"])).overview()
    restarted = Scripted("one", error=RuntimeError("must not be asked"))
    assert references(make(restarted).images()) == ["c/tool:1", "c/tool:2"]
    assert restarted.listings == 0


def test_a_registry_elsewhere_with_the_same_name_shares_nothing(make):
    make(Scripted("one", ["1"])).overview()
    other = Scripted("one", ["2"])
    other.location = "elsewhere"
    assert references(make(other).images()) == ["c/tool:2"]


def test_a_failing_registry_hides_no_other(make):
    broken = Scripted("broken", error=RegistryUnavailable("It is down."))
    buggy = Scripted("buggy", error=ZeroDivisionError())
    catalog = make(broken, Scripted("good", ["1"]), buggy)
    overview = catalog.overview()
    assert [registry.state for registry in overview.registries] == ["failed", "ready", "failed"]
    assert overview.registries[0].message == "It is down."
    assert "log" in overview.registries[2].message
    listing = catalog.images()
    assert references(listing) == ["c/tool:1"]
    assert "It is down." in listing.message
    assert catalog.images(registry="good").message == ""


def test_a_reference_without_a_registry_is_looked_up_in_order(make):
    catalog = make(
        Scripted("down", error=RegistryUnavailable("It is down.")),
        Scripted("one", ["1"]),
        Scripted("two", ["1", "2"]),
    )
    assert catalog.find("c/tool:1")[0].name == "one"
    assert catalog.find("c/tool:2")[0].name == "two"
    assert catalog.find("two://c/tool:1")[1].reference == "two://c/tool:1"
    with pytest.raises(ImageNotFound, match="It is down"):
        catalog.find("c/tool:3")
    with pytest.raises(ImageNotFound):
        catalog.find("one://c/tool:2")
    with pytest.raises(RegistryUnavailable):
        catalog.find("down://c/tool:1")
    with pytest.raises(RegistryNotFound, match="down, one, two"):
        catalog.find("three://c/tool:1")
    with pytest.raises(ReferenceMalformed):
        catalog.find("tool")


def test_an_unknown_registry_is_refused_and_no_registry_has_no_images(make):
    with pytest.raises(RegistryNotFound, match="none"):
        make().images(registry="nowhere")
    assert make().images().total == 0
    assert make().overview().registries == ()


def test_details_come_from_the_registry_that_has_the_image(make, tmp_path):
    write_samples(tmp_path / "images")
    details = make(FolderRegistry("images", tmp_path / "images")).inspect("tacos/salsa")
    assert (details.image.reference, details.image.arch) == ("images://tacos/salsa:verde", "arm64")


def test_pages_have_no_gaps_and_no_repeats(make):
    registries = [Scripted(name, [f"{n:03}" for n in range(25)]) for name in ("b", "a")]
    catalog = make(*registries)
    everything = [image.reference for image in catalog.images().images]
    assert len(everything) == 50
    assert everything[0].startswith("b://")
    for text in ("", "tool"):
        pages = [catalog.images(text=text, offset=n, limit=7) for n in range(0, 56, 7)]
        assert [image.reference for page in pages for image in page.images] == everything
        assert {page.total for page in pages} == {50}
    assert catalog.images(offset=1000).images == ()
    assert len(catalog.images(offset=-5, limit=0).images) == 1
    assert catalog_module.MAX_LIMIT == 1000
    assert len(catalog.images(limit=10**9).images) == 50
