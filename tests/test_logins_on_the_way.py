"""A login that Globus requires in the middle of a command, after which the command continues."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import ConsentRequired
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from .sandbox.helpers import answer_code, folder_of
from .support.faces import Faces
from .transfers.conftest import ended, until

TRANSFER_ALL = "urn:globus:auth:scope:transfer.api.globus.org:all"
COMMAND = [sys.executable, "-c", "from jupyterlab_sregistry_globus.cli import main; main()"]
OAK = f"{names.STANFORD_OAK}:/~/"
_ADDRESS = re.compile(r"http://\S+/v2/oauth2/authorize\S+")


def code_for(shown: str, sandbox: Sandbox) -> str:
    """Log in at the last address that is shown, and return the code, as a user would."""
    return answer_code(sandbox.log_in(_ADDRESS.findall(shown)[-1]))


CONSENT = f"{TRANSFER_ALL}[*https://auth.globus.org/scopes/{names.STANFORD_OAK}/data_access]"
REFUSAL = {
    "status": 403,
    "body": {
        "code": "ConsentRequired",
        "message": "x",
        "request_id": "x",
        "resource": "/x",
        "required_scopes": [CONSENT],
    },
    "count": 1,
}
SCRATCH = f"{names.STANFORD_SHERLOCK_SCRATCH}:"
LS = "GET /v0.10/operation/endpoint/*/ls"
MKDIR = "POST /v0.10/operation/endpoint/*/mkdir"
SEARCH = "GET /v0.10/endpoint_search"
SUBMIT = "POST /v0.10/transfer"

# What is typed, and the request that Globus refuses once.
REFUSED = {
    f"ls {SCRATCH}/": LS,
    f"mkdir {SCRATCH}/made/": MKDIR,
    "search stanford": SEARCH,
    f"send demo/hello:latest {SCRATCH}/": SUBMIT,
    f"pull {SCRATCH}/images/mole_2.sif": SUBMIT,
    "retry {sent}": SUBMIT,
}


@pytest.fixture
def settings(settings: dict[str, Any], contents: Path) -> dict[str, Any]:
    """A second registry, which images can be pulled into."""
    folder = contents / "mine"
    folder.mkdir()
    mine = {"name": "mine", "kind": "folder", "path": str(folder)}
    return {**settings, "registries": [*settings["registries"], mine]}


@pytest.fixture
def line(request: pytest.FixtureRequest, ada: Services, sandbox: Sandbox) -> str:
    """A command whose request Globus will refuse."""
    folder = folder_of(sandbox, "stanford-sherlock-scratch") / "images"
    folder.mkdir(exist_ok=True)
    (folder / "mole_2.sif").write_bytes(b"#!/usr/bin/env run-singularity\n")
    wanted = PlanRequest(
        (ImageSource("demo/hello:latest"),), Location(names.STANFORD_SHERLOCK_SCRATCH, "/~/")
    )
    sent = until(ada, ada.transfers.start(wanted, origin="panel").id, ended).id
    sandbox.set_faults({"route": REFUSED[request.param], **REFUSAL})
    return str(request.param).format(sent=sent)


each_line = pytest.mark.parametrize("line", REFUSED, indirect=True)


@each_line
def test_every_command_goes_on_in_a_terminal(
    faces: Faces, line: str, ada: Services, sandbox: Sandbox
) -> None:
    before = ada.transfers.page().total
    ended = faces.run_cli(line, answer=lambda shown: code_for(shown, sandbox))
    assert ended.code == 0
    assert "Open this address" in ended.err
    assert "Open this address" not in ended.out
    assert ada.transfers.page().total - before == line.startswith(("send", "pull", "retry"))


@each_line
def test_every_command_goes_on_in_a_cell(
    faces: Faces, line: str, ada: Services, sandbox: Sandbox
) -> None:
    before = ada.transfers.page().total
    assert faces.run_magic(f"%globus {line}", answer=lambda shown: code_for(shown, sandbox))
    assert "Open this address" in faces.printed
    assert ada.transfers.page().total - before == line.startswith(("send", "pull", "retry"))


@each_line
def test_the_refusal_stands_where_no_user_answers(
    faces: Faces, line: str, ada: Services, sandbox: Sandbox
) -> None:
    before = ada.transfers.page().total
    ended = faces.run_cli(line)
    assert ended.code == 4
    assert ended.err.startswith("Error: ")
    assert ada.transfers.page().total == before


def test_in_a_cell(faces: Faces, sandbox: Sandbox) -> None:
    handle = faces.run_magic(
        f"%globus send demo/hello:latest {OAK} --wait",
        answer=lambda shown: code_for(shown, sandbox),
    )
    assert handle.status == "succeeded"


def test_in_a_cell_of_several_lines_nothing_is_sent_twice(
    faces: Faces, ada: Services, sandbox: Sandbox
) -> None:
    lines = f"demo/hello:latest {names.STANFORD_SHERLOCK_SCRATCH}:/\ndemo/hello:latest {OAK}"
    handles = faces.run_magic(
        "%%globus send --wait", lines, answer=lambda shown: code_for(shown, sandbox)
    )
    assert [handle.status for handle in handles] == ["succeeded", "succeeded"]
    assert ada.transfers.page().total == 2


def test_a_login_for_the_second_of_two_does_not_send_the_first_again(
    faces: Faces, ada: Services, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": SUBMIT, "skip": 1, **REFUSAL})
    lines = f"demo/hello:latest {SCRATCH}/\ndemo/hello:latest {names.RESEARCH_CLOUD}:/~/"
    handles = faces.run_magic("%%globus send", lines, answer=lambda shown: code_for(shown, sandbox))
    assert len({handle.id for handle in handles}) == ada.transfers.page().total == 2


def test_a_refused_code_leaves_the_refusal(faces: Faces) -> None:
    with pytest.raises(ConsentRequired, match="consent"):
        faces.run_magic(f"%globus ls {OAK}", answer=lambda shown: "")


def test_in_a_terminal(faced: None, sandbox: Sandbox) -> None:
    """The user pastes the code into a real terminal."""
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


def test_without_a_terminal_a_command_says_where_to_log_in(faced: None) -> None:
    done = subprocess.run(
        [*COMMAND, "ls", OAK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "sidebar" in done.stderr
