"""The command line: help, usage, exit codes, and what it costs to show them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.faces import Faces

SCRATCH = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"

# What is typed, and what the message must name.
WRONG = {
    "ls": "ENDPOINT",
    "ls a: extra": "Unexpected argument 'extra'.",
    f"send demo/hello:latest {SCRATCH} --nonsense": "--nonsense",
    "send demo/hello:latest": "ENDPOINT:PATH",
    "nonsense": "No such command 'nonsense'.",
    "images nonsense": "No such command 'nonsense'.",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_ends_with_2(faces: Faces, line: str) -> None:
    ended = faces.run_cli(line)
    assert (ended.code, ended.out) == (2, "")
    assert WRONG[line] in ended.err


def test_images_without_a_command_lists_the_collections(faces: Faces) -> None:
    assert faces.run_cli("images").out == faces.run_cli("images collections").out
    assert faces.run_cli("images --json").json["collections"]
    assert "inspect" in faces.run_cli("images --help").out


def test_a_transfer_that_fails_ends_wait_with_1(faces: Faces, sandbox: Sandbox) -> None:
    sandbox.set_task_faults({"code": "ENDPOINT_ERROR", "is_fatal": True})
    sent = faces.run_cli(f"send demo/hello:latest {SCRATCH} --json").json
    ended = faces.run_cli(f"wait {sent['id']}")
    assert ended.code == 1
    assert "Failed" in ended.err


def test_login_without_an_answer_is_refused(faces: Faces) -> None:
    ended = faces.run_cli("login", answer=lambda shown: "")
    assert ended.code == 4
    assert "No code was entered." in ended.err


@pytest.mark.parametrize("words", [["--help"], ["send", "--help"], ["images", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys\n"
        "from jupyterlab_sregistry_globus.cli.group import program\n"
        f"code = program({words!r})\n"
        "heavy = {'globus_sdk', 'requests', 'httpx', 'IPython', 'tornado', 'jupyter_server'}\n"
        "own = {n for n in sys.modules if n.startswith('jupyterlab_sregistry_globus.services')}\n"
        "sys.exit(f'{heavy & set(sys.modules)} {own}' if heavy & set(sys.modules) or own else code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: jupyter sregistry-globus" in done.stdout


def test_whoami_without_an_account_ends_with_4(faces: Faces) -> None:
    assert faces.run_cli("logout").code == 0
    ended = faces.run_cli("whoami")
    assert (ended.code, ended.out) == (4, "")
    assert "Connect your account." in ended.err
