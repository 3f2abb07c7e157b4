"""One home with every face on it, for a whole file of tests; and the figures of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .cells import LATEST_S, TIMEOUT_S
from .stage import Stage, set_stage

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sample_images: Path) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with (
        pytest.MonkeyPatch.context() as patch,
        set_stage(folder, sample_images, patch, TIMEOUT_S) as stage,
    ):
        yield stage


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


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Show a figure at the end of the run. With several processes, it is not shown."""

    def show(figure: Any) -> None:
        request.config.stash.setdefault(_FIGURES, []).append(f"{request.node.name}: {figure}")

    return show


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(_FIGURES, []):
        terminalreporter.write_line(line)
