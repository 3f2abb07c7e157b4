"""Versions are compared with what the installed metadata requires."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from jupyterlab_sregistry_globus.setup.checks.installation import required_packages, versions

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_requirements_are_those_of_pyproject() -> None:
    text = PYPROJECT.read_text().partition("\ndependencies = [")[2].partition("\n]")[0]
    lines = [line.strip() for line in text.splitlines()]
    expected = {Requirement(line.strip('",')) for line in lines if line.startswith('"')}
    assert {_normalized(requirement) for requirement in required_packages()} == {
        _normalized(requirement) for requirement in expected
    }


def test_what_is_installed_here_satisfies_them() -> None:
    check = versions(required_packages())
    assert check.state == "ok"
    assert f"jupyterlab {metadata.version('jupyterlab')}" in check.words


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        ("click<0.1", "does not satisfy click<0.1"),
        ("no-such-package>=1", "no-such-package is not installed"),
    ],
)
def test_a_version_that_does_not_fit_fails(requirement: str, words: str) -> None:
    check = versions([Requirement(requirement)])
    assert check.state == "fail"
    assert words in check.words
    assert "pip install --upgrade" in check.cure


def _normalized(requirement: Requirement) -> tuple[str, str]:
    return requirement.name.replace("_", "-"), str(requirement.specifier)
