"""Versions, and whether JupyterLab loads both halves of the extension."""

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
    """Check this environment, without any request."""
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
        # Without prereleases=True, a prerelease never satisfies a specifier.
        if not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{requirement.name} {version} does not satisfy {requirement}.")
    ours = f"{LABEXTENSION} {__version__}, Python {platform.python_version()}"
    text = " ".join([f"{', '.join([ours, *installed])}.", *problems])
    if problems:
        return fail("versions", text, f"Run: pip install --upgrade {LABEXTENSION}")
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
    """Check that Jupyter Server loads the server half."""
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    if manager.enabled(PACKAGE):  # type: ignore[no-untyped-call]
        return ok("server extension", "Jupyter Server loads it.")
    return warn(
        "server extension",
        "Jupyter Server does not load it in this environment.",
        f"Run: jupyter server extension enable {PACKAGE}",
    )


def labextension() -> Check:
    """Check that JupyterLab finds the front end."""
    for folder in jupyter_path("labextensions"):
        if (Path(folder) / LABEXTENSION / "package.json").exists():
            return ok("front end", "JupyterLab finds it.")
    return warn(
        "front end",
        "JupyterLab does not find it in this environment. Magics and commands still work.",
        f"In the environment of JupyterLab, run: pip install --force-reinstall {LABEXTENSION}",
    )
