"""A registry of 100,000 images: all of them listed, found by search, and paged without a gap."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.services import Services

IMAGES = 100_000
FOLDERS = 100


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_images_are_listed_searched_and_paged(
    program: Callable[..., Services], registry_root: Path, report: Callable[[Any], None]
) -> None:
    for number in range(IMAGES):
        folder = registry_root / f"lab-{number % FOLDERS}"
        if number < FOLDERS:
            folder.mkdir()
        (folder / f"manytool-{number}.sif").touch()
    services = program()
    started = time.monotonic()
    services.catalog.settle(1200)
    listed_s = time.monotonic() - started
    names = set()
    slowest_s = 0.0
    while True:
        started = time.monotonic()
        page = services.catalog.images(None, None, "manytool", offset=len(names), limit=1000)
        slowest_s = max(slowest_s, time.monotonic() - started)
        if not page.images:
            break
        names |= {image.reference for image in page.images}
    assert len(names) == page.total == IMAGES
    started = time.monotonic()
    (found,) = services.catalog.images(None, None, "manytool-77777").images
    search_s = time.monotonic() - started
    assert found.file_name == "manytool-77777.sif"
    report(f"listed in {listed_s:.1f} s, slowest page {slowest_s:.2f} s, search {search_s:.3f} s")
