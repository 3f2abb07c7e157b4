"""One home with every face on it, for a whole file of tests; and the figures of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .stage import Stage, set_stage

TIMEOUT_S = 1.0
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
def report(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Show a figure at the end of the run. With several processes, it is not shown."""

    def show(figure: Any) -> None:
        request.config.stash.setdefault(_FIGURES, []).append(f"{request.node.name}: {figure}")

    return show


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(_FIGURES, []):
        terminalreporter.write_line(line)
