"""The folder in which images are staged, and how much room it has."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from ...errors import NotSendable, PathNotAllowed, StoreUnavailable
from ...globus.hosts import HostEndpoints
from ...models.transfers import Transfer
from ...store.atomic_file import write_atomically
from ...store.files import make_folder
from ...store.regular import read_small
from ...units import human_bytes
from ..outbox import Outbox
from .fetch import part_of

FOLDER_NAME = "sregistry-globus-staging"
# In each folder that we make: which record of transfers the folder belongs to. Only folders with
# our own mark are ever removed.
MARKER = ".sregistry-globus"
# What a disk must keep free beside the images, so that other programs can continue.
RESERVE_BYTES = 256 * 1024 * 1024
# How long the downloads of a failed transfer are kept for a retry.
KEEP_FAILED_S = 24 * 3600.0


class StagingRoom:
    """Chooses where images are staged, checks for room, and clears what no transfer needs.

    :param folder: the setting, in which a folder of our own is used; None uses a folder of our own
        in the first writable folder that an endpoint of this host serves.
    :param limit_bytes: the most that may be staged at once; None limits it only by the disk.
    """

    def __init__(
        self,
        outbox: Outbox,
        hosts: HostEndpoints,
        *,
        folder: Path | None,
        limit_bytes: int | None,
    ) -> None:
        self._outbox = outbox
        self._hosts = hosts
        self._folder = folder
        self._limit_bytes = limit_bytes

    def folder(self) -> Path | None:
        """Return our folder for staged images; None if no folder is served and writable."""
        if self._folder is not None:
            # An administrator may name one folder for many accounts.
            return self._folder / f"{FOLDER_NAME}-{os.getuid()}"
        # A guess comes last, because it may turn out wrong.
        for shared in sorted(self._hosts.folders(), key=lambda folder: folder.is_guess):
            if shared.is_writable and os.access(shared.folder, os.W_OK):
                # Many accounts may share a site's folder.
                own = FOLDER_NAME if shared.is_personal else f"{FOLDER_NAME}-{os.getuid()}"
                return shared.folder / own
        return None

    def path(self, content_key: str, name: str) -> Path | None:
        """Return where an image is staged: the same path for every transfer of equal content.

        :returns: None if no folder here is served and writable.
        :raises StoreUnavailable: the record of transfers cannot be used.
        """
        folder = self.folder()
        if folder is None:
            return None
        key = f"{self._outbox.store_id()} {content_key}"
        return folder / hashlib.sha256(key.encode()).hexdigest()[:16] / name

    def make(self, folder: Path) -> None:
        """Make the folder of one image, and mark it as ours.

        :raises PathNotAllowed: it exists and is not ours.
        :raises StoreNotPrivate: another account can write to it, or owns it.
        :raises OSError: it cannot be made.
        """
        make_folder(folder.parent)
        make_folder(folder)
        # Its name can be guessed: in a shared place, others could have put links into it.
        if folder.stat().st_uid != os.getuid():
            raise PathNotAllowed(
                f"{folder} belongs to another account. Set SRegistryGlobus.staging_dir to a folder "
                "of your own, or ask its owner to remove that one."
            )
        if self._is_marked(folder):
            return
        # A program that was killed while it wrote the marker may have left its unfinished copy.
        if any(not file.name.startswith(f".{MARKER}.") for file in folder.iterdir()):
            raise PathNotAllowed(
                f"{folder} contains files from other programs. Move them away, or choose another "
                "SRegistryGlobus.staging_dir."
            )
        write_atomically(folder / MARKER, self._outbox.store_id() + "\n")

    def shortage(self, wanted: Mapping[str, int]) -> str:
        """Return why there is no room for more images, in words; empty if there is room.

        What unfinished transfers still have to download counts as taken; images that they download
        anyway need no room of their own.

        :param wanted: sizes by the path at which each image will be staged.
        """
        reserved = {
            image.path_here: image.size_bytes or 0
            for transfer in self._outbox.read_every_account()
            for task in transfer.tasks
            if task.state == "staging"
            for image in task.images
        }
        new = {path: size for path, size in wanted.items() if path not in reserved}
        names = [Path(path).parent.name for path in wanted]
        return self._shortage(_missing(new), _missing(reserved), names)

    def check(self, path: Path, size_bytes: int | None) -> None:
        """Refuse to start or continue the download of one image.

        :param size_bytes: None if it is unknown; there must then be room for one more byte.
        :raises NotSendable: there can never be room for it.
        :raises StoreUnavailable: there is currently no room for the rest of it.
        """
        if size_bytes is None:
            size_bytes = max(size_of(path), size_of(part_of(path))) + 1
        if self._limit_bytes is not None and size_bytes > self._limit_bytes:
            raise NotSendable(
                f"{path.name} can never be staged: it has {human_bytes(size_bytes)} or more, and "
                f"SRegistryGlobus.staging_limit_bytes is {human_bytes(self._limit_bytes)}."
            )
        total = shutil.disk_usage(_existing(path)).total
        if size_bytes > total:
            raise NotSendable(
                f"{path.name} can never be staged: it has {human_bytes(size_bytes)} or more, and "
                f"its disk {human_bytes(total)}."
            )
        shortage = self._shortage(_missing({str(path): size_bytes}), 0, [path.parent.name])
        if shortage:
            raise StoreUnavailable(f"{shortage} It continues once there is room.")

    def sweep(self, *, keeps_failed: bool = True, also_kept: Iterable[str] = ()) -> None:
        """Remove our folders that no transfer needs.

        :param keeps_failed: whether a transfer that failed lately needs its images, for a retry.
        :param also_kept: names of folders to keep.
        """
        # Listed first: a transfer is recorded before its folder is made, so that a folder listed
        # here that no recorded transfer needs is not needed at all.
        entries = self.own_folders()
        kept_since = time.time() - KEEP_FAILED_S if keeps_failed else math.inf
        needed = _folders(self._outbox.read_every_account(), kept_since).union(also_kept)
        for entry in entries:
            if entry.name not in needed:
                shutil.rmtree(entry, ignore_errors=True)

    def own_folders(self) -> list[Path]:
        """Return the folders of staged images that carry the mark of this record of transfers."""
        folder = self.folder()
        if folder is None or not folder.is_dir():
            return []
        entries = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
        return [entry for entry in sorted(entries) if self._is_marked(entry)]

    def _is_marked(self, folder: Path) -> bool:
        """Tell whether a folder was made for this record of transfers."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            marker = folder / MARKER
            if not marker.is_symlink():
                return read_small(marker).decode().strip() == self._outbox.store_id()
        return False

    def _shortage(self, wanted_bytes: int, reserved_bytes: int, kept: Iterable[str]) -> str:
        """Return why there is no room, after removing what no transfer needs.

        :param kept: names of folders that are needed.
        """
        if not self._missing_room(wanted_bytes, reserved_bytes):
            return ""
        # No server may be running that would have done so.
        self.sweep(keeps_failed=False, also_kept=kept)
        return self._missing_room(wanted_bytes, reserved_bytes)

    def _missing_room(self, wanted_bytes: int, reserved_bytes: int) -> str:
        folder = self.folder()
        if folder is None:
            return "No Globus endpoint on this machine serves a writable folder."
        place = _existing(folder)
        free = shutil.disk_usage(place).free - RESERVE_BYTES - reserved_bytes
        if self._limit_bytes is not None:
            free = min(free, self._limit_bytes - _on_disk(folder) - reserved_bytes)
        if wanted_bytes <= free or not wanted_bytes:
            return ""
        return (
            f"Staging needs {human_bytes(wanted_bytes)} more, and {place} has room for "
            f"{human_bytes(max(0, free))}. Send fewer images at once, or free some space."
        )


def _folders(transfers: Iterable[Transfer], kept_since: float) -> set[str]:
    """Return the names of the folders in which transfers have images.

    :param kept_since: of failed transfers, only those created later count.
    """
    return {
        Path(image.path_here).parent.name
        for transfer in transfers
        if not transfer.is_finished
        or (transfer.state == "failed" and transfer.created_at > kept_since)
        for task in transfer.tasks
        for image in task.images
        if image.route == "staged"
    }


def _existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def _missing(sizes: Mapping[str, int]) -> int:
    """Return how many bytes of the images are not on the disk yet."""
    return sum(
        max(0, size - max(size_of(Path(path)), size_of(part_of(Path(path)))))
        for path, size in sizes.items()
    )


def size_of(path: Path) -> int:
    """Return how many bytes a file has; 0 if it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _on_disk(folder: Path) -> int:
    return sum(size_of(file) for file in folder.rglob("*") if file.is_file())
