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
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyterlab_sregistry_globus.handlers.statuses import http_status

from .cells import LATEST_S, cells, each_cell, inject
from .faults import FAULTS, Expected, expected
from .stage import Stage
from .table import (
    COMMANDS,
    FIND_IMAGE,
    LIST_REGISTRY,
    REVOKE,
    ROUTES,
    SUBMIT,
)

RECORDED = Path(__file__).with_name("recorded_faults.json")
IS_RECORDING = bool(os.environ.get("RECORD_FAULTS"))

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
