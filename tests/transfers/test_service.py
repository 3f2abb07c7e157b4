"""Pages of transfers, what changed since a revision, and finding and waiting for one."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest, TransferActive, TransferNotFound
from jupyterlab_sregistry_globus.models.transfers import ClearedTransfers, Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support.connect import connect
from .conftest import asked

IMAGES = (
    "images://tacos/avocados:latest",
    "images://tacos/salsa:verde",
    "images://demo/hello:latest",
)


@pytest.fixture
def sent(ada: Services, sandbox: Sandbox) -> list[Transfer]:
    """Three transfers that do not end, newest first."""
    sandbox.set_task_faults({"code": "TIMEOUT"})
    return [ada.transfers.start(asked(image), origin="panel") for image in IMAGES][::-1]


def ids(transfers: tuple[Transfer, ...] | list[Transfer]) -> list[str]:
    return [transfer.id for transfer in transfers]


def test_pages_are_newest_first_and_say_how_many_there_are(
    ada: Services, sent: list[Transfer]
) -> None:
    first = ada.transfers.page(limit=2)
    second = ada.transfers.page(offset=2, limit=2)
    assert ids(first.transfers + second.transfers) == ids(sent)
    assert (first.total, second.total) == (3, 3)


@pytest.mark.parametrize(("offset", "limit"), [(-1, 10), (0, 0), (0, 1001)])
def test_a_page_out_of_bounds_is_refused(ada: Services, offset: int, limit: int) -> None:
    with pytest.raises(BadRequest):
        ada.transfers.page(offset, limit)


def test_since_a_revision_only_what_changed_is_listed(
    ada: Services, sent: list[Transfer], sandbox: Sandbox
) -> None:
    page = ada.transfers.page()
    assert ada.transfers.page(since=page.revision).transfers == ()
    ada.transfers.cancel(sent[1].id)
    changed = ada.transfers.page(since=page.revision)
    assert ids(changed.transfers) == [sent[1].id]
    assert changed.revision > page.revision
    assert changed.total == 3
    assert ada.transfers.page(since=changed.revision).transfers == ()


def test_since_a_revision_removed_transfers_are_named(
    ada: Services, sent: list[Transfer], sandbox: Sandbox
) -> None:
    for transfer in sent[:2]:
        ada.transfers.cancel(transfer.id)
        ada.transfers.refresh(transfer.id)
    page = ada.transfers.page()
    assert page.removed == ()
    ada.transfers.clear(sent[0].id)
    assert ada.transfers.page(since=page.revision).removed == (sent[0].id,)
    ada.transfers.clear_finished()
    later = ada.transfers.page(since=page.revision)
    assert set(later.removed) == {sent[0].id, sent[1].id}
    assert (later.transfers, later.total) == ((), 1)


def test_cleared_transfers_keep_their_receipts_and_can_be_restored(
    ada: Services, sent: list[Transfer], sandbox: Sandbox
) -> None:
    for transfer in sent[:2]:
        ada.transfers.cancel(transfer.id)
        ada.transfers.refresh(transfer.id)
    before = [ada.transfers.get(transfer.id) for transfer in sent]
    receipts = [ada.transfers.receipt(transfer.id) for transfer in sent[:2]]
    cleared = ada.transfers.clear_finished()
    assert set(cleared.ids) == set(ids(sent[:2]))
    assert ada.transfers.clear_finished().ids == ()
    assert [ada.transfers.receipt(transfer.id) for transfer in sent[:2]] == receipts
    assert ada.transfers.find(sent[0].id[:12], also_cleared=True).id == sent[0].id
    for is_gone in (ada.transfers.get, ada.transfers.find):
        with pytest.raises(TransferNotFound):
            is_gone(sent[0].id)

    page = ada.transfers.page()
    assert ids(page.transfers) == [sent[2].id]
    asked_for = ClearedTransfers((*cleared.ids, "unknown"))
    assert set(ada.transfers.restore(asked_for).ids) == set(cleared.ids)
    assert ada.transfers.restore(asked_for).ids == ()
    assert [ada.transfers.get(transfer.id) for transfer in sent] == before
    later = ada.transfers.page(since=page.revision)
    assert set(ids(later.transfers)) == set(cleared.ids)
    assert (later.removed, later.total) == ((), 3)
    ada.transfers.clear(sent[0].id)
    assert ada.transfers.page(since=later.revision).removed == (sent[0].id,)


def test_what_another_identity_cleared_is_neither_shown_nor_restored(
    ada: Services, sent: list[Transfer], sandbox: Sandbox
) -> None:
    ada.transfers.cancel(sent[0].id)
    ada.transfers.refresh(sent[0].id)
    cleared = ada.transfers.clear_finished()
    connect(ada, sandbox, identity=names.BOB)
    assert ada.transfers.restore(cleared).ids == ()
    with pytest.raises(TransferNotFound):
        ada.transfers.receipt(sent[0].id)
    connect(ada, sandbox, identity=names.ADA)
    assert ada.transfers.restore(cleared) == cleared


def test_a_transfer_in_progress_is_not_cleared(ada: Services, sent: list[Transfer]) -> None:
    with pytest.raises(TransferActive):
        ada.transfers.clear(sent[0].id)
    assert ada.transfers.clear_finished().ids == ()
    assert ada.transfers.page().total == 3


def test_another_identity_sees_no_transfer_and_no_removal(
    ada: Services, sent: list[Transfer], sandbox: Sandbox
) -> None:
    ada.transfers.cancel(sent[0].id)
    ada.transfers.refresh(sent[0].id)
    ada.transfers.clear(sent[0].id)
    connect(ada, sandbox, identity=names.BOB)
    page = ada.transfers.page(since=0)
    assert (page.transfers, page.total, page.removed) == ((), 0, ())


def test_a_transfer_is_found_by_the_beginning_of_its_id_or_by_a_task(
    ada: Services, sent: list[Transfer]
) -> None:
    task_id = str(sent[2].tasks[0].task_id)  # type: ignore[union-attr]
    assert ada.transfers.find(sent[1].id[:12]).id == sent[1].id
    assert ada.transfers.find(task_id).id == sent[2].id
    with pytest.raises(TransferNotFound, match="No transfer matches 'nothing'"):
        ada.transfers.find("nothing")
    with pytest.raises(TransferNotFound):
        ada.transfers.find("")


def test_waiting_reports_changes_and_ends_with_the_transfer(ada: Services) -> None:
    transfer = ada.transfers.start(asked(IMAGES[0]), origin="magic")
    states: list[str] = []
    done = ada.transfers.wait(transfer.id, 60, lambda now: states.append(now.state))
    assert done.state == states[-1] == "succeeded"


def test_waiting_ends_in_time_and_leaves_the_transfer(ada: Services, sent: list[Transfer]) -> None:
    with pytest.raises(TimeoutError, match="It continues"):
        ada.transfers.wait(sent[0].id, 0.2)
    assert ada.transfers.get(sent[0].id).state == "active"
