"""Finished transfers leave the list after the days that are set; their receipts stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.running import follower, submitter

from ...support.clock import Clock
from ...support.connect import connect

DAY_S = 86400.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (follower, submitter):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def ada(program: Callable[..., Services], sandbox: Sandbox) -> Services:
    """Sends like a kernel, which follows nothing."""
    services = program()
    connect(services, sandbox)
    return services


def send(services: Services, image: str, *, is_ended: bool = True) -> str:
    location = Location(names.STANFORD_SHERLOCK_SCRATCH, "/")
    request = PlanRequest((ImageSource(image),), location)
    sent = services.transfers.start(request, origin="magic")
    if is_ended:
        services.transfers.wait(sent.id, 30)
    return sent.id


def listed(services: Services) -> set[str]:
    return {transfer.id for transfer in services.transfers.page().transfers}


def test_an_old_transfer_leaves_the_list_and_keeps_its_receipt(
    ada: Services, program: Callable[..., Services], clock: Clock
) -> None:
    old = send(ada, "tacos/avocados:latest")
    clock.advance(29 * DAY_S)
    new = send(ada, "tacos/salsa:verde")
    server = program(keep_days=30)
    server.transfers.step()
    assert listed(server) == {old, new}
    clock.advance(2 * DAY_S)
    server = program(keep_days=30)  # as after the next start
    server.transfers.step()
    assert listed(server) == {new}
    assert server.transfers.receipt(old).id == old
    assert server.transfers.page(since=1).removed == (old,)


def test_an_unfinished_transfer_stays(
    ada: Services, program: Callable[..., Services], sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    running = send(ada, "tacos/avocados:latest", is_ended=False)
    clock.advance(31 * DAY_S)
    server = program(keep_days=30)
    server.transfers.step()
    assert listed(server) == {running}


def test_when_a_transfer_ends_old_ones_leave(
    ada: Services, program: Callable[..., Services], clock: Clock
) -> None:
    server = program(keep_days=30)
    server.transfers.step()
    old = send(ada, "tacos/avocados:latest")
    clock.advance(31 * DAY_S)
    new = send(server, "tacos/salsa:verde", is_ended=False)
    while server.transfers.step():
        pass
    server.transfers.step()
    assert listed(server) == {new}
    assert server.transfers.receipt(old).id == old


def test_by_default_all_stay(ada: Services, program: Callable[..., Services], clock: Clock) -> None:
    old = send(ada, "tacos/avocados:latest")
    clock.advance(10_000 * DAY_S)
    server = program()
    server.transfers.step()
    assert listed(server) == {old}
