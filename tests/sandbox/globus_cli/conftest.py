"""The unmodified globus CLI, logged in to a sandbox that all these tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..globus_program import GlobusProgram, install
from ..helpers import folder_of


@pytest.fixture(scope="package")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("globus-cli")) as running:
        yield running


@pytest.fixture(scope="package")
def program() -> Path:
    return install()


@pytest.fixture(scope="package")
def globus(
    shared_sandbox: Sandbox, program: Path, tmp_path_factory: pytest.TempPathFactory
) -> GlobusProgram:
    """The CLI, logged in as Ada with a pasted code."""
    made = GlobusProgram(program, tmp_path_factory.mktemp("home"), shared_sandbox, {})
    made.paste("login")
    return made


@pytest.fixture
def stranger(shared_sandbox: Sandbox, program: Path, tmp_path: Path) -> GlobusProgram:
    """The CLI, not logged in."""
    return GlobusProgram(program, tmp_path, shared_sandbox, {})


@pytest.fixture
def source(shared_sandbox: Sandbox) -> Path:
    return folder_of(shared_sandbox, "research-cloud-project-space")


@pytest.fixture
def target(shared_sandbox: Sandbox) -> Path:
    return folder_of(shared_sandbox, "stanford-sherlock-scratch")
