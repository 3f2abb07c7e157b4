"""A login that Globus demands in the middle of a command or a cell is made there, and it goes on."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from jupyterlab_sregistry_globus.magics.magics import SRegistryGlobusMagics
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from .sandbox.helpers import answer_code

COMMAND = [sys.executable, "-c", "from jupyterlab_sregistry_globus.cli import main; main()"]
OAK = f"{names.STANFORD_OAK}:/~/"
_ADDRESS = re.compile(r"http://\S+/v2/oauth2/authorize\S+")


def code_for(shown: str, sandbox: Sandbox) -> str:
    """What a person does who reads this: log in at the last address, and copy the code."""
    return answer_code(sandbox.log_in(_ADDRESS.findall(shown)[-1]))


def test_in_a_cell(
    faced: None,
    ada: Services,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: code_for(capsys.readouterr().out, sandbox))
    magics = SRegistryGlobusMagics(shell=None)
    handle = magics.globus(f"send demo/hello:latest {OAK} --wait")
    assert handle.status == "succeeded"


def test_in_a_cell_of_several_lines_nothing_is_sent_twice(
    faced: None,
    ada: Services,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: code_for(capsys.readouterr().out, sandbox))
    lines = f"demo/hello:latest {names.STANFORD_SHERLOCK_SCRATCH}:/\ndemo/hello:latest {OAK}"
    handles = SRegistryGlobusMagics(shell=None).globus("send --wait", lines)
    assert [one.status for one in handles] == ["succeeded", "succeeded"]
    assert len(ada.outbox.all()) == 2


def test_a_refused_code_leaves_the_refusal(
    faced: None, ada: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: "")
    with pytest.raises(Exception, match="consent"):
        SRegistryGlobusMagics(shell=None).globus(f"ls {OAK}")


def test_in_a_terminal(faced: None, sandbox: Sandbox) -> None:
    """A command as it runs for a person, who pastes the code into a real terminal."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "ls", OAK],
        stdin=inside,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert process.stderr is not None
    shown = ""
    while not _ADDRESS.search(shown):
        line = process.stderr.readline()
        assert line, shown
        shown += line
    os.write(terminal, f"{code_for(shown, sandbox)}\n".encode())
    out, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    assert process.returncode == 0, err
    assert "README.txt" in out


def test_where_nobody_types_a_command_says_how_to_go_on(faced: None) -> None:
    done = subprocess.run(
        [*COMMAND, "ls", OAK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "sidebar" in done.stderr
