"""Versions, and whether JupyterLab will load both halves of the extension."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_path
from packaging.requirements import Requirement

from ... import __version__
from .report import Check, fail, ok, warn

PACKAGE = "jupyterlab_sregistry_globus"
LABEXTENSION = "jupyterlab-sregistry-globus"


def checks() -> Iterator[Check]:
    """Look at this environment; nothing is asked of anybody."""
    yield versions(required_packages())
    yield server_extension()
    yield labextension()


def versions(requirements: Iterable[Requirement]) -> Check:
    """Check that the installed packages satisfy our requirements."""
    installed, problems = [], []
    for requirement in requirements:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            problems.append(f"{requirement.name} is not installed.")
            continue
        installed.append(f"{requirement.name} {version}")
        # A user who chose a prerelease of a new enough version is not told that it is too old.
        if not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{requirement.name} {version} does not satisfy {requirement}.")
    ours = f"{LABEXTENSION} {__version__}, Python {platform.python_version()}"
    text = " ".join([f"{', '.join([ours, *installed])}.", *problems])
    if problems:
        return fail("versions", text, f"pip install --upgrade {LABEXTENSION}")
    return ok("versions", text)


def required_packages() -> list[Requirement]:
    """Return what our installed metadata requires, without the extras."""
    try:
        lines = metadata.requires(LABEXTENSION) or []
    except metadata.PackageNotFoundError:
        return []  # run from the source, without an installation
    requirements = [Requirement(line) for line in lines]
    return [
        requirement
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]


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
