"""Two programs at one upload: the second takes over while the first one's PUT is stalled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store.leases import LEASE_S, Holder
from jupyterlab_sregistry_globus.transfers import leased

from ....support.clock import Clock
from ...conftest import ended, until
from .conftest import PUT, image_of, puts, request, temporary_files


def test_both_writers_may_continue_and_one_file_is_there(
    ada: Services,
    program: Callable[..., Services],
    sandbox: Sandbox,
    image: Path,
    cluster: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(leased, "time", clock)
    other = program(holder=Holder("another-node", 1, "1"))
    image.write_bytes(image.read_bytes() + bytes(8_000_000))
    sandbox.set_faults({"route": PUT, "stall": True, "at_bytes": 1000, "count": 1})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    until(ada, started.id, lambda now: temporary_files(cluster) != [])
    clock.advance(10 * LEASE_S)
    assert until(other, started.id, ended).state == "succeeded"
    # The first writer's bytes arrive after all.
    sandbox.set_faults()
    end = time.monotonic() + 30
    while "uploads" in ada.transfers.activities or temporary_files(cluster):
        assert time.monotonic() < end, temporary_files(cluster)
        time.sleep(0.05)
    transfer = ada.transfers.get(started.id)
    assert transfer.state == "succeeded"
    assert len(transfer.tasks[0].arrivals) == 1
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    assert len(set(puts(sandbox))) == len(puts(sandbox)) == 2
    assert "interrupted" in image_of(transfer).attempts[0].reason


def test_a_killed_program_s_upload_is_begun_anew_and_its_file_removed(
    ada: Services,
    program: Callable[..., Services],
    sandbox: Sandbox,
    image: Path,
    cluster: Path,
) -> None:
    sandbox.set_faults({"route": PUT, "stall": True, "at_bytes": 1000, "count": 1})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    until(ada, started.id, lambda now: temporary_files(cluster) != [])
    ada.transfers.close()
    sandbox.set_faults()
    other = program()
    assert until(other, started.id, ended).state == "succeeded"
    until(other, started.id, lambda now: temporary_files(cluster) == [])
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
