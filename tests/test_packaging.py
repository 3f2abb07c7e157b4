"""What installing and starting the package costs: little, and nothing before it is needed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib.metadata import distribution, entry_points
from pathlib import Path
from typing import Any

import pytest

import jupyterlab_sregistry_globus
from jupyterlab_sregistry_globus.extension import SRegistryGlobusExtension
from jupyterlab_sregistry_globus.sandbox import Sandbox

from .support.api import Api

HEAVY = ("globus_sdk", "httpx", "requests", "IPython", "rich", "sqlite3")


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after a statement."""
    script = (
        f"{statement}\nimport json, sys\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_loading_the_server_extension_imports_nothing_heavy() -> None:
    # What importing jupyter_server brings anyway costs us nothing.
    extension = modules_after("import jupyterlab_sregistry_globus.extension")
    anyway = modules_after("import jupyter_server.serverapp")
    assert set(HEAVY) & (extension - anyway) == set()
    assert {"globus_sdk", "httpx"} & extension == set()


def test_wiring_a_server_without_registry_servers_imports_none_of_their_clients() -> None:
    script = (
        "import sys, jupyterlab_sregistry_globus.services\n"
        "print([name for name in sys.modules"
        " if name.endswith(('registry.web.http', 'registry.oci.registry'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_importing_the_package_imports_no_part_of_it() -> None:
    script = (
        "import sys, jupyterlab_sregistry_globus as package\n"
        "print([name for name in sys.modules if name.startswith(package.__name__ + '.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "['jupyterlab_sregistry_globus._version']", done.stderr


async def test_a_started_server_has_opened_nothing_and_asked_nobody(
    api: Api, jp_serverapp: Any, settings: dict[str, Any], sandbox: Sandbox
) -> None:
    extension = jp_serverapp.extension_manager.extension_points["jupyterlab_sregistry_globus"].app
    assert isinstance(extension, SRegistryGlobusExtension)
    # The background work has had its first look by now.
    extension.background.wake()
    await asyncio.sleep(0.2)
    assert not Path(settings["store_dir"]).exists()
    assert not Path(settings["cache_dir"]).exists()
    assert sandbox.requests() == []


def test_jupyter_finds_both_parts_of_the_extension() -> None:
    paths = jupyterlab_sregistry_globus._jupyter_labextension_paths()
    assert [one["dest"] for one in paths] == ["jupyterlab-sregistry-globus"]
    points = jupyterlab_sregistry_globus._jupyter_server_extension_points()
    assert [one["app"] for one in points] == [SRegistryGlobusExtension]


def test_the_command_is_installed() -> None:
    commands = {one.name for one in entry_points(group="console_scripts")}
    assert "jupyter-sregistry-globus" in commands


def test_the_version_is_that_of_the_front_end() -> None:
    root = Path(jupyterlab_sregistry_globus.__file__).parent.parent
    package = root / "package.json"
    if not package.exists():
        pytest.skip("installed without the repository around it")
    version = json.loads(package.read_text())["version"]
    assert jupyterlab_sregistry_globus.__version__ == version
    assert distribution("jupyterlab-sregistry-globus").version == version


def test_the_server_part_is_enabled_by_installing_it() -> None:
    config = Path(jupyterlab_sregistry_globus.__file__).parent.parent.joinpath(
        "jupyter-config", "server-config", "jupyterlab_sregistry_globus.json"
    )
    enabled = json.loads(config.read_text())["ServerApp"]["jpserver_extensions"]
    assert enabled == {"jupyterlab_sregistry_globus": True}
