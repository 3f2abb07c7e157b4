"""A catalog over any registries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog, lister, listings

from ..support.clock import Clock


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
