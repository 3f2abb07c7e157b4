"""The catalog shows what all registries listed."""

from __future__ import annotations

import threading
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

from ..registry.tree.trees import plant
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


HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("library://lab/tools/samtools:1.21", "lab/tools/samtools_1.21.sif"),
        ("library://alpine:edge", "library/default/alpine_edge.sif"),
        ("docker://ubuntu:jammy", "library/ubuntu_jammy.sif"),
        ("docker://quay.io/bio/bwa:0.7", "quay.io/bio/bwa/0.7/bwa.sif"),
        ("oras://ghcr.io/lab/x:1", "ghcr.io/lab/x_1.sif"),
        ("shub://tacos/avocados:latest", "tacos/avocados/latest/avocados.sif"),
        ("hello.sif", "hello.sif"),
        ("hello_2.0.sif", "demo/hello_2.0.sif"),
        (f"lab/tools/samtools:sha256.{HASH}", "lab/tools/samtools_1.21.sif"),
    ],
)
def test_references_from_elsewhere_are_found_where_a_registry_has_the_image(
    make, tmp_path, text, file
):
    catalog = make(FolderRegistry("images", plant(tmp_path / "images", file)))
    catalog.settle(30)
    assert catalog.find(text)[1].file_name == file.rpartition("/")[2]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("docker://ubuntu:22.04",
         "apptainer build ubuntu_22.04.sif docker://ubuntu:22.04, and send ./ubuntu_22.04.sif."),
        ("library://alpine",
         "apptainer pull alpine_latest.sif library://alpine, and send ./alpine_latest.sif."),
        ("oras://ghcr.io/a/b:1", "apptainer pull b_1.sif oras://ghcr.io/a/b:1"),
        ("shub://a/b", "apptainer pull b_latest.sif shub://a/b"),
        ("hello.sif", "If it is a file beside you, type ./hello.sif."),
    ],
)  # fmt: skip
def test_what_no_registry_has_is_said_with_what_to_type(make, tmp_path, text, advice):
    catalog = make(FolderRegistry("images", plant(tmp_path / "images", "a/x.sif")))
    with pytest.raises(ImageNotFound) as caught:
        catalog.find(text)
    assert caught.value.message.startswith(f"No registry has {text}. ")
    assert advice in caught.value.message


def test_a_file_name_that_several_images_have_chooses_none(make, tmp_path):
    files = ("a/tool/1/image.sif", "a/tool/2/image.sif")
    catalog = make(FolderRegistry("images", plant(tmp_path / "images", *files)))
    catalog.settle(30)
    with pytest.raises(ImageNotFound, match=r"Write one of images://a/tool:1, images://a/tool:2"):
        catalog.find("image.sif")


def test_a_scheme_that_is_a_registrys_name_means_that_registry(make, tmp_path):
    roots = [plant(tmp_path / name, "lab/tools/x.sif") for name in ("other", "library")]
    catalog = make(FolderRegistry("other", roots[0]), FolderRegistry("library", roots[1]))
    assert catalog.find("library://lab/tools/x")[0].name == "library"


def test_a_search_for_a_reference_from_elsewhere_finds_the_image(make, tmp_path):
    catalog = make(FolderRegistry("images", plant(tmp_path / "images", "library/ubuntu_jammy.sif")))
    assert catalog.images(text="docker://library/ubuntu:jammy").total == 1


def test_collections_are_found_in_both_spellings_of_an_accent(make, tmp_path):
    catalog = make(FolderRegistry("images", plant(tmp_path / "images", "cafe\u0301/x.sif")))
    assert catalog.images(collection="caf\u00e9").total == 1
    assert catalog.images(collection="cafe\u0301").total == 1
    assert catalog.images(collection="caf\u00e8").total == 0


def test_an_image_is_not_called_absent_while_its_registry_is_being_listed(make):
    gate = threading.Event()
    registry = Scripted("slow", ["1"], gate=gate)
    catalog = make(registry, patience_s=0.01)
    assert (catalog.images().total, catalog.images().is_partial) == (0, True)
    assert catalog.overview().is_partial
    threading.Timer(0.3, gate.set).start()
    listing = catalog.images(text="tool", patience_s=10)
    assert (listing.total, listing.is_partial) == (1, False)
    assert not catalog.overview().is_partial


def test_the_wait_for_a_first_listing_is_bounded_and_includes_that_of_another_program(make):
    gate = threading.Event()
    first = make(Scripted("one", ["1"], gate=gate), patience_s=0.01)
    first.overview()
    second = make(Scripted("one", ["1"]), patience_s=0.01)
    started = time.monotonic()
    assert second.images(patience_s=0.3).is_partial
    assert 0.3 <= time.monotonic() - started < 5
    threading.Timer(0.3, gate.set).start()
    assert second.images(patience_s=10).total == 1


def test_a_file_name_waits_for_the_listing_that_knows_it_or_is_not_called_absent(
    make, tmp_path, monkeypatch
):
    root = plant(tmp_path / "images", "demo/hello_2.0.sif")
    gate = threading.Event()
    slow = Scripted("slow", ["1"], gate=gate)
    catalog = make(FolderRegistry("images", root), slow, patience_s=0.01)
    monkeypatch.setattr(catalog_module, "_LOOKUP_PATIENCE_S", 0.2)
    assert catalog.find("hello_2.0.sif")[1].reference == "images://demo/hello:2.0"
    with pytest.raises(ImageNotFound, match="not found yet, because slow is still being listed"):
        catalog.find("other.sif")
    gate.set()
    monkeypatch.setattr(catalog_module, "_LOOKUP_PATIENCE_S", 10)
    with pytest.raises(ImageNotFound, match=r"No registry has other\.sif"):
        catalog.find("other.sif")
