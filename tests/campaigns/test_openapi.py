"""Random requests to a real server: no fault of ours, and no answer that breaks its description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ..support.program import TOKEN
from .openapi_fuzz import Fuzz
from .stage import Stage
from .table import ROUTES

FEW = 300
MANY = 10_000
LONG_S = 7200


@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.long, pytest.mark.timeout(LONG_S)])]
)
def test_random_requests_meet_no_fault_of_ours_and_no_breach_of_the_description(
    count: int, stage: Stage, report: Callable[[Any], None]
) -> None:
    stage.clear()
    stage.connect()
    fuzz = Fuzz(str(stage.client.base_url), TOKEN, stage.ids, seed=count)
    fuzz.run(count)
    statuses: Counter[int] = Counter()
    for (_, status), times in fuzz.statuses.items():
        statuses[status] += times
    report(f"{dict(sorted(statuses.items()))}, the slowest took {fuzz.slowest[0]:.1f} s")
    assert "\n\n".join(fuzz.problems) == ""
    assert statuses.total() >= count
    # Requests that are all refused try nothing.
    successes = {name for name, status in fuzz.statuses if 200 <= status < 300}
    assert successes == set(ROUTES)
