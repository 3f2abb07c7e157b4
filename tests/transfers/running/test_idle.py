"""An idle server leaves the disk alone, and still notices what others send."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...support.connect import connect

_OPENED: list[str] | None = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _OPENED is not None and event in ("sqlite3.connect", "open"):
        _OPENED.append(str(arguments[0]))


sys.addaudithook(_note)


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """Collect the names of the files that are opened meanwhile."""
    global _OPENED  # an audit hook cannot be removed
    _OPENED = files = []
    try:
        yield files
    finally:
        _OPENED = None


REQUEST = PlanRequest(
    (ImageSource("tacos/avocados:latest"),), Location(names.STANFORD_SHERLOCK_SCRATCH, "/")
)
ROUNDS = 10


@pytest.fixture
def changes() -> list[str]:
    """Ids of the transfers that the server told its pages of."""
    return []


@pytest.fixture
def server(program: Callable[..., Services], changes: list[str], sandbox: Sandbox) -> Services:
    """A program that follows transfers, with Ada connected."""

    def note(kind: str, name: str) -> None:
        if kind == "transfer":
            changes.append(name)

    services = program(on_change=note)
    connect(services, sandbox)
    return services


def test_nothing_is_opened_where_nothing_was_ever_sent(server: Services) -> None:
    server.transfers.step()
    with opened_files() as opened:
        assert [server.transfers.step() for _ in range(ROUNDS)] == [0] * ROUNDS
    assert opened == []
    assert not server.transfers.has_record


def test_nothing_is_opened_while_nothing_changes(server: Services) -> None:
    sent = server.transfers.start(REQUEST, origin="panel")
    server.transfers.wait(sent.id, 30)
    for _ in range(4):
        server.transfers.step()
    with opened_files() as opened:
        assert [server.transfers.step() for _ in range(ROUNDS)] == [0] * ROUNDS
    assert opened == []
    assert server.transfers.has_record


def test_what_another_program_sends_is_noticed_in_the_next_round(
    server: Services, program: Callable[..., Services], changes: list[str]
) -> None:
    for _ in range(5):
        server.transfers.step()
    kernel = program()
    for _ in range(2):  # the first makes the file, the second changes it
        sent = kernel.transfers.start(REQUEST, origin="magic")
        server.transfers.step()  # on a busy machine it may have ended by now
        assert sent.id in changes
        kernel.transfers.wait(sent.id, 30)
        for _ in range(5):
            server.transfers.step()


def test_a_change_in_the_same_tick_of_the_clock_is_noticed_soon(
    server: Services, program: Callable[..., Services], changes: list[str], settings: dict[str, Any]
) -> None:
    kernel = program()
    first = kernel.transfers.start(REQUEST, origin="magic")
    kernel.transfers.wait(first.id, 30)
    server.transfers.step()
    record = Path(settings["store_dir"]) / "transfers.db"
    before = record.stat()
    kernel.transfers.clear(first.id)
    os.utime(record, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert record.stat().st_size == before.st_size
    changes.clear()
    server.transfers.step()
    assert changes == [first.id]
