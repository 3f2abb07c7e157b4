"""A disk that is full: whoever must write to it says so, and nothing is lost."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import LoginFailed, StoreUnavailable
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store import database

from ..support.connect import connect
from ..support.faces import Faces
from ..transfers.conftest import ended, until

IMAGE = "images://demo/hello:latest"
SIZE = "2m"


class Disk:
    """A small file system.

    :param folder: where it is mounted; empty at first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no room for one more byte."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (65536, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)

    def free(self) -> None:
        """Make room."""
        (self.folder / "filler").unlink()


class FailingDisk(Disk):
    """A folder whose databases can't be opened for want of room, where nothing can be mounted."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self._patch = patch
        self._prepare = database.prepare_database

    def fill(self) -> None:
        def prepare(path: Path) -> None:
            if self.folder in path.parents:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._prepare(path)

        self._patch.setattr(database, "prepare_database", prepare)

    def free(self) -> None:
        self._patch.setattr(database, "prepare_database", self._prepare)


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)]
    try:
        result = subprocess.run(command, capture_output=True, check=False, text=True)
        why = result.stderr if result.returncode else ""
    except OSError as error:
        why = str(error)
    if why:
        pytest.skip(f"cannot mount a small file system: {why}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A file system of 2 MB; skipped if this account may not mount one."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture(params=["a small file system", "a failing opener"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "a small file system":
        with mounted(tmp_path / "disk") as disk:
            yield disk
    else:
        folder = tmp_path / "disk"
        folder.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            yield FailingDisk(folder, patch)


Program = Callable[..., Services]


def asked() -> PlanRequest:
    return PlanRequest((ImageSource(IMAGE),), Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/"))


def tasks(sandbox: Sandbox) -> int:
    world = sandbox.services.world
    with world.change():
        return len([task for task in world.tasks.values() if task.label == IMAGE])


def test_nothing_is_submitted_that_cannot_be_written_down(
    disk: Disk, program: Program, sandbox: Sandbox
) -> None:
    services = program(store_dir=str(disk.folder / "store"))
    connect(services, sandbox)
    first = until(services, services.transfers.start(asked(), origin="cli").id, ended)
    before = tasks(sandbox)
    disk.fill()
    with pytest.raises(StoreUnavailable) as caught:
        for _ in range(200):  # the file may have room in its last page
            services.transfers.start(asked(), origin="cli")
            before += 1
    assert "has room" in caught.value.message
    assert tasks(sandbox) == before
    disk.free()
    listed = services.transfers.page(0, 1000, None).transfers
    assert first.id in {transfer.id for transfer in listed}
    assert len(listed) == before
    sent = until(services, services.transfers.start(asked(), origin="cli").id, ended)
    assert sent.state == "succeeded"


def test_a_running_transfer_survives_a_full_disk(
    disk: Disk, program: Program, sandbox: Sandbox
) -> None:
    services = program(store_dir=str(disk.folder / "store"))
    connect(services, sandbox)
    sandbox.set_task_faults({"code": "ENDPOINT_TOO_BUSY"})
    transfer = services.transfers.start(asked(), origin="cli")
    disk.fill()
    sandbox.set_task_faults()
    for _ in range(3):
        with contextlib.suppress(StoreUnavailable):
            services.transfers.hurry()
            services.transfers.step()
        time.sleep(0.2)
    disk.free()
    assert until(services, transfer.id, ended).state == "succeeded"
    assert tasks(sandbox) == 1


def test_images_are_listed_although_the_cache_folder_is_full(disk: Disk, program: Program) -> None:
    disk.fill()
    services = program(cache_dir=str(disk.folder / "cache"))
    services.catalog.settle(30)
    assert services.catalog.images(None, None, "hello").total > 0


def test_a_cache_folder_that_fills_up_loses_no_listing(
    small_disk: Disk, program: Program, registry_root: Path
) -> None:
    services = program(cache_dir=str(small_disk.folder / "cache"))
    services.catalog.settle(30)
    before = services.catalog.images(None, None).total
    assert before > 0
    for number in range(500):
        folder = registry_root / "many" / f"image-{number}" / "latest"
        folder.mkdir(parents=True)
        (folder / "x.sif").touch()
    small_disk.fill()
    with contextlib.suppress(StoreUnavailable):
        services.catalog.refresh()
        services.catalog.settle(30)
    assert services.catalog.images(None, None).total >= before
    small_disk.free()
    services.catalog.refresh()
    services.catalog.settle(30)
    assert services.catalog.images(None, None).total == before + 500


def test_images_are_sent_although_the_cache_folder_is_full(
    disk: Disk, program: Program, sandbox: Sandbox
) -> None:
    services = program(cache_dir=str(disk.folder / "cache"))
    connect(services, sandbox)
    disk.fill()
    transfer = services.transfers.start(asked(), origin="cli")
    assert until(services, transfer.id, ended).state == "succeeded"


@pytest.mark.parametrize(
    ("form", "name"),
    [("json", "receipt.json"), ("ro-crate", "receipt.zip"), ("ro-crate", "receipt")],
)
def test_a_receipt_that_has_no_room_says_so_and_keeps_the_old_file(
    small_disk: Disk, faces: Faces, ada: Services, form: str, name: str
) -> None:
    sent = until(ada, ada.transfers.start(asked(), origin="cli").id, ended)
    target = small_disk.folder / name
    line = f"receipt {sent.id} --format {form} -o {target}"
    is_folder = form == "ro-crate" and name == "receipt"
    if not is_folder:
        target.write_text("old")
    small_disk.fill()
    refused = faces.run_cli(line)
    assert refused.code == 1
    assert refused.err.startswith("Error: Can't write ")
    assert "No space left on device" in refused.err
    assert not target.exists() if is_folder else target.read_text() == "old"
    small_disk.free()
    assert sorted(file.name for file in small_disk.folder.iterdir()) == (
        [] if is_folder else [name]
    )
    assert faces.run_cli(line).code == 0


def test_a_login_that_cannot_be_stored_says_so_and_works_once_there_is_room(
    small_disk: Disk, program: Program, sandbox: Sandbox
) -> None:
    services = program(store_dir=str(small_disk.folder / "store"))
    (small_disk.folder / "store").mkdir(mode=0o700)
    small_disk.fill()
    with pytest.raises(LoginFailed) as caught:
        connect(services, sandbox)
    assert "the disk has room" in caught.value.message
    assert services.account.current().state != "connected"
    small_disk.free()
    connect(services, sandbox)
    assert services.account.current().state == "connected"
