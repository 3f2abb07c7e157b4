"""The slowest GET /status and the shutdown of a server whose 15 registries never answer."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from server import p95, seconds

from tests.support.program import ServerProgram
from tests.test_hanging_registries import COUNT, Hanging, ask_all, registries

ROUNDS = 300
SETTINGS = {"client_id": "bench", "upstream_timeout_s": 20.0}


def measure(folder: Path, hanging: Hanging | None) -> tuple[list[float], float]:
    """Return the seconds of each GET /status, and of the shutdown."""
    (folder / "contents").mkdir(parents=True)
    settings = {
        **SETTINGS,
        "store_dir": str(folder / "store"),
        "cache_dir": str(folder / "cache"),
        "registries": registries(hanging) if hanging else [],
    }
    server = ServerProgram(folder / "jupyter", folder / "contents", settings)
    try:
        client = server.start()
        client.get("catalog")
        if hanging is not None:
            ask_all(client)
            while len(hanging.asked) < COUNT:
                time.sleep(0.02)
        time.sleep(1)
        with httpx.Client(base_url=client.base_url, headers=client.headers, timeout=60) as asking:
            samples = [seconds(lambda: asking.get("status")) for _ in range(ROUNDS)]
        return samples, server.stop()
    finally:
        server.kill()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Hanging() as hanging:
        folder = Path(name)
        os.environ["HOME"] = str(folder)
        idle, idle_end_s = measure(folder / "idle", None)
        busy, busy_end_s = measure(folder / "busy", hanging)
    figures = {
        "slowest /status over the slowest idle": max(busy) / max(idle),
        "slowest /status over idle p95": max(busy) / p95(idle),
        "slowest /status, ms": max(busy) * 1000,
        "seconds added to the shutdown": busy_end_s - idle_end_s,
    }
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
