"""The cells of the fault matrix, and how each is made to fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest

from .faults import FAULTS, HANGING
from .stage import Stage
from .table import (
    OF_REGISTRY,
    Command,
    Route,
)

TIMEOUT_S = 1.0
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


def inject(stage: Stage, ask: str, fault: str) -> None:
    """Make a request fail from now on."""
    if ask in OF_REGISTRY:
        reply = FAULTS[fault].registry
        assert reply is not None
        stage.served.reply(ask, reply)
    else:
        stage.sandbox.set_faults({"route": ask, **FAULTS[fault].globus})
