"""Whether there is room for more images, with what other transfers still need."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyterlab_sregistry_globus.errors import StoreUnavailable
from jupyterlab_sregistry_globus.globus.hosts import HostEndpoints
from jupyterlab_sregistry_globus.globus.personal.endpoint import PersonalEndpoint
from jupyterlab_sregistry_globus.store.files import make_folder
from jupyterlab_sregistry_globus.transfers.outbox import Outbox
from jupyterlab_sregistry_globus.transfers.staging import room as module
from jupyterlab_sregistry_globus.transfers.staging.fetch import part_of
from jupyterlab_sregistry_globus.transfers.staging.room import StagingRoom

from ..builders import image, task, transfer

LIMIT = 1000
# The mark of a folder of ours is on the disk, too.
MARK = 33


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "transfers.db", "globus app", lambda: "ada")


@pytest.fixture
def make(tmp_path: Path, outbox: Outbox) -> Callable[..., StagingRoom]:
    """Makes a room in a folder of its own."""

    def made(limit_bytes: int | None = LIMIT, folder: str = "staging") -> StagingRoom:
        hosts = HostEndpoints([], PersonalEndpoint(tmp_path / "no Connect Personal"), {})
        return StagingRoom(outbox, hosts, folder=tmp_path / folder, limit_bytes=limit_bytes)

    return made


@pytest.fixture
def room(make: Callable[..., StagingRoom]) -> StagingRoom:
    return make()


def place(room: StagingRoom, name: str) -> Path:
    path = room.path(name, name)
    assert path is not None
    return path


def write(room: StagingRoom, name: str, size_bytes: int, *, is_part: bool = False) -> Path:
    """Put a file where an image is staged."""
    path = place(room, name)
    room.make(path.parent)
    written = part_of(path) if is_part else path
    written.write_bytes(b"x" * size_bytes)
    return path


def record(
    outbox: Outbox,
    room: StagingRoom,
    name: str,
    size_bytes: int | None,
    state: str = "staging",
    **members: object,
) -> None:
    """Record a transfer whose image is staged."""
    staged = image(name, route="staged", source_path=str(place(room, name)), size_bytes=size_bytes)
    members.setdefault("created_at", time.time())
    outbox.add(transfer(task(staged, state=state), transfer_id=f"t {name}", **members))


def shortage(room: StagingRoom, **sizes: int) -> str:
    return room.shortage({str(place(room, name)): size for name, size in sizes.items()})


def test_images_fit_as_long_as_their_sum_does(room: StagingRoom) -> None:
    assert shortage(room, a=600, b=400) == ""
    text = shortage(room, a=600, b=401)
    assert text.startswith("Staging needs 1.0 kB more, and ")
    assert "has room for 1.0 kB. Send fewer images at once, or free some space." in text


def test_images_of_unknown_size_need_no_room_until_it_is_known(
    room: StagingRoom, outbox: Outbox
) -> None:
    assert shortage(room, a=0, b=0) == ""
    record(outbox, room, "c", None)
    record(outbox, room, "d", None)
    assert shortage(room, a=0, b=0) == ""
    assert shortage(room, a=1000) == ""
    assert shortage(room, a=1001) != ""


def test_even_without_any_room_an_unknown_size_is_no_shortage(
    room: StagingRoom, outbox: Outbox
) -> None:
    record(outbox, room, "big", 5000)
    assert shortage(room, a=0) == ""
    assert "has room for 0 B" in shortage(room, a=1)


def test_what_is_being_downloaded_is_taken(room: StagingRoom, outbox: Outbox) -> None:
    record(outbox, room, "big", 700)
    assert shortage(room, a=300) == ""
    assert shortage(room, a=301) != ""
    # What is on the disk already is part of it, and not taken twice.
    write(room, "big", 500, is_part=True)
    assert shortage(room, a=300 - MARK) == ""
    assert shortage(room, a=301 - MARK) != ""


def test_an_image_that_is_downloaded_anyway_needs_no_room_of_its_own(
    room: StagingRoom, outbox: Outbox
) -> None:
    record(outbox, room, "big", 700)
    assert shortage(room, big=700) == ""
    assert shortage(room, big=700, a=300) == ""
    assert shortage(room, big=700, a=301) != ""


@pytest.mark.parametrize("state", ["failed", "canceled", "succeeded"])
def test_what_has_ended_reserves_nothing(room: StagingRoom, outbox: Outbox, state: str) -> None:
    record(outbox, room, "big", 700, state)
    assert shortage(room, a=1000) == ""
    assert shortage(room, a=1001) != ""


@pytest.mark.parametrize("state", ["written", "active"])
def test_what_is_downloaded_completely_takes_its_place_on_the_disk_only(
    room: StagingRoom, outbox: Outbox, state: str
) -> None:
    record(outbox, room, "big", 700, state)
    write(room, "big", 700)
    assert shortage(room, a=300 - MARK) == ""
    assert shortage(room, a=301 - MARK) != ""


def test_downloads_of_another_account_in_this_home_are_taken_too(
    room: StagingRoom, outbox: Outbox, tmp_path: Path
) -> None:
    for identity, namespace in (("bob", "globus app"), ("ada", "another app")):
        other = Outbox(tmp_path / "transfers.db", namespace, lambda identity=identity: identity)
        record(other, room, f"big of {identity}", 350)
    assert shortage(room, a=300) == ""
    assert shortage(room, a=301) != ""


def test_a_half_download_needs_only_its_rest(room: StagingRoom) -> None:
    write(room, "a", 400, is_part=True)
    assert shortage(room, a=1000 - MARK) == ""
    assert shortage(room, a=1001 - MARK) != ""
    room.check(place(room, "a"), 1000 - MARK)
    with pytest.raises(StoreUnavailable, match="It continues once there is room"):
        room.check(place(room, "a"), 1001 - MARK)
    room.check(place(room, "a"), None)


def test_without_a_limit_the_disk_is_the_limit(
    make: Callable[..., StagingRoom], monkeypatch: pytest.MonkeyPatch, outbox: Outbox
) -> None:
    room = make(None)
    monkeypatch.setattr(module, "RESERVE_BYTES", 100)
    usage = SimpleNamespace(free=1100)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert shortage(room, a=1000) == ""
    assert shortage(room, a=1001) != ""
    record(outbox, room, "big", 600)
    assert shortage(room, a=400) == ""
    assert shortage(room, a=401) != ""
    # A limit never allows more than there is.
    assert shortage(make(5000), a=401) != ""


def test_folders_for_images_are_for_their_owner_alone(room: StagingRoom, outbox: Outbox) -> None:
    path = write(room, "a", 5)
    for folder in (path.parent, path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    marker = path.parent / module.MARKER
    assert marker.stat().st_mode & 0o777 == 0o600
    assert marker.read_text() == f"{outbox.store_id()}\n"
    room.make(path.parent)
    assert path.exists(), "a folder of ours is used again"


def test_a_sweep_keeps_what_is_needed_and_what_failed_lately(
    room: StagingRoom, outbox: Outbox
) -> None:
    day_s = 24 * 3600.0
    kept = {"waiting": "written", "running": "active", "loading": "staging", "failed": "failed"}
    gone = {"done": "succeeded", "canceled": "canceled", "failed long ago": "failed"}
    for name, state in {**kept, **gone}.items():
        write(room, name, 5)
        age_s = day_s + 60 if name == "failed long ago" else day_s - 60
        record(outbox, room, name, 5, state, created_at=time.time() - age_s)
    write(room, "nobody's", 5)
    folder = place(room, "a").parent.parent
    (folder / "a file").touch()
    make_folder(folder / "not marked")
    (folder / "a link").symlink_to(place(room, "done").parent)
    room.sweep()
    left = {path.name for path in folder.iterdir()}
    assert left == {
        *(place(room, name).parent.name for name in kept),
        "a file",
        "not marked",
        "a link",
    }


def test_a_path_is_the_same_for_equal_content_of_one_record(
    room: StagingRoom, make: Callable[..., StagingRoom], tmp_path: Path
) -> None:
    assert room.path("key", "a.sif") == make().path("key", "a.sif")
    assert room.path("key", "a.sif") != room.path("other", "a.sif")
    other = Outbox(tmp_path / "other.db", "globus app", lambda: "ada")
    hosts = HostEndpoints([], PersonalEndpoint(tmp_path / "none"), {})
    elsewhere = StagingRoom(other, hosts, folder=tmp_path / "staging", limit_bytes=None)
    assert room.path("key", "a.sif") != elsewhere.path("key", "a.sif")


def test_without_a_folder_there_is_no_room(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "lta").mkdir()
    (tmp_path / "lta" / "config-paths").write_text(f"{tmp_path},0,0\n")  # read-only
    hosts = HostEndpoints([], PersonalEndpoint(tmp_path), {})
    room = StagingRoom(outbox, hosts, folder=None, limit_bytes=None)
    assert (room.folder(), room.path("key", "a.sif")) == (None, None)
    assert room.shortage({"/a": 5}).startswith("No Globus endpoint on this machine serves")
    room.sweep()
