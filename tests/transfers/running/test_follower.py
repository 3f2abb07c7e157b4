"""Following transfers: what is asked of Globus, what is reported, and what holds a transfer up."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.running import follower

from ...support.connect import connect
from ..conftest import asked, ended, until

AVOCADOS = "images://tacos/avocados:latest"
SALSA = "images://tacos/salsa:verde"


@pytest.fixture
def changes() -> list[str]:
    """The ids of transfers, each time one is announced to have changed."""
    return []


@pytest.fixture
def server(program: Callable[..., Services], sandbox: Sandbox, changes: list[str]) -> Services:
    """A server of Ada's, which announces changes."""

    def note(kind: str, name: str) -> None:
        if kind == "transfer":
            changes.append(name)

    services = program(note)
    connect(services, sandbox)
    return services


def poll(services: Services) -> int:
    services.transfers.hurry()
    return services.transfers.step()


def lines(sandbox: Sandbox) -> list[str]:
    return [f"{request.method} {request.path}" for request in sandbox.requests()]


def test_a_quiet_transfer_costs_one_request_a_step_and_announces_nothing(
    server: Services, sandbox: Sandbox, changes: list[str]
) -> None:
    sandbox.change_endpoint(names.STANFORD_SHERLOCK_SCRATCH, pause_message="Maintenance")
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    until(server, transfer.id, lambda now: "Maintenance" in now.tasks[0].reason)
    poll(server)
    changes.clear()
    sandbox.clear_requests()
    for _ in range(5):
        assert poll(server) == 1
    assert changes == []
    task_id = transfer.tasks[0].task_id  # type: ignore[union-attr]
    asked_for = [line for line in lines(sandbox) if not line.endswith("pause_info")]
    assert asked_for == [f"GET /v0.10/task/{task_id}"] * 5


def test_a_transfer_is_announced_once_for_each_change(
    server: Services, sandbox: Sandbox, changes: list[str]
) -> None:
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    assert changes == [transfer.id]
    changes.clear()
    server.transfers.step()
    while (last := server.parts.outbox.revisions()[transfer.id])[1]:
        poll(server)
    # The first step reports nothing as news that was there before it.
    assert changes == [transfer.id] * len(changes)
    assert 1 <= len(changes) <= last[0]
    changes.clear()
    for _ in range(3):
        assert poll(server) == 0
    assert changes == []


def test_nothing_is_asked_once_all_has_ended(server: Services, sandbox: Sandbox) -> None:
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    until(server, transfer.id, ended)
    sandbox.clear_requests()
    for _ in range(3):
        poll(server)
    assert lines(sandbox) == []


def test_what_ended_before_this_program_is_not_announced(
    server: Services, program: Callable[..., Services], sandbox: Sandbox
) -> None:
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    until(server, transfer.id, ended)
    news: list[str] = []
    other = program(lambda kind, name: news.append(name))
    for _ in range(2):
        poll(other)
    assert news == []


def test_a_change_by_another_program_and_a_removal_are_announced(
    server: Services, program: Callable[..., Services], sandbox: Sandbox, changes: list[str]
) -> None:
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    until(server, transfer.id, ended)
    poll(server)
    changes.clear()
    other = program()
    added = other.transfers.start(asked(SALSA), origin="magic")
    other.transfers.clear(transfer.id)
    poll(server)
    assert set(changes) >= {added.id, transfer.id}
    assert changes.count(transfer.id) == 1
    until(server, added.id, ended)
    poll(server)
    changes.clear()
    poll(server)
    assert changes == []


