"""The cache of listings."""

from __future__ import annotations

import pytest

from .helpers import Scripted, references


@pytest.mark.parametrize("damage", ["damaged", "read-only", "newer"])
def test_an_unusable_cache_does_not_stop_the_catalog(make, tmp_path, damage, caplog):
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
    assert "cannot save listings" in caplog.text
