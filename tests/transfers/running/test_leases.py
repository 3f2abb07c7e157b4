"""Several programs on one home: one handles a transfer, another continues when it is gone."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store.leases import LEASE_S, Holder
from jupyterlab_sregistry_globus.transfers import leased, outbox

from ...support.clock import Clock
from ...support.connect import connect
from ...support.program import ServerProgram
from ..conftest import asked

IMAGE = "images://tacos/avocados:latest"
ROUNDS = 6


@pytest.fixture
def two(program: Callable[..., Services], sandbox: Sandbox) -> tuple[Services, Services]:
    """Two of Ada's servers on the same home."""
    one, other = program(poll_min_s=0.05), program(poll_min_s=0.05)
    connect(one, sandbox)
    return one, other


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which leases expire."""
    moved = Clock()
    for module in (leased, outbox):
        monkeypatch.setattr(module, "time", moved)
    return moved


def stuck(here: Services, sandbox: Sandbox) -> Transfer:
    """Start a transfer that Globus accepts and that does not end."""
    sandbox.set_task_faults({"code": "TIMEOUT"})
    return here.transfers.start(asked(IMAGE), origin="panel")


def looks(here: Services) -> None:
    """Let a program poll its transfers several times."""
    for _ in range(ROUNDS):
        here.transfers.hurry()
        here.transfers.step()


def asked_for_tasks(sandbox: Sandbox) -> int:
    """Return how often Globus was asked for a task since the last call."""
    count = sum(one.path.startswith("/v0.10/task/") for one in sandbox.requests())
    sandbox.clear_requests()
    return count


def submitted(sandbox: Sandbox) -> list[str]:
    """The answers to submissions, by the sandbox's record of tasks and requests."""
    world = sandbox.services.world
    with world.change():
        return [task.task_id for task in world.tasks.values() if task.label == IMAGE]


def posts(sandbox: Sandbox) -> int:
    return sum(one.path == "/v0.10/transfer" and one.status == 200 for one in sandbox.requests())


def test_one_program_follows_and_the_other_polls_nothing(
    two: tuple[Services, Services], sandbox: Sandbox
) -> None:
    one, other = two
    stuck(one, sandbox)
    looks(one)
    assert asked_for_tasks(sandbox) >= ROUNDS
    looks(other)
    assert asked_for_tasks(sandbox) == 0


def test_only_one_program_submits_what_globus_could_not_accept_at_once(
    two: tuple[Services, Services], sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": "POST /v0.10/transfer", "status": 503})
    transfer = two[0].transfers.start(asked(IMAGE), origin="panel")
    assert transfer.tasks[0].state == "written"
    sandbox.set_faults({"route": "POST /v0.10/transfer", "delay_s": 0.3})
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(looks, two))
    assert len(submitted(sandbox)) == posts(sandbox) == 1


@pytest.mark.parametrize(
    ("host", "later_s", "is_taken"),
    [
        ("node7", 0.0, False),
        ("node7", LEASE_S - 5, False),
        ("node7", LEASE_S + 5, True),
        ("node7", -3600.0, True),
        ("node7", 3600.0, True),
        (None, 0.0, True),
    ],
    ids=[
        "just killed, on another host",
        "its lease has not run out",
        "its lease has run out",
        "its clock was an hour ahead",
        "its clock was an hour behind",
        "just killed, on this host",
    ],
)
def test_the_other_program_continues_once_the_first_is_known_to_be_gone(
    program: Callable[..., Services],
    sandbox: Sandbox,
    clock: Clock,
    host: str | None,
    later_s: float,
    is_taken: bool,
) -> None:
    # No process has this id.
    gone = Holder(host or Holder().host, 2**22 + 1)
    one, other = program(poll_min_s=0.05, holder=gone), program(poll_min_s=0.05)
    connect(one, sandbox)
    transfer = stuck(one, sandbox)
    looks(one)
    asked_for_tasks(sandbox)
    clock.advance(later_s)
    looks(other)
    assert bool(asked_for_tasks(sandbox)) is is_taken
    assert len(submitted(sandbox)) == 1
    if is_taken:
        sandbox.set_task_faults()
        end = time.monotonic() + 60
        while other.transfers.get(transfer.id).state != "succeeded":
            assert time.monotonic() < end
            looks(other)


def test_a_transfer_that_is_rarely_polled_keeps_its_holder(
    two: tuple[Services, Services], sandbox: Sandbox, clock: Clock
) -> None:
    one, other = two
    transfer = stuck(one, sandbox)
    assert one.parts.outbox.claim(transfer.id, idle_s=60.0)
    clock.advance(60.0)
    assert not other.parts.outbox.claim(transfer.id)
    clock.advance(LEASE_S + 1)
    assert other.parts.outbox.claim(transfer.id)


def test_a_program_that_ends_gives_its_leases_back(
    program: Callable[..., Services], sandbox: Sandbox
) -> None:
    one, other = program(holder=Holder("node7", 100)), program()
    connect(one, sandbox)
    transfer = stuck(one, sandbox)
    looks(one)
    assert not other.parts.outbox.claim(transfer.id)
    one.close()
    assert other.parts.outbox.claim(transfer.id)


@pytest.fixture
def servers(
    tmp_path: Path, contents: Path, sandbox: Sandbox, settings: dict[str, Any], ada: Services
) -> Iterator[list[ServerProgram]]:
    """Two processes, with Ada connected."""
    both = [ServerProgram(tmp_path / name, contents, settings) for name in ("one", "other")]
    yield both
    for server in both:
        server.kill()


def holder(store: Path) -> int:
    """The process that has the only transfer; 0 for none."""
    with closing(sqlite3.connect(store / "transfers.db")) as connection:
        (named,) = connection.execute("SELECT lease_holder FROM transfers").fetchone()
    return int(named.split(":")[1]) if named else 0


def test_a_server_continues_what_a_killed_one_followed(
    servers: list[ServerProgram], sandbox: Sandbox, ada: Services, settings: dict[str, Any]
) -> None:
    store = Path(settings["store_dir"])
    clients = [server.start() for server in servers]
    transfer = stuck(ada, sandbox)
    end = time.monotonic() + 60
    pids = [server.pid for server in servers]
    while (first := holder(store)) not in pids:
        assert time.monotonic() < end, "nobody follows"
        time.sleep(0.05)
    killed = pids.index(first)
    servers[killed].kill()
    sandbox.set_task_faults()
    left = clients[1 - killed]
    while left.get(f"transfers/{transfer.id}").json()["state"] != "succeeded":
        assert time.monotonic() < end, "nobody goes on"
        time.sleep(0.05)
    assert holder(store) == pids[1 - killed]
    assert len(submitted(sandbox)) == 1
