"""When a registry is listed, and how its listing stays up to date."""

from __future__ import annotations

import os
import threading
import time

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.errors import (
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import ListingSummary, RegistryBackend
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..registry.tree.trees import age, plant
from .helpers import Scripted, references, until


def test_a_long_listing_does_not_keep_a_program_from_ending(make, pool):
    registry = Scripted("long")
    # Slow enough to be interrupted, but finite if that fails.
    registry.tags = (str(number) for number in range(5000) if not time.sleep(0.001))
    catalog = make(registry, patience_s=0.05)
    catalog.overview()
    catalog.close()
    pool.shutdown()
    assert int(next(registry.tags, 5000)) < 5000
    (shown,) = make(registry).overview().registries
    assert (shown.state, shown.message) == ("listing", "")


def test_a_slow_registry_makes_no_caller_wait_and_announces_its_listing(make):
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


def test_a_long_first_listing_shows_its_first_images_early(make):
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


def test_a_registry_that_fails_later_still_shows_its_last_listing(make):
    registry = Scripted("one", ["1"])
    catalog = make(registry)
    listed_at = catalog.overview().registries[0].listed_at
    registry.error = RegistryUnavailable("It is down.")
    (shown,) = catalog.refresh().registries
    assert (shown.state, shown.message, shown.listed_at) == ("failed", "It is down.", listed_at)
    assert references(catalog.images()) == ["c/tool:1"]


def test_a_failed_registry_is_listed_again_only_after_a_pause(make, clock):
    registry = Scripted("one", error=RegistryUnavailable("It is down."))
    catalog = make(registry)
    for _ in range(5):
        catalog.overview()
    assert registry.listings == 1
    registry.error = None
    clock.advance(registry.retry_after_s + 1)
    catalog.overview()
    assert catalog.overview().registries[0].state == "ready"


def test_the_pause_after_a_failed_listing_holds_after_a_restart(make, clock):
    registry = Scripted("one", error=RegistryUnavailable("It is down."))
    registry.retry_after_s = 3600
    make(registry).overview()
    restarted = Scripted("one", ["1"])
    clock.advance(restarted.retry_after_s + 1)
    assert make(restarted).overview().registries[0].state == "failed"
    assert restarted.listings == 0
    clock.advance(3600)
    assert make(restarted).overview().registries[0].state == "ready"


def test_an_interrupted_listing_is_retried_sooner_than_a_failed_one(make, tmp_path, clock):
    cut, whole = Scripted("one", error=SystemExit()), Scripted("one", ["1"])
    cut.retry_after_s = whole.retry_after_s = 3600
    with pytest.raises(SystemExit):
        Catalog([cut], tmp_path / "cache" / "catalog.sqlite3").overview()
    assert make(whole).overview().registries[0].state == "listing"
    clock.advance(RegistryBackend.retry_after_s + 1)
    assert make(whole).overview().registries[0].state == "ready"


def test_a_listing_is_repeated_only_when_it_is_old(make):
    registry = Scripted("one", ["1"])
    catalog = make(registry)
    for _ in range(3):
        catalog.images()
    assert registry.listings == 1
    registry.max_age_s = 0
    registry.tags = ["2"]
    catalog.images()
    until(lambda: references(catalog.images()) == ["c/tool:2"])


def test_a_refresh_always_lists_again(make):
    registry = Scripted("one", ["1", "2"])
    catalog = make(registry)
    catalog.overview()
    registry.tags = ["2", "3"]
    assert catalog.refresh().registries[0].images_count == 2
    assert references(catalog.images()) == ["c/tool:2", "c/tool:3"]
    assert registry.listings == 2


def test_two_programs_with_one_cache_do_not_list_at_the_same_time(make, pool):
    gate = threading.Event()
    slow, quick = Scripted("one", ["1"], gate=gate), Scripted("one", ["1"])
    first = make(slow, patience_s=0.01)
    first.overview()
    until(lambda: slow.listings)
    assert make(quick, patience_s=0.01).overview().registries[0].state == "listing"
    assert quick.listings == 0
    gate.set()
    until(lambda: first.overview().registries[0].state == "ready")
    assert make(quick).images().total == 1
    assert quick.listings == 0


def test_a_changed_folder_is_noticed_and_announced(make, tmp_path):
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


def test_an_unchanged_folder_is_not_listed_again_and_not_announced(make, tmp_path):
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


def test_facts_from_headers_stay_until_the_file_changes(make, tmp_path):
    write_samples(tmp_path / "images")
    registry = FolderRegistry("images", tmp_path / "images")
    catalog = make(registry)
    catalog.images()
    until(lambda: all(image.format for image in catalog.images().images))
    registry.has_headers = False
    catalog.refresh()
    assert all(image.format for image in catalog.images().images)
    os.utime(tmp_path / "images" / "tacos" / "salsa" / "verde" / "salsa_verde.sif")
    catalog.refresh()
    (salsa,) = catalog.images(text="salsa verde").images
    assert (salsa.format, salsa.arch) == (None, None)
    assert catalog.images(text="salsa for arm64").total == 0
