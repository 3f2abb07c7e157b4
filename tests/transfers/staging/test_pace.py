"""A download that keeps failing asks its registry ever more rarely."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import (
    RegistryBusy,
    RegistryUnavailable,
    SRegistryGlobusError,
)
from jupyterlab_sregistry_globus.models.actions import RetryAction
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.staging.pace import LONGEST_S, RetryPace, is_too_early

from ...support.webserver import Asked, Reply, WebServer, ranged
from ..conftest import Store, asked, ended, until
from .stagedimage import CONTENT, HALF

PACE = RetryPace(2.0, 60.0)


def pauses(error: SRegistryGlobusError, count: int) -> list[float]:
    return [PACE.pause_s(failures, error) for failures in range(1, count + 1)]


def test_pauses_double_up_to_the_slowest_pace_and_then_further() -> None:
    error = RegistryUnavailable("x")
    assert pauses(error, 7) == [2, 4, 8, 16, 32, 60, 60]
    assert pauses(error, 12)[-2:] == [900, 900]
    assert PACE.pause_s(10_000, error) == 900


def test_a_limit_of_the_registry_is_kept_and_doubted() -> None:
    busy = RegistryBusy("x", action=RetryAction(after_s=3600))
    assert pauses(busy, 3) == [3600, 7200, 10_800]
    assert PACE.pause_s(1, RegistryBusy("x", action=RetryAction(after_s=1e9))) == LONGEST_S


def test_a_time_that_a_wrong_clock_wrote_is_ignored() -> None:
    now = time.time()
    assert is_too_early(now + 60)
    assert not is_too_early(None)
    assert not is_too_early(now - 1)
    assert not is_too_early(now + 2 * LONGEST_S)


def steps(services: Services, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        services.transfers.hurry()
        services.transfers.step()
        time.sleep(0.02)


@pytest.mark.parametrize("status", [503, 429])
def test_a_failing_registry_is_left_in_peace(
    ada: Services, image: str, web: WebServer, status: int
) -> None:
    web.answer = lambda wanted: Reply(status)
    transfer = ada.transfers.start(asked(image), origin="panel")
    steps(ada, 2.5)
    # After 0.1, 0.2, 0.4, 0.8 and 1.6 s; a limit without a time means a minute.
    assert len(web.asked) <= (6 if status == 503 else 1)
    (task,) = ada.transfers.get(transfer.id).tasks
    assert (task.state, task.is_stuck) == ("staging", True)
    assert task.retry_at is not None
    assert task.retry_at > time.time() - 1
    ada.transfers.cancel(transfer.id)


def test_a_registry_that_denies_access_is_asked_once(
    ada: Services, image: str, web: WebServer
) -> None:
    web.answer = lambda wanted: Reply(403)
    transfer = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, transfer.id, ended)
    assert (done.state, len(web.asked)) == ("failed", 1)
    assert "denied access" in done.tasks[0].reason


def test_a_registry_that_breaks_off_each_time_is_not_asked_ever_faster(
    ada: Services, image: str, web: WebServer
) -> None:
    def little(wanted: Asked) -> Reply:
        reply = ranged(CONTENT, wanted)
        return Reply(reply.status, reply.body, reply.headers, cut_after=10)

    web.answer = little
    transfer = ada.transfers.start(asked(image), origin="panel")
    steps(ada, 2.5)
    assert len(web.asked) <= 6
    ada.transfers.cancel(transfer.id)


def test_the_pause_outlives_the_program(
    ada: Services, image: str, web: WebServer, program: Callable[..., Services]
) -> None:
    web.answer = lambda wanted: Reply(429)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].is_stuck)
    asked_before = len(web.asked)
    ada.transfers.close()
    other: Services = program()
    steps(other, 1.0)
    assert len(web.asked) == asked_before
    other.transfers.cancel(transfer.id)


def test_a_download_continues_after_a_pause(ada: Services, image: str, web: WebServer) -> None:
    web.answer = lambda wanted: Reply(503)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].is_stuck)
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded"
    assert (done.tasks[0].staging_failures, done.tasks[0].retry_at) == (0, None)


# Sizes that are learned late


def test_what_turns_out_never_to_fit_fails_with_the_reason(
    ada: Services, store: Store, web: WebServer, program: Callable[..., Services], contents: Path
) -> None:
    reference = store.add("tacos/mole:9", url=f"{web.url}/9")
    here: Services = program(staging_limit_bytes=HALF)
    transfer = here.transfers.start(asked(reference), origin="panel")
    done = until(here, transfer.id, ended)
    assert done.state == "failed"
    assert "SRegistryGlobus.staging_limit_bytes" in done.tasks[0].reason
    assert len(web.asked) == 1
    staged = list(contents.rglob("mole*"))
    assert staged == []


def test_a_size_is_remembered_so_that_the_registry_is_asked_once_there_is_room(
    ada: Services, store: Store, image: str, web: WebServer, program: Callable[..., Services]
) -> None:
    reference = store.add("tacos/mole:9", url=f"{web.url}/9")
    here: Services = program(staging_limit_bytes=len(CONTENT) + 1000)
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    first = here.transfers.start(asked(image), origin="panel")
    until(here, first.id, lambda now: now.tasks[0].bytes_staged > 0)
    second = here.transfers.start(asked(reference), origin="panel")
    until(here, second.id, lambda now: now.tasks[0].is_stuck)
    count = len(web.asked)
    steps(here, 1.5)
    stuck = here.transfers.get(second.id).tasks[0]
    assert len(web.asked) == count
    assert "Staging needs" in stuck.reason
    assert stuck.images[0].size_bytes == len(CONTENT)
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    web.go_on()
    assert until(here, first.id, ended).state == "succeeded"
    assert until(here, second.id, ended).state == "succeeded"


# Room


def test_waiting_in_a_terminal_clears_the_staging_folder(
    ada: Services, image: str, web: WebServer, contents: Path
) -> None:
    transfer = ada.transfers.start(asked(image), origin="cli")
    assert ada.transfers.wait(transfer.id, 60).state == "succeeded"
    assert list(contents.rglob("mole*")) == []


def test_what_nothing_needs_takes_no_room_from_the_next_transfer(
    ada: Services, store: Store, image: str, web: WebServer, program: Callable[..., Services]
) -> None:
    """No server ran in between, which would have removed what is left."""
    here: Services = program(staging_limit_bytes=len(CONTENT) + 1000)
    web.answer = lambda wanted: Reply(200, CONTENT[:-1] + b"x")
    wrong = here.transfers.start(asked(image), origin="cli")
    until(here, wrong.id, ended)
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    stopped = here.transfers.start(asked(image), origin="cli")
    until(here, stopped.id, lambda now: now.tasks[0].bytes_staged > 0)
    here.transfers.cancel(stopped.id)
    web.go_on()
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    other = store.add("tacos/other:1", url=f"{web.url}/other", size_bytes=len(CONTENT))
    assert here.transfers.plan(asked(other)).is_sendable
