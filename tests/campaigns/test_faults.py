"""Every fault x every request to others x every face: the right message and action, in time.

The panel's part is in ``src/__tests__/campaigns``: it shows the answers that are recorded here, in
``recorded_faults.json``. ``RECORD_FAULTS=1 pytest -m "" tests/campaigns/test_faults.py -k route``
writes it anew.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx
import msgspec
import pytest

from jupyterlab_sregistry_globus.cli.exits import exit_code
from jupyterlab_sregistry_globus.handlers.statuses import http_status
from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..sandbox.helpers import answer_code
from ..support.faces import Answer, Faces, no_answer
from .conftest import TIMEOUT_S
from .faults import FAULTS, HANGING, Expected, expected
from .stage import SESSIONS, Stage, filled
from .table import (
    COMMANDS,
    FIND_IMAGE,
    LIST_REGISTRY,
    OF_REGISTRY,
    REVOKE,
    ROUTES,
    SUBMIT,
    Command,
    Route,
)

RECORDED = Path(__file__).with_name("recorded_faults.json")
IS_RECORDING = bool(os.environ.get("RECORD_FAULTS"))
# A route may need two answers, each of which may take three times the time for one wait.
LATEST_S = 2 * 3 * TIMEOUT_S + 6.0

Cell = tuple[str, str, str]


def cells(rows: Mapping[str, Route] | Mapping[str, Command]) -> list[Cell]:
    """Return row, request and fault of every cell of a face."""
    return [
        (name, ask, fault)
        for name, row in rows.items()
        for ask in (*row.asks, *row.shows)
        for fault in FAULTS
        if FAULTS[fault].affects(ask, row)
    ]


def each_cell(
    rows: Mapping[str, Route] | Mapping[str, Command], *, hangs: Literal["each request", "once"]
) -> pytest.MarkDecorator:
    """Parametrize a test by every cell of a face.

    :param hangs: how often ``make test`` waits until a deadline ends a fault that hangs: for each
        request to others, or once. ``make test-long`` does so in every cell.
    """
    seen: set[tuple[str, str]] = set()
    parameters = []
    for name, ask, fault in cells(rows):
        key = (ask if hangs == "each request" else "", fault)
        marks = [pytest.mark.long] if fault in HANGING and key in seen else []
        seen.add(key)
        parameters.append(pytest.param(name, ask, fault, marks=marks))
    ids = [" - ".join(cell) for cell in cells(rows)]
    return pytest.mark.parametrize(("name", "ask", "fault"), parameters, ids=ids)


def refusing_cells() -> list[Cell]:
    """Return the cells of routes whose answer is an error, which the panel shows."""
    return [
        (name, ask, fault)
        for name, ask, fault in cells(ROUTES)
        if expected(ask, fault, ROUTES[name]).error is not None
    ]


def inject(stage: Stage, ask: str, fault: str) -> None:
    """Make a request fail from now on."""
    if ask in OF_REGISTRY:
        reply = FAULTS[fault].registry
        assert reply is not None
        stage.served.reply(ask, reply)
    else:
        stage.sandbox.set_faults({"route": ask, **FAULTS[fault].globus})


@pytest.fixture
def calm(stage: Stage) -> Stage:
    """The stage without faults, with Ada connected."""
    stage.clear()
    stage.connect()
    return stage


@pytest.fixture
def in_time() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < LATEST_S


# Routes, and what they answer to the panel.


@pytest.fixture(scope="module")
def recorded() -> Iterator[dict[str, Any]]:
    """The answers to the panel, by route, request and fault."""
    document: dict[str, Any] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    yield document
    if IS_RECORDING:
        RECORDED.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


def without_chance(body: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what differs from run to run."""
    text = re.sub(r"campaign-\d+", "campaign", json.dumps({**body, "request_id": ""}))
    # The stage is in a folder of this run.
    text = re.sub(r"/[^\s\"]*/stage\d+/contents/", "/contents/", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "registry.example", text)
    plain: dict[str, Any] = json.loads(re.sub(r"tool-\d+", "tool", text))
    return plain


