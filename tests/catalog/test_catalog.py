"""The catalog shows what the registries listed, quickly, and what it shows comes up to date."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog, lister, listings
from jupyterlab_sregistry_globus.catalog import service as catalog_module
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    ReferenceMalformed,
    RegistryNotFound,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import ListingSummary, RegistryBackend
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..registry.tree.trees import age, plant
from ..support.clock import Clock


class Scripted(RegistryBackend):
    """A registry that lists what it is told to, when it is let."""

    kind = "scripted"

    def __init__(self, name, tags=(), *, error=None, gate=None):
        super().__init__(name, f"script of {name}")
        self.tags, self.error, self.gate = list(tags), error, gate
        self.listings = 0

    def read_listing(self, on_image):
        self.listings += 1
        if self.gate is not None:
            self.gate.wait(10)
        if self.error is not None:
            raise self.error
        for tag in self.tags:
            on_image(Image(f"{self.name}://c/tool:{tag}", self.name, "c", "tool", tag))
        return ListingSummary()

    def find(self, reference):
        if self.error is not None:
            raise self.error
        named = (reference.collection, reference.container)
        if named == ("c", "tool") and reference.tag in self.tags:
            return Image(f"{self.name}://c/tool:{reference.tag}", self.name, "c", "tool", "1")
        raise self.missing(reference)

    def storage(self, reference):
        return None


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(lister, "time", clock)
    monkeypatch.setattr(listings, "time", clock)
    return clock


@pytest.fixture
def make(tmp_path, pool):
    def make(*backends, **options):
        return Catalog(backends, tmp_path / "cache" / "catalog.sqlite3", pool, **options)

    return make


def references(listing):
    return [image.reference.partition("://")[2] for image in listing.images]


def until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")


def test_nothing_is_opened_or_listed_before_somebody_asks(make, tmp_path):
    registry = Scripted("one", ["1"])
    make(registry)
    assert registry.listings == 0
    assert not (tmp_path / "cache").exists()


def test_a_quick_registry_is_listed_within_the_first_look(make, tmp_path):
    write_samples(tmp_path / "images")
    overview = make(FolderRegistry("images", tmp_path / "images")).overview()
    (registry,) = overview.registries
    assert (registry.state, registry.images_count) == ("ready", 12)
    assert registry.listed_at == pytest.approx(time.time(), abs=60)
    assert [(c.name, c.images_count) for c in overview.collections] == [
        ("demo", 2),
        ("genomics", 4),
        ("ml", 2),
        ("tacos", 4),
    ]


def test_a_long_listing_does_not_keep_a_program_from_ending(make, pool):
    registry = Scripted("long")
    # Slow enough for the end to come in the middle, and with an end of its own if it does not.
    registry.tags = (str(number) for number in range(5000) if not time.sleep(0.001))
    catalog = make(registry, patience_s=0.05)
    catalog.overview()
    catalog.close()
    pool.shutdown()
    assert int(next(registry.tags, 5000)) < 5000
    (told,) = make(registry).overview().registries
    assert (told.state, told.message) == ("listing", "")


def test_a_slow_registry_keeps_nobody_waiting_and_is_told_of_when_it_comes(make):
    gate, changes = threading.Event(), []
    registry = Scripted("slow", ["1"], gate=gate)
    catalog = make(registry, on_change=lambda: changes.append(1), patience_s=0.05)
    started = time.monotonic()
    assert catalog.overview().registries[0].state == "listing"
    assert catalog.images().total == 0
    assert time.monotonic() - started < 2
    assert registry.listings == 1
    gate.set()
    until(lambda: changes)
    assert catalog.overview().registries[0].state == "ready"
    assert references(catalog.images()) == ["c/tool:1"]
    assert registry.listings == 1


def test_the_first_images_of_a_long_first_listing_are_shown_before_the_last(make):
    gate, changes = threading.Event(), []

    class Long(Scripted):
        def read_listing(self, on_image):
            for number in range(3000):
                if number == 2500:
                    gate.wait(10)
                on_image(Image("", self.name, "c", "tool", f"{number:04}"))
            return ListingSummary()

    catalog = make(Long("long"), on_change=lambda: changes.append(1), patience_s=0.05)
    catalog.overview()
    until(lambda: changes)
    listing = catalog.images(limit=10)
    assert (len(listing.images), listing.total) == (10, 1000)
    assert catalog.overview().registries[0].state == "listing"
    gate.set()
    until(lambda: catalog.overview().registries[0].state == "ready")
    assert catalog.images(limit=10).total == 3000


def test_a_start_shows_what_the_last_one_listed(make):
    make(Scripted("one", ["1", "2"])).overview()
    again = Scripted("one", error=RuntimeError("must not be asked"))
    assert references(make(again).images()) == ["c/tool:1", "c/tool:2"]
    assert again.listings == 0


def test_a_registry_elsewhere_under_the_same_name_shares_nothing(make):
    make(Scripted("one", ["1"])).overview()
    other = Scripted("one", ["2"])
    other.location = "elsewhere"
    assert references(make(other).images()) == ["c/tool:2"]


def test_one_registry_that_fails_hides_no_other(make):
    broken = Scripted("broken", error=RegistryUnavailable("It is down."))
    buggy = Scripted("buggy", error=ZeroDivisionError())
    catalog = make(broken, Scripted("good", ["1"]), buggy)
    overview = catalog.overview()
    assert [r.state for r in overview.registries] == ["failed", "ready", "failed"]
    assert overview.registries[0].message == "It is down."
    assert "log" in overview.registries[2].message
    listing = catalog.images()
    assert references(listing) == ["c/tool:1"]
    assert "It is down." in listing.message
    assert catalog.images(registry="good").message == ""


def test_a_registry_that_fails_later_still_shows_its_last_listing(make):
    registry = Scripted("one", ["1"])
    catalog = make(registry)
    listed_at = catalog.overview().registries[0].listed_at
    registry.error = RegistryUnavailable("It is down.")
    (shown,) = catalog.refresh().registries
    assert (shown.state, shown.message, shown.listed_at) == ("failed", "It is down.", listed_at)
    assert references(catalog.images()) == ["c/tool:1"]


def test_a_failed_registry_is_asked_again_only_after_a_while(make, clock):
    registry = Scripted("one", error=RegistryUnavailable("It is down."))
    catalog = make(registry)
    for _ in range(5):
        catalog.overview()
    assert registry.listings == 1
    registry.error = None
    clock.advance(registry.retry_after_s + 1)
    catalog.overview()
    assert catalog.overview().registries[0].state == "ready"


def test_a_listing_that_was_cut_off_is_not_waited_for_as_long_as_one_that_failed(
    make, tmp_path, clock
):
    cut, whole = Scripted("one", error=SystemExit()), Scripted("one", ["1"])
    cut.retry_after_s = whole.retry_after_s = 3600
    with pytest.raises(SystemExit):
        Catalog([cut], tmp_path / "cache" / "catalog.sqlite3").overview()
    assert make(whole).overview().registries[0].state == "listing"
    clock.advance(RegistryBackend.retry_after_s + 1)
    assert make(whole).overview().registries[0].state == "ready"


def test_a_listing_is_repeated_when_it_is_old_and_not_before(make):
    registry = Scripted("one", ["1"])
    catalog = make(registry)
    for _ in range(3):
        catalog.images()
    assert registry.listings == 1
    registry.max_age_s = 0
    registry.tags = ["2"]
    catalog.images()
    until(lambda: references(catalog.images()) == ["c/tool:2"])


def test_asking_for_a_refresh_lists_again_in_any_case(make):
    registry = Scripted("one", ["1", "2"])
    catalog = make(registry)
    catalog.overview()
    registry.tags = ["2", "3"]
    assert catalog.refresh().registries[0].images_count == 2
    assert references(catalog.images()) == ["c/tool:2", "c/tool:3"]
    assert registry.listings == 2


def test_two_programs_on_one_cache_do_not_list_at_the_same_time(make, pool):
    gate = threading.Event()
    one, two = Scripted("one", ["1"], gate=gate), Scripted("one", ["1"])
    first = make(one, patience_s=0.01)
    first.overview()
    until(lambda: one.listings)
    assert make(two, patience_s=0.01).overview().registries[0].state == "listing"
    assert two.listings == 0
    gate.set()
    until(lambda: first.overview().registries[0].state == "ready")
    assert make(two).images().total == 1
    assert two.listings == 0


def test_a_changed_folder_is_noticed_and_told_of(make, tmp_path):
    root, changes = plant(tmp_path / "images", "a/x_1.sif"), []
    registry = FolderRegistry("images", root)
    registry.check_after_s = 0
    catalog = make(registry, on_change=lambda: changes.append(1))
    assert catalog.images().total == 1
    plant(root, "a/y_1.sif")
    os.utime(root / "a")
    catalog.overview()
    until(lambda: references(catalog.images()) == ["a/x:1", "a/y:1"])
    assert changes


def test_an_unchanged_folder_is_not_listed_again_and_nobody_is_told(make, tmp_path):
    changes = []

    class Counted(FolderRegistry):
        check_after_s = 0.0
        has_headers = False
        listings = 0

        def read_listing(self, on_image):
            self.listings += 1
            return super().read_listing(on_image)

    registry = Counted("images", plant(tmp_path / "images", "a/x_1.sif"))
    catalog = make(registry, on_change=lambda: changes.append(1))
    catalog.overview()
    changes.clear()
    for _ in range(5):
        catalog.overview()
        catalog.settle(5)
    assert (registry.listings, changes) == (1, [])


def test_architecture_format_and_labels_are_filled_in_from_the_files(make, tmp_path):
    write_samples(tmp_path / "images")
    age(tmp_path / "images")
    changes = []
    catalog = make(
        FolderRegistry("images", tmp_path / "images"), on_change=lambda: changes.append(1)
    )
    catalog.images()
    until(lambda: all(image.format for image in catalog.images().images))
    arches = {image.reference: image.arch for image in catalog.images().images}
    assert arches["images://tacos/salsa:verde"] == "arm64"
    assert arches["images://tacos/avocados:latest"] == "amd64"
    assert references(catalog.images(text="ready to serve")) == ["tacos/avocados:latest"]
    time.sleep(0.1)
    changes.clear()
    catalog.images()
    catalog.settle(5)
    time.sleep(0.1)
    assert changes == []


def test_what_was_filled_in_stays_until_the_file_changes(make, tmp_path):
    write_samples(tmp_path / "images")
    registry = FolderRegistry("images", tmp_path / "images")
    catalog = make(registry)
    catalog.images()
    until(lambda: all(image.format for image in catalog.images().images))
    registry.has_headers = False
    catalog.refresh()
    assert all(image.format for image in catalog.images().images)
    os.utime(tmp_path / "images" / "tacos" / "salsa" / "verde" / "salsa.sif")
    catalog.refresh()
    (salsa,) = catalog.images(text="salsa verde").images
    assert (salsa.format, salsa.arch) == (None, None)
    assert catalog.images(text="salsa for arm64").total == 0


def test_a_reference_without_a_registry_is_looked_up_in_each_in_order(make):
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


def test_images_of_an_unknown_registry_are_refused_and_of_none_are_none(make):
    with pytest.raises(RegistryNotFound, match="none"):
        make().images(registry="nowhere")
    assert make().images().total == 0
    assert make().overview().registries == ()


def test_details_come_from_the_registry_that_has_the_image(make, tmp_path):
    write_samples(tmp_path / "images")
    details = make(FolderRegistry("images", tmp_path / "images")).inspect("tacos/salsa")
    assert (details.image.reference, details.image.arch) == ("images://tacos/salsa:verde", "arm64")


@pytest.mark.parametrize("damage", ["damaged", "read-only", "newer"])
def test_a_cache_that_cannot_be_used_does_not_stand_in_the_way(make, tmp_path, damage, caplog):
    path = tmp_path / "cache" / "catalog.sqlite3"
    path.parent.mkdir()
    if damage == "damaged":
        path.write_bytes(b"no database at all" * 1000)
    elif damage == "newer":
        import sqlite3

        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        path.mkdir()
    catalog = make(Scripted("one", ["1"]))
    assert references(catalog.images()) == ["c/tool:1"]
    assert "for this run only" in caplog.text


def test_pages_follow_each_other_without_gaps_or_repeats(make):
    registries = [Scripted(name, [f"{n:03}" for n in range(25)]) for name in ("b", "a")]
    catalog = make(*registries)
    everything = [i.reference for i in catalog.images().images]
    assert len(everything) == 50
    assert everything[0].startswith("b://")
    for text in ("", "tool"):
        pages = [catalog.images(text=text, offset=n, limit=7) for n in range(0, 56, 7)]
        assert [i.reference for page in pages for i in page.images] == everything
        assert {page.total for page in pages} == {50}
    assert catalog.images(offset=1000).images == ()
    assert len(catalog.images(offset=-5, limit=0).images) == 1
    assert catalog_module.MAX_LIMIT == 1000
    assert len(catalog.images(limit=10**9).images) == 50


NAMES = (
    "bio/samtools:1.19",
    "bio/fastqc:0.12.1",
    "bio/multiqc:1.0",
    "bio/qc-report:2",
    "bio/fq:0.9",
    "qc/other:3",
    "odd/Größe:1",
    "odd/a%b_c:1",
    'odd/quo"te:1',
)


@pytest.mark.parametrize("has_trigram", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fastqc", ["bio/fastqc:0.12.1"]),
        ("FastQC", ["bio/fastqc:0.12.1"]),
        ("stq", ["bio/fastqc:0.12.1"]),
        ("f", ["bio/fastqc:0.12.1", "bio/fq:0.9"]),
        ("qc", ["bio/qc-report:2", "bio/fastqc:0.12.1", "bio/multiqc:1.0", "qc/other:3"]),
        ("bio/samtools:1", ["bio/samtools:1.19"]),
        ("images://bio/samtools", ["bio/samtools:1.19"]),
        ("1.19 sam", ["bio/samtools:1.19"]),
        ("sam bio nothing", []),
        ("größe", ["odd/Größe:1"]),
        ("GRÖSSE", ["odd/Größe:1"]),
        ("%b_", ["odd/a%b_c:1"]),
        ("%", ["odd/a%b_c:1"]),
        ('o"t', ['odd/quo"te:1']),
        ('"', ['odd/quo"te:1']),
        ("NEAR AND OR NOT * ^ ( ) {", []),
        ("x\0y", []),
        ("a" * 10_000, []),
    ],
)
def test_search_finds_parts_of_names_the_best_first(make, tmp_path, text, expected, has_trigram):
    root = plant(tmp_path / "images", *(f"{name}.sif" for name in NAMES))
    catalog = make(FolderRegistry("images", root), has_trigram=has_trigram)
    listing = catalog.images(text=text)
    assert [i.replace("%25", "%") for i in references(listing)] == expected
    assert listing.total == len(expected)


def test_search_keeps_to_the_collection_that_is_asked_for(make, tmp_path):
    root = plant(tmp_path / "images", *(f"{name}.sif" for name in NAMES))
    catalog = make(FolderRegistry("images", root))
    assert references(catalog.images(collection="qc", text="o")) == ["qc/other:3"]
    assert references(catalog.images(collection="qc")) == ["qc/other:3"]
    assert catalog.images(collection="none").total == 0
