"""Registries that hang stop neither a server's routes nor its shutdown."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .support.misbehaving import SHAPES, Misbehaving
from .support.program import ServerProgram

COUNT = 15
ENDLESS = sorted(set(SHAPES) - {"whole"})


class Hanging(Misbehaving):
    """Answers each request in the shape that the first part of its path names."""

    def shape_of(self, path: str) -> str:
        return path.split("/")[1]


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    with Hanging() as server:
        yield server


def registries(server: Hanging) -> list[dict[str, Any]]:
    return [
        {
            "name": f"r{number}",
            "kind": "sregistry",
            "url": f"{server.url}/{ENDLESS[number % len(ENDLESS)]}",
        }
        for number in range(COUNT)
    ]


def ask_all(client: httpx.Client) -> None:
    """Request an image of every registry, twice, without waiting for the answers."""

    def ask(number: int) -> None:
        with contextlib.suppress(httpx.HTTPError):
            client.get("image", params={"reference": f"r{number % COUNT}://lab/tool:1"})

    for number in range(2 * COUNT):
        threading.Thread(target=ask, args=(number,), daemon=True).start()


def test_fifteen_hanging_registries_stop_neither_routes_nor_the_end(
    hanging: Hanging, settings: dict[str, Any], contents: Path, tmp_path: Path
) -> None:
    settings = {
        **settings,
        "registries": [*settings["registries"], *registries(hanging)],
        "upstream_timeout_s": 20.0,
    }
    server = ServerProgram(tmp_path / "jupyter", contents, settings)
    try:
        client = server.start()
        client.get("catalog")
        ask_all(client)
        while len(hanging.asked) < COUNT:
            time.sleep(0.02)
        slowest = 0.0
        for _ in range(20):
            started = time.monotonic()
            assert client.get("status").status_code == 200
            assert client.get("transfers").status_code == 200
            slowest = max(slowest, time.monotonic() - started)
        assert slowest < 2
        assert server.stop() < 10
    finally:
        server.kill()
