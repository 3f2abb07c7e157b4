"""Images sent through this machine: downloaded, verified, sent, removed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store.leases import LEASE_S
from jupyterlab_sregistry_globus.transfers.staging import fetch, room

from ...support.webserver import Asked, Reply, WebServer, ranged, taking_less_than
from ..conftest import Store, asked, ended, until

CONTENT = os.urandom(3_000_000)
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
HALF = 5 * 256 * 1024  # downloads come in such pieces


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report progress at each chunk."""
    monkeypatch.setattr(fetch, "REPORT_S", 0.0)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """The registry's storage, which serves the content at every address."""
    with WebServer(lambda wanted: ranged(CONTENT, wanted)) as server:
        yield server


@pytest.fixture
def image(store: Store, web: WebServer) -> str:
    return store.add("tacos/mole:1", url=f"{web.url}/mole", digest=DIGEST, size_bytes=len(CONTENT))


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def staged(contents: Path) -> list[Path]:
    """Return the files in the staging folder."""
    files = (contents / room.FOLDER_NAME).rglob("*.*")
    return sorted(file for file in files if file.name != room.MARKER)


def arrived(sandbox: Sandbox) -> list[str]:
    """Return the digests of the images at the destination."""
    found = (sandbox.state / "endpoints").rglob("mole_1.sif")
    return ["sha256:" + hashlib.sha256(file.read_bytes()).hexdigest() for file in found]


def ranges(web: WebServer) -> list[str | None]:
    return [one.headers.get("range") for one in web.asked]


def cut_once(at: int) -> Callable[[Asked], Reply]:
    """Answers that break off the first time."""
    left = [at]

    def answer(wanted: Asked) -> Reply:
        reply = ranged(CONTENT, wanted)
        if left:
            return Reply(reply.status, reply.body, reply.headers, cut_after=left.pop())
        return reply

    return answer


def test_an_image_is_downloaded_verified_sent_and_removed(
    ada: Services, image: str, sandbox: Sandbox, contents: Path
) -> None:
    plan = ada.transfers.plan(asked(image))
    assert (plan.images[0].route, plan.is_sendable) == ("staged", True)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert (transfer.state, transfer.tasks[0].state) == ("active", "staging")
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    assert done.tasks[0].arrivals[0].digest == DIGEST
    assert done.tasks[0].arrivals[0].is_verified is True
    assert arrived(sandbox) == [DIGEST]
    ada.transfers.step()
    assert staged(contents) == []


def test_nothing_is_written_into_a_folder_of_another_account(
    ada: Services, image: str, web: WebServer, contents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    done = until(ada, ada.transfers.start(asked(image), origin="panel").id, ended)
    assert done.state == "failed"
    assert "belongs to another account" in done.tasks[0].reason
    assert (staged(contents), web.asked) == ([], [])


def test_the_download_shows_its_progress(ada: Services, image: str, web: WebServer) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    seen = until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    assert seen.tasks[0].bytes_total == len(CONTENT)
    assert seen.tasks[0].state == "staging"
    web.go_on()
    assert until(ada, transfer.id, ended).state == "succeeded"


def test_an_interrupted_download_is_resumed(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox
) -> None:
    web.answer = cut_once(HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, f"bytes={HALF}-"]
    assert arrived(sandbox) == [DIGEST]


def test_a_download_that_cannot_be_resumed_starts_over(
    ada: Services, store: Store, web: WebServer, sandbox: Sandbox
) -> None:
    web.answer = cut_once(HALF)
    image = store.add(
        "tacos/mole:1",
        url=f"{web.url}/mole",
        digest=DIGEST,
        size_bytes=len(CONTENT),
        is_resumable=False,
    )
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, None]
    assert arrived(sandbox) == [DIGEST]


def test_two_halves_of_different_files_are_detected_and_downloaded_again(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox
) -> None:
    cut = cut_once(HALF)

    def answer(wanted: Asked) -> Reply:
        reply = cut(wanted)
        is_first = len(web.asked) == 1
        body = b"x" * len(CONTENT) if is_first else reply.body
        return Reply(reply.status, body, reply.headers, cut_after=reply.cut_after)

    web.answer = answer
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert ranges(web) == [None, f"bytes={HALF}-", None]
    assert arrived(sandbox) == [DIGEST]


@pytest.mark.parametrize("body", [b"y" * len(CONTENT), CONTENT + b"more"])
def test_content_with_another_digest_is_not_sent(
    ada: Services, image: str, web: WebServer, sandbox: Sandbox, body: bytes
) -> None:
    web.answer = lambda wanted: Reply(200, body)
    transfer = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, transfer.id, ended)
    assert (done.state, done.tasks[0].task_id) == ("failed", None)
    assert "Send it again" in done.tasks[0].reason
    assert arrived(sandbox) == []


def test_without_a_digest_the_download_is_hashed_and_never_shared(
    ada: Services, store: Store, web: WebServer, sandbox: Sandbox
) -> None:
    image = store.add("tacos/mole:1", url=f"{web.url}/mole")
    web.answer = lambda wanted: Reply(200, b"an older image")
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].state != "staging")
    web.answer = lambda wanted: ranged(CONTENT, wanted)
    again = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, again.id, ended)
    assert done.tasks[0].images[0].digest == DIGEST
    assert done.tasks[0].bytes_total == len(CONTENT)
    until(ada, transfer.id, ended)


