"""The demo as a command: messages and exit codes when it cannot start."""

from __future__ import annotations

import fcntl
from pathlib import Path

from click.testing import CliRunner

from jupyterlab_sregistry_globus.cli.demo import demo
from jupyterlab_sregistry_globus.demo.folder import DemoFolder


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    result = CliRunner().invoke(demo, ["--folder", str(tmp_path), "--no-browser"])
    assert result.exit_code == 1
    assert "Choose another folder" in result.output


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    DemoFolder(tmp_path).lay_out(fresh=False)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = CliRunner().invoke(demo, ["--folder", str(tmp_path), "--no-browser"])
    assert result.exit_code == 1
    assert "A demo is already running" in result.output
