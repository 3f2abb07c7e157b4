"""The demo's files on disk."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..configfiles import CONFIG_FILE_NAME
from ..sandbox import Sandbox
from ..sandbox.seed import names
from .samples import write_samples

MARK = ".sregistry-globus-demo"

_NOTEBOOK_CELLS = (
    (
        "markdown",
        "# Send an image from a cell\n\nConnect in the sidebar first (the icon with two arrows).",
    ),
    ("code", "%load_ext jupyterlab_sregistry_globus"),
    ("code", "%sregistry"),
    ("code", "%globus search stanford"),
    ("code", '%globus send tacos/avocados:latest "Stanford Sherlock scratch:/~/"'),
    ("code", "%globus transfers"),
)


@dataclass(frozen=True)
class DemoFolder:
    """The folders of one demo, all of them inside ``root``."""

    root: Path

    @property
    def notebooks(self) -> Path:
        """JupyterLab's root folder, which the endpoint "My computer" also serves."""
        return self.root / "notebooks"

    @property
    def registry(self) -> Path:
        """The sample images."""
        return self.root / "registry"

    @property
    def globus(self) -> Path:
        """The sandbox. Files arrive in its subfolder ``endpoints``."""
        return self.root / "globus"

    @property
    def jupyter(self) -> Path:
        """Jupyter's configuration and data, separate from the user's own."""
        return self.root / "jupyter"

    @property
    def _port_file(self) -> Path:
        return self.root / "sandbox-port"

    def last_port(self) -> int:
        """Return the port that the sandbox had last, or 0.

        Tokens and transfers belong to an address of Globus, so another port would hide them.
        """
        try:
            port = int(self._port_file.read_text())
        except (OSError, ValueError):
            return 0
        return port if 0 < port < 1 << 16 else 0

    def save_port(self, port: int) -> None:
        """Remember the sandbox's port for the next start."""
        self._port_file.write_text(f"{port}\n")

    def lay_out(self, *, fresh: bool) -> None:
        """Create what is missing.

        :param fresh: delete what an earlier demo created. A folder without the demo's mark is kept.
        :raises FileExistsError: the folder contains other files.
        """
        mark = self.root / MARK
        if self.root.exists() and any(self.root.iterdir()) and not mark.exists():
            raise FileExistsError(f"{self.root} contains other files. Choose another folder.")
        if fresh and mark.exists():
            shutil.rmtree(self.root)
        for folder in (self.notebooks, self.registry, self.globus, self.jupyter / "config"):
            folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
        write_samples(self.registry)
        notebook = self.notebooks / "Send an image.ipynb"
        if not notebook.exists():
            notebook.write_text(json.dumps(_notebook(), indent=1))
            shutil.copyfile(
                self.registry / "demo" / "hello" / "latest" / "hello_latest.sif",
                self.notebooks / "hello.sif",
            )

    def configure(self, sandbox: Sandbox) -> None:
        """Write the configuration: this demo's registry and sandbox, and a JupyterLab that makes no
        requests to the internet.
        """
        settings = {
            "client_id": sandbox.client_id,
            "connect_personal_dir": str(sandbox.connect_personal_dir.parent),
            "cache_dir": str(self.jupyter / "cache"),
            "registries": [
                {
                    "name": "images",
                    "kind": "folder",
                    "path": str(self.registry),
                    "endpoint_id": names.REGISTRY,
                    "endpoint_path": "/",
                }
            ],
        }
        quiet = {
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
        }
        config = self.jupyter / "config"
        (config / f"{CONFIG_FILE_NAME}.json").write_text(
            json.dumps({"SRegistryGlobus": settings}, indent=2)
        )
        (config / "jupyter_lab_config.json").write_text(json.dumps({"LabApp": quiet}, indent=2))
        # Without this, JupyterLab first asks every user whether to fetch its news.
        own = self.jupyter / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        own.mkdir(parents=True, exist_ok=True)
        news = own / "notification.jupyterlab-settings"
        if not news.exists():
            news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))

    def environment(self, sandbox: Sandbox) -> dict[str, str]:
        """Return the environment for JupyterLab and its kernels."""
        return {
            **os.environ,
            **sandbox.environment(),
            "JUPYTER_CONFIG_DIR": str(self.jupyter / "config"),
            "JUPYTER_DATA_DIR": str(self.jupyter / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.jupyter / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.jupyter / "lab" / "user-settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.jupyter / "lab" / "workspaces"),
        }


def _notebook() -> dict[str, object]:
    cells = []
    for number, (kind, source) in enumerate(_NOTEBOOK_CELLS):
        cell: dict[str, object] = {
            "id": f"cell-{number}",
            "cell_type": kind,
            "metadata": {},
            "source": source,
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
