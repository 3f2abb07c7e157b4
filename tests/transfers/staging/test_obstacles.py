"""What keeps an image from being staged: limits, full disks, files of others, the registry."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.staging import fetch, room

from ...support.webserver import Reply, WebServer
from ..conftest import Store, asked, ended, until
from .stagedimage import CONTENT, DIGEST, HALF, arrived, staged


def test_nothing_is_written_into_a_folder_of_another_account(
    ada: Services, image: str, web: WebServer, contents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    done = until(ada, ada.transfers.start(asked(image), origin="panel").id, ended)
    assert done.state == "failed"
    assert "belongs to another account" in done.tasks[0].reason
    assert (staged(contents), web.asked) == ([], [])


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
