"""Servers killed at random moments while they send: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from bench.directkills import DirectKills
from bench.killrecords import FAULTS
from bench.kills import Kills

LONG_S = 7200
LONG = [pytest.mark.long, pytest.mark.timeout(2 * LONG_S)]


@pytest.mark.parametrize(
    ("kills", "servers"),
    [
        pytest.param(4, 1, marks=pytest.mark.timeout(300)),
        pytest.param(2, 2, marks=pytest.mark.timeout(300)),
        pytest.param(500, 1, marks=LONG),
        pytest.param(450, 2, marks=LONG),
        pytest.param(50, 8, marks=LONG),
    ],
)
def test_nothing_is_lost_and_nothing_is_sent_twice(
    kills: int,
    servers: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    report: Callable[[Any], None],
) -> None:
    caplog.set_level("CRITICAL", "tornado")  # the sandbox logs that a client was killed
    with mock.patch.dict(os.environ):
        figures = Kills(tmp_path, seed=kills + servers, servers=servers).run(kills, LONG_S)
    report(figures)
    assert {name: figures[name] for name in FAULTS if figures.get(name)} == {}
    assert figures["kills"] == kills
    assert figures["tracebacks in the log"] == 0
    assert figures["tasks at Globus"] >= figures["transfers"] > 0


@pytest.mark.parametrize(
    ("kills", "servers"),
    [
        pytest.param(3, 1, marks=pytest.mark.timeout(300)),
        pytest.param(150, 1, marks=LONG),
        pytest.param(50, 2, marks=LONG),
    ],
)
def test_uploads_and_pulls_over_https_end_whole_and_leave_nothing_behind(
    kills: int,
    servers: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    report: Callable[[Any], None],
) -> None:
    caplog.set_level("CRITICAL", "tornado")
    with mock.patch.dict(os.environ):
        figures = DirectKills(tmp_path, seed=kills + servers, servers=servers).run(kills, LONG_S)
    report(figures)
    assert {name: figures[name] for name in FAULTS if figures[name]} == {}
    assert figures["kills"] == kills
    assert figures["tracebacks in the log"] == 0
    assert figures["transfers"] > 0
