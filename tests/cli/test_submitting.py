"""A command that submitted a transfer says so by its exit code, whatever its output can show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.machine import Machine

SEND = f"send tacos/avocados:latest {names.STANFORD_SHERLOCK_SCRATCH}:/"
RUN = f"{sys.executable} -c 'from jupyterlab_sregistry_globus.cli import main; main()'"
WAYS = {
    "C": ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", ""),
    "POSIX": ("LC_ALL=POSIX", ""),
    "ASCII": ("PYTHONIOENCODING=ascii:strict", ""),
    "Latin-1": ("PYTHONIOENCODING=latin-1:strict", ""),
    "no standard output": ("", ">&-"),
    "no standard streams": ("", "<&- >&- 2>&-"),
    "full disk": ("", "> /dev/full"),
    "JSON in Latin-1": ("PYTHONIOENCODING=latin-1:strict", "--json"),
    "JSON on a full disk": ("", "--json > /dev/full"),
}


@pytest.fixture
def ready(machine: Machine, settings: dict[str, Any]) -> Machine:
    machine.configure(**settings)
    machine.log_in()
    return machine


def shell(machine: Machine, line: str) -> tuple[int, str]:
    """Run a line in a shell. Returns what the command in it ended with, and all output."""
    code_file = machine.home / "code"
    line = line.replace("CODE", f"echo $? > {code_file}")
    result = subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=machine.home,
        capture_output=True,
        check=False,
        timeout=100,
    )
    output = (result.stdout + result.stderr).decode(errors="replace")
    return int(code_file.read_text()), output


def transfers(machine: Machine, sandbox: Sandbox) -> list[str]:
    """Return the ids of the stored transfers, of which each was submitted once."""
    listed = machine.run("transfers", "--json").json["transfers"]
    stored = [transfer["id"] for transfer in listed]
    submitted = [one for one in sandbox.requests() if one.path == "/v0.10/transfer"]
    assert len(submitted) == len(stored)
    return stored


@pytest.mark.parametrize(("variables", "streams"), WAYS.values(), ids=WAYS)
def test_a_command_that_submitted_ends_with_0(
    ready: Machine, sandbox: Sandbox, variables: str, streams: str
) -> None:
    code, output = shell(ready, f"{variables} {RUN} {SEND} {streams}; CODE")
    assert "Traceback" not in output and "Error" not in output
    assert code == 0
    (transfer_id,) = transfers(ready, sandbox)
    if ">" not in streams:
        assert transfer_id in output


@pytest.mark.parametrize("wait", ["", "--wait"])
def test_a_reader_that_ends_early_is_no_failure(
    ready: Machine, sandbox: Sandbox, wait: str
) -> None:
    code, output = shell(ready, f"{{ {RUN} {SEND} {wait}; CODE; }} 2>&1 | head -c1")
    assert "Traceback" not in output
    assert code == 0
    assert len(transfers(ready, sandbox)) == 1


def test_wait_prints_the_id_before_it_waits_and_ends_as_the_transfer_does(
    ready: Machine, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "ENDPOINT_ERROR", "is_fatal": True})
    code, output = shell(ready, f"LC_ALL=C PYTHONUTF8=0 {RUN} {SEND} --wait; CODE")
    assert "Traceback" not in output
    assert code == 1
    (transfer_id,) = transfers(ready, sandbox)
    assert f"Transfer {transfer_id}" in output


@pytest.mark.parametrize("line", ["images", "images --json"])
def test_lost_data_is_a_failure(ready: Machine, line: str) -> None:
    code, output = shell(ready, f"{RUN} {line} > /dev/full; CODE")
    assert code == 1
    assert "The output is incomplete" in output and "Traceback" not in output
