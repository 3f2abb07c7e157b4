"""Several transfers, programs and accounts that stage at the same time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store.leases import LEASE_S
from jupyterlab_sregistry_globus.transfers.staging import fetch, room

from ...support.webserver import Reply, WebServer, ranged
from ..conftest import Store, asked, ended, until
from .stagedimage import CONTENT, HALF, ranges, staged


def test_two_transfers_of_equal_content_share_one_download(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox
) -> None:
    first = ada.transfers.start(asked(image), origin="panel")
    second = ada.transfers.start(asked(image), origin="magic")
    until(ada, first.id, ended)
    until(ada, second.id, ended)
    assert len(web.asked) == 1


def test_a_path_claimed_by_another_program_is_waited_for(
    ada: Services, image: str, web: WebServer, tmp_path: Path
) -> None:
    transfer = ada.transfers.start(asked(image), origin="panel")
    path = transfer.tasks[0].images[0].source_path
    assert ada.parts.outbox.claim_path(path)
    hand_over(tmp_path, "claimed_paths")
    for _ in range(5):
        ada.transfers.hurry()
        ada.transfers.step()
    assert web.asked == []
    hand_over(tmp_path, "claimed_paths", expires_at=0)
    assert until(ada, transfer.id, ended).state == "succeeded"


def test_a_lost_lease_ends_the_download_before_another_byte_is_written(
    ada: Services, image: str, web: WebServer, tmp_path: Path
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged >= HALF / 2)
    part = Path(transfer.tasks[0].images[0].source_path + fetch.PART)
    hand_over(tmp_path, "transfers")
    web.go_on()
    end = time.monotonic() + 30
    while "staging" in ada.transfers.activities:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert part.stat().st_size <= HALF
    assert ada.transfers.get(transfer.id).tasks[0].state == "staging"


def hand_over(tmp_path: Path, table: str, expires_at: float | None = None) -> None:
    """Give the leases to another running program."""
    holder = f"{os.uname().nodename}:{os.getpid()}:another"
    until_s = time.time() + LEASE_S if expires_at is None else expires_at
    with closing(sqlite3.connect(tmp_path / "store" / "transfers.db", timeout=10)) as db, db:
        db.execute(
            f"UPDATE {table} SET lease_holder = ?, lease_expires_at = ?",
            (holder, until_s),
        )


def test_downloads_take_only_some_of_the_threads(
    store: Store, web: WebServer, program: Callable[..., Services], ada: Services
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    here = program(workers=8)
    transfers = [
        here.transfers.start(
            asked(store.add(f"tacos/mole:{n}", url=f"{web.url}/{n}", size_bytes=len(CONTENT))),
            origin="panel",
        )
        for n in range(5)
    ]
    for transfer in transfers:
        until(here, transfer.id, lambda now: len(web.asked) >= 2)
    for _ in range(5):
        here.transfers.step()
    assert len(web.asked) == 2
    assert here.transfers.plan(asked("images://tacos/avocados:latest")).is_sendable
    web.go_on()
    for transfer in transfers:
        until(here, transfer.id, lambda now: now.tasks[0].state != "staging")


def test_a_half_download_is_resumed_by_the_next_program(
    program: Callable[..., Services], ada: Services, image: str, web: WebServer, contents: Path
) -> None:
    first = program()
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = first.transfers.start(asked(image), origin="panel")
    until(first, transfer.id, lambda now: now.tasks[0].bytes_staged >= HALF / 2)
    first.close()
    web.go_on()
    while "staging" in first.transfers.activities:
        time.sleep(0.02)
    first.parts.outbox.release(transfer.id)
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert str(ranges(web)[-1]).startswith("bytes=")


def test_downloads_of_other_accounts_in_this_home_are_not_removed(
    ada: Services,
    program: Callable[..., Services],
    image: str,
    web: WebServer,
    contents: Path,
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    orphan = contents / room.FOLDER_NAME / "0123456789abcdef" / "a.sif"
    orphan.parent.mkdir()
    orphan.touch()
    (own,) = {file.parent for file in staged(contents)} - {orphan.parent}
    shutil.copy(own / room.MARKER, orphan.parent)
    ada.account.disconnect()
    program().transfers.step()
    assert [file.name for file in staged(contents)] == ["mole_1.sif.part"]
    web.go_on()
