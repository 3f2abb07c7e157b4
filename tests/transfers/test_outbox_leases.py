"""Who may work on a transfer or write a file, if several programs share one record."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.store.leases import LEASE_S, LONGEST_S
from jupyterlab_sregistry_globus.transfers import leased
from jupyterlab_sregistry_globus.transfers import outbox as outbox_module

from ..support.clock import Clock
from .builders import image, task, transfer
from .conftest import MakeOutbox


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which leases expire."""
    moved = Clock()
    for module in (leased, outbox_module):
        monkeypatch.setattr(module, "time", moved)
    return moved


def active(transfer_id: str) -> Transfer:
    return transfer(task(image("a"), state="active"), transfer_id=transfer_id)


def test_a_transfer_has_one_holder(make: MakeOutbox, clock: Clock) -> None:
    one, other = make(), make(start="2")
    one.add(active("t1"))
    assert not other.claim("t1"), "what was just recorded belongs to its program"
    assert one.claim("t1")
    other.release("t1")
    assert not other.claim("t1"), "another's lease cannot be given back"
    one.release("t1")
    assert other.claim("t1")
    assert not one.claim("t1")
    assert not one.claim("t2"), "there is no such transfer"


def test_a_lease_lasts_as_long_as_it_says(make: MakeOutbox, clock: Clock) -> None:
    one, other = make(), make(start="2")
    one.add(active("t1"))
    clock.advance(LEASE_S - 1)
    assert not other.claim("t1")
    assert one.claim("t1")
    clock.advance(LEASE_S - 1)
    assert not other.claim("t1"), "it was renewed"
    clock.advance(2)
    assert other.claim("t1", idle_s=60)
    clock.advance(LEASE_S + 59)
    assert not one.claim("t1")
    clock.advance(2)
    assert one.claim("t1", idle_s=10 * LONGEST_S)
    clock.advance(LONGEST_S - 1)
    assert not other.claim("t1")
    clock.advance(2)
    assert other.claim("t1"), "no lease lasts longer than that"


def test_a_program_that_ends_gives_back_its_own_leases_only(make: MakeOutbox) -> None:
    one, other = make(), make(start="2")
    one.add(active("t1"))
    other.add(active("t2"))
    one.release_all()
    assert other.claim("t1")
    assert not one.claim("t2")


def test_a_file_has_one_writer_until_it_is_given_back(make: MakeOutbox, clock: Clock) -> None:
    one, other = make(), make(start="2")
    assert one.claim_path("/a")
    assert one.claim_path("/a"), "renewed"
    assert not other.claim_path("/a")
    other.release_path("/a")
    assert not other.claim_path("/a"), "another's lease cannot be given back"
    clock.advance(LEASE_S - 1)
    assert not other.claim_path("/a")
    one.release_path("/a")
    assert other.claim_path("/a")
    clock.advance(LEASE_S + 1)
    assert one.claim_path("/a"), "a lease that was not renewed expires"
    assert not other.claim_path("/a")


def test_a_path_is_one_file_on_each_endpoint(make: MakeOutbox) -> None:
    one, other = make(), make(start="2")
    assert one.claim_path("/a")
    assert other.claim_path("/a", "endpoint")
    assert other.claim_path("/b")
    one.release_path("/a", "endpoint")
    assert not one.claim_path("/a", "endpoint")
    other.release_path("/a", "endpoint")
    assert one.claim_path("/a", "endpoint")
    assert not other.claim_path("/a")