def test_a_transfer_that_rests_is_asked_about_less_and_less(
    program: Callable[..., Services], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopwatch:
        now_s = 1000.0

        def monotonic(self) -> float:
            return self.now_s

    clock = Stopwatch()
    monkeypatch.setattr(follower, "time", clock)
    server = program(poll_min_s=2.0, poll_max_s=10.0)
    connect(server, sandbox)
    sandbox.change_endpoint(names.STANFORD_SHERLOCK_SCRATCH, pause_message="Maintenance")
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    until(server, transfer.id, lambda now: "Maintenance" in now.tasks[0].reason)
    poll(server)
    sandbox.clear_requests()
    asked_at, task = [], f"GET /v0.10/task/{transfer.tasks[0].task_id}"  # type: ignore[union-attr]
    for _ in range(120):
        clock.now_s += 0.5
        before = lines(sandbox).count(task)
        server.transfers.step()
        if lines(sandbox).count(task) > before:
            asked_at.append(clock.now_s)
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    assert gaps == sorted(gaps)
    assert gaps[0] < 4.5 and gaps[-1] == 10.0
    # Whatever happened, everything is asked about at the next step.
    before = lines(sandbox).count(task)
    poll(server)
    assert lines(sandbox).count(task) == before + 1


def test_globus_is_not_asked_before_the_time_that_it_named(
    program: Callable[..., Services], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopwatch:
        now_s = 1000.0

        def monotonic(self) -> float:
            return self.now_s

    clock = Stopwatch()
    monkeypatch.setattr(follower, "time", clock)
    server = program(poll_min_s=0.5, poll_max_s=1.0)
    connect(server, sandbox)
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    sandbox.set_faults(
        {"route": "GET /v0.10/task/*", "status": 429, "headers": {"Retry-After": "7"}}
    )
    poll(server)
    sandbox.set_faults()
    sandbox.clear_requests()
    # Neither by its own pace, nor in a hurry, nor for a command that waits.
    clock.now_s += 6.5
    server.transfers.step()
    poll(server)
    assert server.transfers.refresh(transfer.id).state == "active"
    assert lines(sandbox) == []
    clock.now_s += 1.0
    poll(server)
    assert f"GET /v0.10/task/{transfer.tasks[0].task_id}" in lines(sandbox)  # type: ignore[union-attr]


def test_logging_out_while_a_task_runs_leaves_it_for_the_next_login(
    server: Services, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    server.account.disconnect()
    sandbox.clear_requests()
    for _ in range(3):
        assert poll(server) == 1
    assert lines(sandbox) == []
    assert server.transfers.page().total == 0, "no one is connected whose it could be"
    (kept,) = server.parts.outbox.read_every_account()
    assert (kept.state, kept.tasks[0].state) == ("active", "active")
    sandbox.set_task_faults()
    connect(server, sandbox)
    assert until(server, transfer.id, ended).state == "succeeded"


def test_a_connection_that_ended_at_globus_holds_a_transfer_up_until_the_next_login(
    server: Services, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    sandbox.rescind_consents()
    poll(server)
    (kept,) = server.parts.outbox.read_every_account()
    assert (kept.state, kept.tasks[0].is_stuck) == ("active", True)
    assert "has ended" in kept.tasks[0].reason
    sandbox.set_task_faults()
    connect(server, sandbox)
    done = until(server, transfer.id, ended)
    assert (done.state, done.reasons) == ("succeeded", ())


def test_a_conflict_met_while_following_fails_the_transfer_with_the_reason(
    server: Services, sandbox: Sandbox
) -> None:
    submit = "POST /v0.10/transfer"
    sandbox.set_faults({"route": submit, "status": 503})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    assert (transfer.state, transfer.tasks[0].is_stuck) == ("written", True)
    sandbox.set_faults({"route": submit, "status": 409, "code": "Conflict"})
    poll(server)
    done = server.transfers.get(transfer.id)
    assert (done.state, bool(done.tasks[0].reason)) == ("failed", True)
    sandbox.clear_requests()
    poll(server)
    assert lines(sandbox) == []


def test_a_task_that_globus_has_forgotten_has_failed(server: Services, sandbox: Sandbox) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    task_id = transfer.tasks[0].task_id  # type: ignore[union-attr]
    sandbox.set_faults({"route": f"GET /v0.10/task/{task_id}", "status": 404})
    poll(server)
    done = server.transfers.get(transfer.id)
    assert (done.state, done.reasons) == (
        "failed",
        ("Globus no longer has a record of this task.",),
    )


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429}, {"drop": True}, {"broken_json": True}]
)
def test_while_globus_cannot_be_asked_nothing_is_concluded(
    server: Services, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = server.transfers.start(asked(AVOCADOS), origin="panel")
    before = server.transfers.get(transfer.id)
    sandbox.set_faults({"route": "GET /v0.10/task/*", **fault})
    poll(server)
    assert server.transfers.get(transfer.id) == before