def test_a_limit_that_is_too_small_blocks_the_plan(
    store: Store, image: str, program: Callable[..., Services], ada: Services, web: WebServer
) -> None:
    size = len(CONTENT)
    other = store.add("tacos/mole:2", url=f"{web.url}/2", digest="sha256:2", size_bytes=size)
    third = store.add("tacos/mole:3", url=f"{web.url}/3", digest="sha256:3", size_bytes=size)
    here = program(staging_limit_bytes=2 * size)
    assert here.transfers.plan(asked(image, other)).is_sendable
    plan = here.transfers.plan(asked(image, other, third))
    assert [one.code for one in plan.warnings] == ["no_room"]
    assert not plan.is_sendable
    # What another transfer has still to download is taken, unless it is the same image.
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = here.transfers.start(asked(image), origin="panel")
    assert here.transfers.plan(asked(image, other)).is_sendable
    assert not here.transfers.plan(asked(other, third)).is_sendable
    here.transfers.cancel(transfer.id)


def test_a_disk_that_is_too_small_blocks_the_plan(
    ada: Services, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "RESERVE_BYTES", 1 << 60)
    plan = ada.transfers.plan(asked(image))
    assert [one.code for one in plan.warnings] == ["no_room"]
    assert "Send fewer images at once, or free some space." in plan.warnings[0].message


def test_a_full_disk_is_the_reason_and_the_download_continues_once_there_is_room(
    ada: Services, image: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = monkeypatch.context()
    # A device can't be put in the file's place: only regular files are written to.
    full.__enter__().setattr(fetch, "open_file", lambda path: Path("/dev/full").open("r+b"))  # noqa: SIM115
    transfer = ada.transfers.start(asked(image), origin="panel")
    stuck = until(ada, transfer.id, lambda now: now.tasks[0].is_stuck)
    assert "No space left on device" in stuck.tasks[0].reason
    assert stuck.tasks[0].state == "staging"
    full.__exit__(None, None, None)
    assert until(ada, transfer.id, ended).state == "succeeded"
    assert arrived(sandbox) == [DIGEST]


def plant_link(path: Path) -> None:
    victim = path.with_name(".sregistry-globus")  # the mark is the one file that may be there
    path.symlink_to(victim)


def plant_writable(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0o666)


@pytest.mark.parametrize("plant", [plant_link, plant_writable, os.mkfifo])
@pytest.mark.parametrize("suffix", [fetch.PART, ""])
def test_no_file_that_another_account_may_have_put_there_is_used(
    ada: Services, image: str, suffix: str, plant: Callable[[Path], None], sandbox: Sandbox
) -> None:
    (planned,) = ada.transfers.plan(asked(image)).images
    folder = Path(planned.source_path).parent
    folder.parent.mkdir(mode=0o700)
    folder.mkdir(mode=0o700)
    (folder / room.MARKER).write_text(ada.parts.outbox.store_id())
    plant(Path(planned.source_path + suffix))
    transfer = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, transfer.id, ended)
    assert done.state == "failed"
    assert planned.source_path + suffix in done.tasks[0].reason
    assert (folder / room.MARKER).read_text() == ada.parts.outbox.store_id()
    assert arrived(sandbox) == []


def test_a_name_of_255_bytes_can_be_staged(tmp_path: Path) -> None:
    for name in ("n" * 255, "é" * 125 + ".sif", "n" * 250, "short.sif"):
        part = fetch.part_of(tmp_path / name)
        assert part.name.endswith(".part") and part.name != name
        part.touch()
    assert fetch.part_of(tmp_path / "short.sif").name == "short.sif.part"
    assert fetch.part_of(tmp_path / ("n" * 255)) != fetch.part_of(tmp_path / ("m" * 255))


def test_an_unavailable_registry_is_waited_for_and_a_missing_image_is_not(
    ada: Services, image: str, web: WebServer
) -> None:
    web.answer = lambda wanted: Reply(503)
    transfer = ada.transfers.start(asked(image), origin="panel")
    assert until(ada, transfer.id, lambda now: now.tasks[0].is_stuck).state == "active"
    web.answer = lambda wanted: Reply(404)
    done = until(ada, transfer.id, ended)
    assert (done.state, done.tasks[0].reason) == ("failed", "The registry no longer has it.")


def test_a_cancel_ends_the_download_and_leaves_no_files(
    ada: Services, image: str, web: WebServer, contents: Path, sandbox: Sandbox
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    assert ada.transfers.cancel(transfer.id).state == "canceled"
    web.go_on()
    until(ada, transfer.id, lambda now: not ada.transfers.is_staging)
    ada.transfers.step()
    assert ada.transfers.get(transfer.id).state == "canceled"
    assert staged(contents) == []
    assert arrived(sandbox) == []


@pytest.mark.parametrize("stall_after", [0, HALF])
def test_a_cancel_does_not_wait_for_a_silent_registry(
    ada: Services, image: str, web: WebServer, stall_after: int
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=stall_after)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: len(web.asked) > 0)
    ada.transfers.cancel(transfer.id)
    with taking_less_than(5):
        until(ada, transfer.id, lambda now: not ada.transfers.is_staging)
    assert ada.transfers.get(transfer.id).state == "canceled"


def test_a_program_that_ends_does_not_wait_for_a_silent_registry(
    ada: Services, image: str, web: WebServer
) -> None:
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    transfer = ada.transfers.start(asked(image), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    with taking_less_than(5):
        ada.close()
        until_ended = time.monotonic() + 5
        while ada.transfers.is_staging and time.monotonic() < until_ended:
            time.sleep(0.02)
    task = ada.transfers.get(transfer.id).tasks[0]
    assert (task.state, task.reason) == ("staging", "")


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
    while ada.transfers.is_staging:
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
    while first.transfers.is_staging:
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
