"""Versions, and whether JupyterLab will load both halves of the extension."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_path

from ... import __version__
from .report import Check, fail, ok, warn

PACKAGE = "jupyterlab_sregistry_globus"
LABEXTENSION = "jupyterlab-sregistry-globus"

# As pyproject.toml asks for them: at least the first, below the second.
SUPPORTED = {
    "jupyterlab": ((4, 4), (5,)),
    "jupyter_server": ((2, 14), (3,)),
    "globus-sdk": ((4, 1), (5,)),
}


def checks() -> Iterator[Check]:
    """Look at this environment; nothing is asked of anybody."""
    yield from versions()
    yield server_extension()
    yield labextension()


def versions() -> Iterator[Check]:
    """What is installed beside us."""
    found, wrong = [], []
    for name, (least, below) in SUPPORTED.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is not installed")
            continue
        found.append(f"{name} {version}")
        if not least <= _numbers(version) < below:
            wrong.append(f"{name} {version} is outside of >={_text(least)},<{_text(below)}")
    words = f"{LABEXTENSION} {__version__}, Python {platform.python_version()}, " + ", ".join(found)
    if wrong:
        cure = f"pip install --upgrade {LABEXTENSION}"
        yield fail("versions", f"{words}. {'; '.join(wrong)}.", cure)
    else:
        yield ok("versions", f"{words}.")


def server_extension() -> Check:
    """Whether Jupyter Server is told to load the server half."""
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    if manager.enabled(PACKAGE):  # type: ignore[no-untyped-call]
        return ok("server extension", "Jupyter Server loads it.")
    return warn(
        "server extension",
        "Jupyter Server is not told to load it in this environment.",
        f"jupyter server extension enable {PACKAGE}",
    )


def labextension() -> Check:
    """Whether JupyterLab finds the front end."""
    for folder in jupyter_path("labextensions"):
        if (Path(folder) / LABEXTENSION / "package.json").exists():
            return ok("front end", "JupyterLab finds it.")
    return warn(
        "front end",
        "JupyterLab does not find it in this environment. Magics and commands work without it.",
        f"pip install --force-reinstall {LABEXTENSION}, in the environment that runs JupyterLab",
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
