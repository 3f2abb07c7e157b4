"""The magics in a real kernel, which shares the token store and the outbox with the server."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_event_loop

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api
from ..support.secrets import TRAIL

SEEN_WITHIN_S = 5.0
HOSTILE = "a 'b' \"c\" #1 50% x:y@z <img src=x onerror=alert(1)>.sif"


class Kernel:
    """Runs cells and returns what they showed.

    All of jupyter_client stays in one thread, so that its event loop can be closed at the end.
    """

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._start, environment, folder).result()

    def close(self) -> None:
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def _start(self, environment: dict[str, str], folder: Path) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env=environment, cwd=str(folder))
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def _stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        ensure_event_loop().close()

    def run(self, cell: str) -> tuple[dict[str, Any], str]:
        """Return the output's mime bundle, and the traceback; either may be empty."""
        return self._thread.submit(self._run, cell).result()

    def complete(self, cell: str) -> dict[str, Any]:
        """Return what a kernel answers to the Tab key at the end of a cell."""
        ask = partial(self._client.complete, cell, reply=True, timeout=60)
        content: dict[str, Any] = self._thread.submit(ask).result()["content"]
        return content

    def _run(self, cell: str) -> tuple[dict[str, Any], str]:
        shown: dict[str, Any] = {}
        raised: list[str] = []

        def note(message: dict[str, Any]) -> None:
            TRAIL.say("an output of a cell", json.dumps(message["content"]))
            if message["msg_type"] == "execute_result":
                shown.update(message["content"]["data"])
            elif message["msg_type"] in ("display_data", "update_display_data"):
                shown.setdefault("displayed", []).append(message["content"]["data"])
            elif message["msg_type"] == "stream":
                name = message["content"]["name"]
                shown[name] = shown.get(name, "") + message["content"]["text"]
            elif message["msg_type"] == "error":
                raised.append("\n".join(message["content"]["traceback"]))

        self._client.execute_interactive(cell, output_hook=note, timeout=60)
        return shown, "\n".join(raised)


@pytest.fixture
def kernel(
    tmp_path: Path, contents: Path, sandbox: Sandbox, settings: dict[str, Any]
) -> Iterator[Kernel]:
    """A kernel with the server's settings on Jupyter's configuration path."""
    config = tmp_path / "kernel-config"
    config.mkdir()
    (config / "jupyter_sregistry_globus_config.json").write_text(
        json.dumps({"SRegistryGlobus": settings})
    )
    kernel = Kernel({**os.environ, "JUPYTER_CONFIG_DIR": str(config)}, contents)
    kernel.run("%load_ext jupyterlab_sregistry_globus")
    yield kernel
    kernel.close()


async def test_a_transfer_from_a_cell_shows_in_the_panel_and_arrives_unchanged(
    api: Api, connected: Any, kernel: Kernel, sandbox: Sandbox, registry_root: Path
) -> None:
    loop = asyncio.get_running_loop()
    shown, raised = await loop.run_in_executor(
        None,
        kernel.run,
        '%globus send tacos/avocados:latest "Stanford Sherlock scratch:/images/"',
    )
    assert raised == ""
    until = loop.time() + SEEN_WITHIN_S
    while not (transfers := (await api.get("transfers"))["transfers"]):
        assert loop.time() < until, "the panel does not show it"
        await asyncio.sleep(0.1)
    card = shown["application/vnd.sregistry-globus.transfer+json"]["transfer"]
    assert [transfer["id"] for transfer in transfers] == [card["id"]]
    assert transfers[0]["origin"] == "magic"

    _, raised = await loop.run_in_executor(None, kernel.run, "_.wait(30)")
    assert raised == ""
    source = (registry_root / "tacos/avocados/latest/avocados_latest.sif").read_bytes()
    arrived = list((sandbox.state / "endpoints").rglob("images/avocados_latest.sif"))
    assert [hashlib.sha256(file.read_bytes()).digest() for file in arrived] == [
        hashlib.sha256(source).digest()
    ]


async def test_a_wait_shows_a_bar_that_ends_as_text(
    api: Api, connected: Any, kernel: Kernel
) -> None:
    loop = asyncio.get_running_loop()
    cell = '%globus send tacos/avocados:latest "Stanford Sherlock scratch:/images/" --wait'
    shown, raised = await loop.run_in_executor(None, kernel.run, cell)
    assert raised == ""
    first, *_, last = shown["displayed"]
    assert "<progress" in first["text/html"]
    assert last["text/plain"].endswith("Completed, 100 %")


