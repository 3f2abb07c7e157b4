"""Every fault x every request to others x each command, in a terminal and in a notebook."""

from __future__ import annotations

import json
import re
import time
from functools import partial

import msgspec
import pytest

from jupyterlab_sregistry_globus.cli.exits import exit_code
from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..sandbox.helpers import answer_code
from ..support.faces import Answer, Faces, no_answer
from .cells import each_cell, inject
from .faults import Expected, expected
from .stage import SESSIONS, Stage, filled
from .table import (
    COMMANDS,
    LIST_REGISTRY,
    REVOKE,
    SUBMIT,
)


def log_in(sandbox: Sandbox, shown: str) -> str:
    """Log in at the last address that is shown, and return the code."""
    address = re.findall(r"http://\S+/v2/oauth2/authorize\S+", shown)[-1]
    return answer_code(sandbox.log_in(address))


def answer_to(name: str, stage: Stage) -> Answer | None:
    """Return how the user answers. Only a login asks, or a demanded login would be offered."""
    return partial(log_in, stage.sandbox) if name == "login" else None


def line_of(stage: Stage, name: str) -> str:
    return f"{name} {filled(COMMANDS[name].words, stage.ids(COMMANDS[name]))}".strip()


@pytest.fixture
def faces(calm: Stage, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Faces:
    return Faces(request.node, calm.sandbox, monkeypatch)


@each_cell(COMMANDS, hangs="once")
def test_through_a_command(
    calm: Stage, faces: Faces, in_time: None, name: str, ask: str, fault: str
) -> None:
    line = line_of(calm, name)
    inject(calm, ask, fault)
    ended = faces.run_cli(line, answer=answer_to(name, calm))
    outcome = expected(ask, fault, COMMANDS[name])
    assert "Traceback" not in ended.err
    if outcome.error is None:
        assert ended.code == 0, ended.err
        check_shown(calm, faces, ask, outcome, ended.out)
        return
    assert ended.code == exit_code(outcome.error("")), ended.err
    assert ended.out == ""
    assert "Error: " in ended.err
    assert outcome.says in ended.err
    calm.clear()
    time.sleep(outcome.lasts_s)
    again = faces.run_cli(line_of(calm, name), answer=answer_to(name, calm))
    assert again.code == 0, again.err


@each_cell(COMMANDS, hangs="once")
def test_through_a_magic(
    calm: Stage, faces: Faces, in_time: None, name: str, ask: str, fault: str
) -> None:
    line = line_of(calm, name)
    inject(calm, ask, fault)
    outcome = expected(ask, fault, COMMANDS[name])
    answer = answer_to(name, calm) or no_answer
    if outcome.error is None:
        shown = repr(faces.run_magic(f"%globus {line}", answer=answer))
        check_shown(calm, faces, ask, outcome, shown)
        return
    with pytest.raises(outcome.error) as caught:
        faces.run_magic(f"%globus {line}", answer=answer)
    assert type(caught.value) is outcome.error
    assert outcome.says in caught.value.message
    action = json.loads(msgspec.json.encode(caught.value.action)) or {}
    assert {member: action.get(member) for member in outcome.action} == outcome.action
    calm.clear()
    time.sleep(outcome.lasts_s)
    (shown,) = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown.startswith(f"{outcome.error.__name__}: {caught.value.message}")


def check_shown(stage: Stage, faces: Faces, ask: str, outcome: Expected, shown: str) -> None:
    """Check how what a command shows tells of a fault, or makes up for it."""
    if ask == SUBMIT:
        newest = stage.client.get("transfers").json()["transfers"][0]
        assert newest["state"] == "written"
        assert newest["id"][:8] in shown
        stage.clear()
        stage.until(lambda: stage.state(newest["id"]) == "succeeded")
    elif ask == REVOKE:
        assert ("to revoke the tokens" in shown) is not outcome.is_done
    elif ask == LIST_REGISTRY:
        stage.until(lambda: outcome.says in faces.run_cli("images collections").out)
        stage.clear()
        for session in SESSIONS:
            session.services().catalog.settle(10)
