"""Senseless answers of Globus and of registries: refused in words, never a fault of ours."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from ..support.webserver import Reply
from .stage import Stage
from .table import OF_REGISTRY, ROUTES

FEW = 6
MANY = 400
LONG_S = 7200
CELLS = [(name, ask) for name, row in ROUTES.items() for ask in (*row.asks, *row.shows)]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 2**200, 1e308, "", "x" * 10_000, "\0", "\ud800", "\u202e"),
    *([], {}, [[]], [None], {"": None}, "../../etc/passwd", "9999-99-99T99:99:99+99:99"),
)
SHAPES: tuple[Any, ...] = (
    {"DATA": [{}], "endpoint": {}, "path": "/"},
    {
        "DATA": [{"id": "x", "display_name": "x", "entity_type": "GCP_mapped_collection"}],
        "DATA_TYPE": "x",
        "has_next_page": True,
    },
    {
        "DATA": [{"name": "a.sif", "type": "file", "size": 1, "last_modified": "2024-01-01"}],
        "absolute_path": "/",
        "path": "/",
        "total": 1,
    },
    {"id": "x", "name": "x", "endpoint_id": "x", "path": "/x/", "display_name": "x"},
    {"code": "Accepted", "message": "x", "task_id": "x", "submission_id": "x"},
    {
        "access_token": "x",
        "refresh_token": "x",
        "expires_in": 1,
        "resource_server": "transfer.api.globus.org",
        "scope": "x",
        "token_type": "Bearer",
        "id_token": "a.b.c",
        "other_tokens": [{"access_token": "x", "resource_server": "y", "scope": "z"}],
    },
    {"results": [{"name": "lab", "containers": [{"name": "x", "tag": "1"}]}], "count": 1},
    {"name": "tool", "collection": "lab", "tag": "1", "metadata": {}, "image": "x", "version": "y"},
)


def mutated(dice: random.Random) -> Any:
    """Return one of the shapes, damaged in a few places."""
    document = copy.deepcopy(dice.choice((*SHAPES, *ODD)))
    for _ in range(dice.randint(0, 3)):
        document = _damaged(document, dice)
    return document


def _damaged(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(sorted(value))
        if dice.random() < 0.2:
            del value[key]
        else:
            value[key] = _damaged(value[key], dice)
        return value
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = dice.randrange(len(value))
        value[place] = _damaged(value[place], dice)
        return value * dice.choice((1, 1, 2, 500))
    return copy.deepcopy(dice.choice(ODD))


@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.long, pytest.mark.timeout(LONG_S)])]
)
def test_no_answer_of_others_is_a_fault_of_ours(
    count: int, stage: Stage, report: Callable[[Any], None]
) -> None:
    problems: dict[str, str] = {}
    for name, ask in CELLS:
        dice = random.Random(f"{count} {name} {ask}")
        for _ in range(count):
            stage.clear()
            stage.connect()
            ids = stage.ids(ROUTES[name])
            status, body = dice.choice((200, 200, 200, 400, 403, 502)), mutated(dice)
            if ask in OF_REGISTRY:
                stage.served.reply(ask, Reply(status, json.dumps(body)))
            else:
                # Null would be the sandbox's own answer.
                fault = {"status": status, "body": 0 if body is None else body}
                stage.sandbox.set_faults({"route": ask, "count": 3, **fault})
            answer = stage.ask(name, ROUTES[name], ids)
            if answer.status_code >= 500 and answer.json()["code"] == "internal_error":
                problems.setdefault(f"{name} {ask}", f"{status} {json.dumps(body)[:300]}")
    stage.clear()
    report(f"{count * len(CELLS)} answers")
    assert problems == {}
