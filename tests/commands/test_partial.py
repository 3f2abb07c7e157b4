"""A command answers once, so it waits for first listings, and says if one is still being made."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import msgspec
import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.commands.drawing import images as drawing
from jupyterlab_sregistry_globus.commands.images.collections import collections
from jupyterlab_sregistry_globus.commands.images.ls import ls
from jupyterlab_sregistry_globus.commands.images.search import search
from jupyterlab_sregistry_globus.net.pools import Pools

from ..catalog.helpers import Scripted


@pytest.mark.parametrize(
    ("command", "arguments", "count"),
    [
        (search, {"text": ("tool",)}, "total"),
        (ls, {"collection": "c"}, "total"),
        (collections, {}, ""),
    ],
)
def test_an_answer_waits_for_the_first_listing_or_says_that_it_is_partial(
    tmp_path, monkeypatch, command, arguments, count
):
    gate = threading.Event()
    pools = Pools(4)
    catalog = Catalog(
        [Scripted("slow", ["1"], gate=gate)], tmp_path / "c.sqlite3", pools.registries,
        patience_s=0.01,
    )  # fmt: skip
    invocation = SimpleNamespace(services=SimpleNamespace(catalog=catalog))
    run = command.callback.__wrapped__
    monkeypatch.setattr(drawing, "FIRST_LISTING_S", 0.2)
    table = run(invocation, **arguments)
    assert "still" in str(table)
    assert msgspec.json.decode(msgspec.json.encode(table.data))["is_partial"] is True
    monkeypatch.setattr(drawing, "FIRST_LISTING_S", 20)
    threading.Timer(0.3, gate.set).start()
    table = run(invocation, **arguments)
    assert table.data.is_partial is False
    assert not count or table.data.total == 1
    assert count or table.data.collections[0].images_count == 1
    catalog.close()
    pools.close(wait=True)
