"""Doctor compares the installed versions with our requirements."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from jupyterlab_sregistry_globus.setup.checks.installation import required_packages, versions

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_bounds_are_those_of_pyproject() -> None:
    text = PYPROJECT.read_text().partition("\ndependencies = [")[2].partition("\n]")[0]
    lines = [line.strip() for line in text.splitlines()]
    requirements = [Requirement(line.strip('",')) for line in lines if line.startswith('"')]
    bounds = {_name(requirement): requirement.specifier for requirement in requirements}
    # An installation from before the last change of pyproject.toml may lack a requirement.
    installed = {_name(requirement): requirement.specifier for requirement in required_packages()}
    assert installed.items() <= bounds.items()
    assert {"globus-sdk", "jupyterlab", "jupyter-server"} <= set(installed)


def test_this_environment_satisfies_them() -> None:
    check = versions(required_packages())
    assert check.state == "ok"
    assert f"jupyterlab {metadata.version('jupyterlab')}" in check.message


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        ("click<0.1", "does not satisfy click<0.1"),
        ("no-such-package>=1", "no-such-package is not installed"),
    ],
)
def test_a_missing_or_wrong_version_fails(requirement: str, problem: str) -> None:
    check = versions([Requirement(requirement)])
    assert check.state == "fail"
    assert problem in check.message
    assert "pip install --upgrade" in check.fix


def _name(requirement: Requirement) -> str:
    return requirement.name.replace("_", "-")
