"""The record of transfers: whose they are, who may work on them, and what changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import (
    NotConnected,
    StoreUnavailable,
    TransferActive,
    TransferNotFound,
)
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.transfers import rows
from jupyterlab_sregistry_globus.transfers.outbox import Outbox

from ..support.rights import read_only
from .builders import image, task, transfer
from .conftest import MakeOutbox

ADA, BOB = "ada", "bob"


def made(transfer_id: str, state: str = "active", **members: object) -> Transfer:
    return transfer(task(image("a"), state=state), transfer_id=transfer_id, **members)


def ids(transfers: tuple[Transfer, ...] | list[Transfer]) -> list[str]:
    return [each.id for each in transfers]


def finish(outbox: Outbox, transfer_id: str) -> Transfer:
    return outbox.update(
        transfer_id, lambda now: msgspec.structs.replace(now, state="succeeded", label="done")
    )


def test_without_a_record_there_is_nothing_and_no_file_is_made(
    make: MakeOutbox, tmp_path: Path
) -> None:
    outbox = make()
    assert not outbox.exists()
    assert (outbox.read_all(), outbox.unfinished(), outbox.read_every_account()) == ([], [], [])
    assert (outbox.revisions(), outbox.page(offset=0, limit=9).total) == ({}, 0)
    outbox.release_all()
    outbox.clear_finished()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_recorded_for_no_one(make: MakeOutbox) -> None:
    outbox = make(None)
    with pytest.raises(NotConnected, match=r"\w"):
        outbox.add(made("t1"))
    assert not outbox.exists()
    make().add(made("t1"))
    assert outbox.exists()
    assert (outbox.read_all(), outbox.page(offset=0, limit=9).transfers) == ([], ())
    assert outbox.page(offset=0, limit=9).revision == 0
    with pytest.raises(TransferNotFound):
        outbox.get("t1")


def test_transfers_are_newest_first_and_unfinished_ones_oldest_first(make: MakeOutbox) -> None:
    outbox = make()
    for name, created_at, state in [
        ("b", 2.0, "active"),
        ("a", 2.0, "written"),
        ("d", 4.0, "succeeded"),
        ("c", 3.0, "staging"),
        ("e", 1.0, "failed"),
    ]:
        outbox.add(made(name, state, created_at=created_at))
    assert ids(outbox.read_all()) == ["d", "c", "a", "b", "e"]
    assert ids(outbox.page(offset=1, limit=3).transfers) == ["c", "a", "b"]
    assert ids(outbox.unfinished()) == ["b", "a", "c"]


def test_two_namespaces_in_one_file_never_mix(make: MakeOutbox) -> None:
    """Another app, or another Globus, has transfers of its own."""
    one, other = make(), make(namespace="another app")
    one.add(made("t1"))
    other.add(made("t2"))
    assert (ids(one.read_all()), ids(other.read_all())) == (["t1"], ["t2"])
    assert (list(one.revisions()), list(other.revisions())) == (["t1"], ["t2"])
    with pytest.raises(TransferNotFound, match="There is no transfer 't1'"):
        other.get("t1")
    with pytest.raises(TransferNotFound, match="There is no transfer 't1'"):
        other.update("t1", lambda now: now)
    with pytest.raises(TransferNotFound):
        other.clear("t1")
    finish(one, "t1")
    other.clear_finished()
    assert ids(one.read_all()) == ["t1"]
    # They share a disk, and so the record of what is staged on it.
    assert sorted(ids(other.read_every_account())) == ["t1", "t2"]


def test_two_identities_in_one_file_never_mix(make: MakeOutbox) -> None:
    ada, bob = make(ADA), make(BOB)
    ada.add(made("t1", "succeeded"))
    bob.add(made("t2", "succeeded"))
    assert (ids(ada.read_all()), ids(bob.read_all())) == (["t1"], ["t2"])
    with pytest.raises(TransferNotFound):
        bob.clear("t1")
    before = ada.page(offset=0, limit=9).revision
    bob.clear_finished()
    assert (ids(ada.read_all()), ids(bob.read_all())) == (["t1"], [])
    assert ada.changed_since(before).removed == ()
    assert bob.changed_since(before).removed == ("t2",)
    # A poller follows whatever this app sent, and learns without an identity what there is.
    assert list(bob.revisions()) == ["t1"]


def test_only_a_real_change_counts_as_one(make: MakeOutbox) -> None:
    outbox = make()
    outbox.add(made("t1"))
    before = outbox.revisions()
    assert before == {"t1": (1, True)}
    assert outbox.update("t1", lambda now: now).id == "t1"
    assert outbox.revisions() == before
    assert finish(outbox, "t1").label == "done"
    assert outbox.revisions() == {"t1": (2, False)}
    assert outbox.get("t1").label == "done"
    assert outbox.unfinished() == []


def test_a_change_sees_what_another_program_wrote(make: MakeOutbox) -> None:
    one, other = make(), make(start="2")
    one.add(made("t1"))
    other.update("t1", lambda now: msgspec.structs.replace(now, is_cancel_asked=True))
    one.update("t1", lambda now: msgspec.structs.replace(now, label="new"))
    assert (other.get("t1").is_cancel_asked, other.get("t1").label) == (True, "new")


def test_what_has_not_ended_is_not_forgotten(make: MakeOutbox) -> None:
    outbox = make()
    for number, state in enumerate(["written", "active", "staging"]):
        outbox.add(made(f"t{number}", state))
        with pytest.raises(TransferActive, match=r"^This transfer has not ended\. Cancel it first"):
            outbox.clear(f"t{number}")
    outbox.clear_finished()
    assert len(outbox.read_all()) == 3
    outbox.discard("t0")
    assert ids(outbox.read_all()) == ["t1", "t2"]
    with pytest.raises(TransferNotFound):
        outbox.clear("t0")


@pytest.mark.parametrize("state", ["succeeded", "failed", "canceled"])
def test_what_has_ended_is_forgotten_and_named_to_later_readers(
    make: MakeOutbox, state: str
) -> None:
    outbox = make()
    for name in ("t1", "t2", "t3"):
        outbox.add(made(name, state))
    before = outbox.page(offset=0, limit=9)
    assert (before.total, before.removed) == (3, ())
    outbox.clear("t2")
    changed = outbox.changed_since(before.revision)
    assert (changed.transfers, changed.total, changed.removed) == ((), 2, ("t2",))
    outbox.clear_finished()
    later = outbox.changed_since(changed.revision)
    assert (later.transfers, later.total, set(later.removed)) == ((), 0, {"t1", "t3"})
    assert outbox.changed_since(later.revision).removed == ()


def test_only_the_latest_removals_are_remembered(
    make: MakeOutbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MAX_REMOVED", 3)
    outbox = make()
    for number in range(9):
        outbox.add(made(f"t{number}", "succeeded"))
    revisions = [outbox.page(offset=0, limit=9).revision]
    for number in range(7):
        outbox.clear(f"t{number}")
        revisions.append(outbox.page(offset=0, limit=9).revision)
    with closing(sqlite3.connect(tmp_path / "transfers.db")) as connection:
        assert connection.execute("SELECT count(*) FROM removed_transfers").fetchone() == (3,)
    # Whoever knows all but the remembered removals is told those; all others read everything.
    assert set(outbox.changed_since(revisions[4]).removed) == {"t4", "t5", "t6"}
    assert outbox.changed_since(revisions[4]).revision == revisions[7]
    for missed in revisions[:4]:
        page = outbox.changed_since(missed)
        assert (page.transfers, page.removed, page.revision) == ((), (), 0)
        assert page.revision < missed
    # Reading everything says nothing of removals, so that none can be missing.
    everything = outbox.changed_since(0)
    assert ids(everything.transfers) == ["t7", "t8"]
    assert everything.revision == revisions[7]


def test_many_removals_at_once_are_no_more_than_the_rest(
    make: MakeOutbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MAX_REMOVED", 3)
    outbox = make()
    for number in range(9):
        outbox.add(made(f"t{number}", "succeeded"))
    before = outbox.page(offset=0, limit=9).revision
    outbox.clear_finished()
    with closing(sqlite3.connect(tmp_path / "transfers.db")) as connection:
        assert connection.execute("SELECT count(*) FROM removed_transfers").fetchone() == (0,)
    assert outbox.changed_since(before).revision == 0


def test_each_record_has_an_id_of_its_own(make: MakeOutbox, tmp_path: Path) -> None:
    outbox = make()
    assert outbox.store_id() == make(BOB, "another app").store_id()
    assert len(outbox.store_id()) == 32
    other = Outbox(tmp_path / "other.db", "globus app", lambda: ADA)
    assert other.store_id() != outbox.store_id()


def test_a_record_that_may_only_be_read_can_be_read(make: MakeOutbox, tmp_path: Path) -> None:
    outbox = make()
    outbox.add(made("t1", "succeeded"))
    with read_only(tmp_path):
        assert ids(outbox.read_all()) == ["t1"]
        assert ids(outbox.page(offset=0, limit=9).transfers) == ["t1"]
        assert (outbox.get("t1").id, list(outbox.revisions())) == ("t1", ["t1"])
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            outbox.clear("t1")
        with pytest.raises(StoreUnavailable):
            outbox.add(made("t2"))
    outbox.clear("t1")