@each_cell(ROUTES, hangs="each request")
def test_through_a_route(
    calm: Stage, recorded: dict[str, Any], name: str, ask: str, fault: str
) -> None:
    route = ROUTES[name]
    if FAULTS[fault].is_of_page:
        route = replace(route, query={**route.query, **route.second_page})
    ids = calm.ids(route)
    inject(calm, ask, fault)
    started = time.monotonic()
    answer = calm.ask(name, route, ids)
    assert time.monotonic() - started < LATEST_S
    outcome = expected(ask, fault, route)
    if outcome.error is None:
        assert answer.is_success, answer.text
        check_answer(calm, ask, outcome, answer)
        return
    body = answer.json()
    assert (answer.status_code, body["code"]) == (
        http_status(outcome.error("")),
        outcome.error.code,
    ), body
    assert outcome.says in body["message"]
    assert body["retryable"] is outcome.error.retryable
    action = body["action"] or {}
    assert {member: action.get(member) for member in outcome.action} == outcome.action
    if IS_RECORDING:
        kept = {"status": answer.status_code, "body": without_chance(body)}
        recorded.setdefault(name, {}).setdefault(ask, {})[fault] = kept
    else:
        kept = recorded[name][ask][fault]
        assert kept == {"status": answer.status_code, "body": without_chance(body)}
    if FAULTS[fault].is_of_page:
        for offset in (0, 2):
            other = replace(route, query={**route.query, "offset": offset})
            assert calm.ask(name, other, ids).is_success
    calm.clear()
    time.sleep(outcome.lasts_s)
    again = calm.ask(name, route, calm.ids(route))
    assert again.is_success, again.text


def check_answer(stage: Stage, ask: str, outcome: Expected, answer: httpx.Response) -> None:
    """Check how an answer of success shows a fault, or makes up for it."""
    if ask == SUBMIT:
        transfer = answer.json()
        assert transfer["state"] == "written"
        stage.clear()
        stage.until(lambda: stage.state(transfer["id"]) == "succeeded")
    elif ask == FIND_IMAGE:
        plan = answer.json()
        assert [outcome.says in json.dumps(image) for image in plan["images"]] == [False, True], (
            plan["images"]
        )
        assert plan["is_sendable"] is False
        time.sleep(outcome.lasts_s)
    elif ask == REVOKE:
        assert answer.json()["is_revoked"] is outcome.is_done
    elif ask == LIST_REGISTRY:
        stage.until(lambda: outcome.says in registry_of(stage)["message"])
        assert registry_of(stage)["state"] == ("failed" if outcome.says else "listing")
        stage.clear()
        stage.until(lambda: registry_of(stage)["state"] != "listing")


def registry_of(stage: Stage) -> dict[str, Any]:
    registries = stage.client.get("catalog").json()["registries"]
    (registry,) = [registry for registry in registries if registry["name"] == "shub"]
    return dict(registry)


def test_the_recorded_answers_are_those_of_the_table(recorded: dict[str, Any]) -> None:
    wanted = {
        cell for cell in cells(ROUTES) if expected(*cell[1:], ROUTES[cell[0]]).error is not None
    }
    assert wanted == {
        (name, ask, fault)
        for name, by_ask in recorded.items()
        for ask, by_fault in by_ask.items()
        for fault in by_fault
    }


# Commands, in a terminal and in a notebook.


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


def test_the_cells_are_counted(report: Callable[[Any], None]) -> None:
    """Panel cells are those of routes that refuse; jest counts them too."""
    by_face = {
        "route": len(cells(ROUTES)),
        "command": len(cells(COMMANDS)),
        "magic": len(cells(COMMANDS)),
        "panel": len(
            [
                cell
                for cell in cells(ROUTES)
                if expected(*cell[1:], ROUTES[cell[0]]).error is not None
            ]
        ),
    }
    report(f"{by_face}, together {sum(by_face.values())}")
    assert min(by_face.values()) >= len(FAULTS) * 10