async def test_the_tab_key_completes_a_reference(api: Api, connected: Any, kernel: Kernel) -> None:
    loop = asyncio.get_running_loop()
    cell = "x = %globus send tacos/avocados:la"
    until = loop.time() + SEEN_WITHIN_S
    while True:
        reply = await loop.run_in_executor(None, kernel.complete, cell)
        # Before there is an answer, other completers may have their say.
        if "tacos/avocados:latest" in reply["matches"]:
            break
        assert loop.time() < until
    assert reply["matches"] == ["tacos/avocados:latest"]
    assert cell[reply["cursor_start"] :] == "tacos/avocados:la"


async def test_tables_show_hostile_names_as_text(
    api: Api, connected: Any, kernel: Kernel, registry_root: Path, contents: Path
) -> None:
    loop = asyncio.get_running_loop()
    image = (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    (contents / HOSTILE).write_bytes(image)
    quoted = "./" + HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    shown, raised = await loop.run_in_executor(
        None, kernel.run, f'%globus send "{quoted}" "Stanford Sherlock scratch:/images/"'
    )
    assert raised == ""
    assert "<img" not in shown["text/html"]
    assert "&lt;img" in shown["text/html"]


# What is typed, and a part of the error.
BAD_LINES = {
    "%globus send tacos/nope:latest {to}": "tacos/nope",
    "%globus send tacos {to}": "collection/container:tag",
    "%globus send tacos/avocados:latest nowhere-at-all:/x": "nowhere-at-all",
    "%globus send tacos/avocados:latest {offline}:/x": "offline",
    "%globus send tacos/avocados:latest {to}missing/": "no such folder",
    "%globus send ./short.sif {to}": "short.sif",
    "%globus send ./missing.sif {to}": "missing.sif",
    "%globus send tacos/avocados:latest": "ENDPOINT:PATH",
    '%globus send "tacos': "cannot be read",
    "%globus nonsense": "%globus --help",
    "%globus send tacos/avocados:latest {to} --nonsense": "--nonsense",
}


async def test_invalid_input_raises_a_readable_error_and_leaves_nothing(
    api: Api, connected: Any, kernel: Kernel, contents: Path
) -> None:
    (contents / "short.sif").write_bytes(b"#!/usr/bin/env run-singularity\n" + b"\0" * 40)
    loop = asyncio.get_running_loop()
    for line, words in BAD_LINES.items():
        typed = line.format(
            to=f"{names.STANFORD_SHERLOCK_SCRATCH}:/", offline=names.ADAS_LAPTOP_OFFLINE
        )
        _, raised = await loop.run_in_executor(None, kernel.run, typed)
        assert words.casefold() in raised.casefold(), (line, raised)
        assert "Traceback" not in raised, line
        assert (await api.get("transfers"))["transfers"] == [], line


# Cells, run one after the other, and what the last one shows.
EXPANSIONS = {
    "a variable": ["where = 'tacos'", "%sregistry ls $where"],
    "an expression": ["names = {'lab': 'tacos'}", "%sregistry ls {names['lab']}"],
    "a local variable": [
        "def show(place):\n"
        "    return get_ipython().run_line_magic('sregistry', 'ls $place')\n"
        "show('tacos')"
    ],
    "an assignment": ["table = %sregistry ls {'ta' + 'cos'}", "table"],
}


async def test_values_of_the_notebook_stand_in_a_line(
    api: Api, connected: Any, kernel: Kernel
) -> None:
    loop = asyncio.get_running_loop()
    for name, cells in EXPANSIONS.items():
        for cell in cells:
            shown, raised = await loop.run_in_executor(None, kernel.run, cell)
            assert raised == "", name
        assert "tacos/avocados:latest" in shown["text/plain"], name


async def test_help_is_shown_below_the_cell(api: Api, connected: Any, kernel: Kernel) -> None:
    loop = asyncio.get_running_loop()
    shown, raised = await loop.run_in_executor(None, kernel.run, "%globus send --help")
    assert raised == ""
    assert "Usage: %globus send" in shown["stdout"]
