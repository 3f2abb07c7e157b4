"""What is released can be installed alone: the wheel, the source distribution, a kernel's part."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import jupyterlab_sregistry_globus

ROOT = Path(jupyterlab_sregistry_globus.__file__).parents[1]
UV = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a program, and return what it prints."""
    home = tmp_path_factory.mktemp("home")
    passed = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))

    def run_one(*words: str | Path, **variables: str) -> str:
        done = subprocess.run(
            [str(word) for word in words],
            capture_output=True,
            text=True,
            cwd=home,
            env={**passed, "HOME": str(home), "UV_CACHE_DIR": cache, **variables},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run_one


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A folder with the source distribution and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--python", sys.executable, "--out-dir", folder, ROOT)
    return folder


@pytest.fixture
def env(tmp_path: Path) -> Iterator[Path]:
    """A place for an environment, which is removed: this package's own files hold secrets."""
    yield tmp_path / "env"
    shutil.rmtree(tmp_path / "env", ignore_errors=True)


def bare(run: Run, folder: Path, *packages: str | Path) -> Path:
    """Make an environment with packages, and return its folder of programs."""
    run(UV, "venv", "--python", sys.executable, folder)
    run(UV, "pip", "install", "--python", folder, *packages)
    return folder / "bin"


@pytest.mark.parametrize("suffix", [".whl", ".tar.gz"])
def test_both_install_a_server_that_has_both_extensions(
    built: Path, run: Run, env: Path, suffix: str
) -> None:
    file = next(file for file in built.iterdir() if file.name.endswith(suffix))
    programs = bare(run, env, file)
    version = jupyterlab_sregistry_globus.__version__
    assert version in run(programs / "jupyter-sregistry-globus", "--version")
    assert "jupyterlab_sregistry_globus" in run(
        programs / "jupyter-server", "extension", "list", PATH=f"{programs}:/usr/bin:/bin"
    )
    listed = run(programs / "jupyter-labextension", "list", PATH=f"{programs}:/usr/bin:/bin")
    assert f"jupyterlab-sregistry-globus v{version}" in listed
    assert "enabled" in listed
    assert "OK" in listed


def test_a_kernel_s_part_needs_no_jupyterlab(
    built: Path, run: Run, env: Path, tmp_path: Path
) -> None:
    wheel = next(built.glob("*.whl"))
    programs = bare(run, env, "ipython")
    run(UV, "pip", "install", "--python", env, "--no-deps", wheel)
    where = "import jupyterlab_sregistry_globus as p; print(p.__path__[0])"
    package = Path(run(programs / "python", "-c", where).strip())
    requirements = package / "requirements-kernel.txt"
    run(UV, "pip", "install", "--python", env, "-r", requirements)
    script = tmp_path / "cells.ipy"
    script.write_text(
        "%load_ext jupyterlab_sregistry_globus\n"
        "listed = %globus transfers\nprint(listed)\nimages = %sregistry\nprint(images)\n"
    )
    assert "No transfers" in run(programs / "ipython", "--colors=NoColor", script)
    assert "No transfers" in run(programs / "jupyter-sregistry-globus", "transfers")


def test_the_source_distribution_has_all_that_the_tests_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(tracked) - packed == set()
