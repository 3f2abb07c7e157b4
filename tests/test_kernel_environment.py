"""The magics and the commands need neither JupyterLab nor Jupyter Server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

import jupyterlab_sregistry_globus

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
REQUIREMENTS = PACKAGE / "requirements-kernel.txt"
# A kernel has this anyway.
KERNEL = ("ipykernel",)

SCRIPT = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError("not in a kernel's environment: " + name, name=name)

sys.meta_path.insert(0, Blocked())
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.history_manager.enabled = False
for cell in ("%load_ext jupyterlab_sregistry_globus", "%globus transfers", "%sregistry"):
    shell.run_cell(cell).raise_error()
from jupyterlab_sregistry_globus.cli import main
sys.argv = ["jupyter-sregistry-globus", "images", "collections"]
try:
    main()
except SystemExit as ended:
    sys.exit(ended.code)
"""


def lines() -> list[str]:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def with_all_they_need(names: Iterable[str]) -> set[str]:
    """Return distributions with everything that they require, as far as it is installed."""
    found: set[str] = set()
    waiting = [(Requirement(name), frozenset[str]()) for name in names]
    while waiting:
        requirement, extras = waiting.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            continue
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        key = name + ",".join(sorted(requirement.extras))
        if key in found:
            continue
        found |= {name, key}
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        waiting += [(Requirement(text), frozenset(requirement.extras)) for text in needed]
    return found


def test_the_file_has_the_package_s_own_requirements_without_the_server() -> None:
    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert match is not None
    declared = re.findall(r'^\s*"(.+)",$', match[1], re.MULTILINE)
    server = ("jupyterlab>", "jupyter_server>")
    assert sorted(lines()) == sorted(line for line in declared if not line.startswith(server))


def test_magics_and_commands_work_with_those_requirements_only(tmp_path: Path) -> None:
    needed = with_all_they_need([*lines(), *KERNEL])
    assert {"globus-sdk", "ipython", "socksio"} <= needed
    blocked = {"jupyterlab", "jupyter_server", "jupyter_events", "nbformat", "oras", "rocrate"}
    assert not {name.replace("_", "-") for name in blocked} & needed
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{blocked}", repr(blocked))],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "IPYTHONDIR": str(tmp_path / "ipy")},
    )
    assert done.returncode == 0, done.stderr
    assert "No transfers" in done.stdout
