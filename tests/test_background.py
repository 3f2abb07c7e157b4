"""How often a server looks for work: often beside an open page, rarely without, never in vain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from jupyterlab_sregistry_globus import background
from jupyterlab_sregistry_globus.background import Background
from jupyterlab_sregistry_globus.transfers import Transfers

# The shortened times: see the constants of the same names.
IDLE_S, AWAY_S, PAGE_S = 0.02, 0.3, 0.2


class Rounds:
    """Counts the steps of a record with nothing to do."""

    def __init__(self, *, has_record: bool) -> None:
        self.has_record = has_record
        self.count = 0

    def step(self) -> int:
        self.count += 1
        return 0


Run = Callable[..., tuple[Rounds, Background]]


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "IDLE_S", IDLE_S)
    monkeypatch.setattr(background, "AWAY_S", AWAY_S)
    monkeypatch.setattr(background, "PAGE_S", PAGE_S)


async def rounds_in(
    seconds: float,
    *,
    has_record: bool,
    activity: Callable[[], object] = lambda: 0,
    on_running: Callable[[Background], object] = lambda loop: None,
) -> int:
    """Return how many steps a server takes, after the time in which its first page may open."""
    rounds = Rounds(has_record=has_record)
    with ThreadPoolExecutor(1) as pool:
        loop = Background(
            cast(Transfers, rounds),
            pool,
            log=logging.getLogger(__name__),
            poll_min_s=IDLE_S,
            activity=activity,
        )
        loop.start()
        await asyncio.sleep(PAGE_S + AWAY_S + IDLE_S)
        before = rounds.count
        assert before
        on_running(loop)
        await asyncio.sleep(seconds)
        await loop.stop()
        return rounds.count - before


async def test_without_a_page_it_looks_rarely() -> None:
    assert 2 <= await rounds_in(3.5 * AWAY_S, has_record=True) <= 5


async def test_beside_a_page_it_looks_often() -> None:
    seen = await rounds_in(0.8 * PAGE_S, has_record=True, on_running=Background.notice_page)
    assert seen >= 3


async def test_a_page_that_opens_is_served_at_once() -> None:
    seen = await rounds_in(0.5 * IDLE_S, has_record=False, on_running=Background.notice_page)
    assert seen == 1


async def test_where_nothing_was_ever_sent_it_does_not_look_at_all() -> None:
    assert await rounds_in(3.5 * AWAY_S, has_record=False) == 0


async def test_where_a_kernel_is_active_it_looks_even_so() -> None:
    moments = iter(range(1_000_000))
    seen = await rounds_in(3.5 * AWAY_S, has_record=False, activity=lambda: next(moments))
    assert 2 <= seen <= 5
