"""The folder in which images are staged, and how much of it is free."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from ...errors import PathNotAllowed, StoreUnavailable
from ...globus.personal.endpoint import PersonalEndpoint
from ...models.transfers import Transfer
from ...units import human_bytes
from ..outbox import Outbox
from ..running.progress import is_finished
from .fetch import PART

FOLDER_NAME = "sregistry-globus-staging"
# What a disk must keep free beside the images, so that other programs can go on.
RESERVE_BYTES = 256 * 1024 * 1024
# What a failed transfer has downloaded waits so long for somebody to retry it.
KEEP_FAILED_S = 24 * 3600.0


class StagingRoom:
    """Says where images are staged, whether there is room, and clears what no transfer needs.

    :param folder: the setting; None takes a folder of its own in the first writable folder that
        Connect Personal serves.
    :param limit_bytes: how much may lie there at once; None bounds it by the disk alone.
    """

    def __init__(
        self,
        outbox: Outbox,
        local: PersonalEndpoint,
        *,
        folder: Path | None,
        limit_bytes: int | None,
    ) -> None:
        self._outbox = outbox
        self._local = local
        self._folder = folder
        self._limit_bytes = limit_bytes

    def folder(self) -> Path | None:
        """Where images are staged; None where no folder on this host is served and writable."""
        if self._folder is not None:
            return self._folder
        for shared in self._local.folders():
            if shared.is_writable and os.access(shared.folder, os.W_OK):
                return shared.folder / FOLDER_NAME
        return None

    def path(self, content_key: str, name: str) -> Path | None:
        """Where an image is staged: the same for every transfer of the same content, to be shared."""
        folder = self.folder()
        if folder is None:
            return None
        return folder / hashlib.sha256(content_key.encode()).hexdigest()[:16] / name

    def make(self, folder: Path) -> None:
        """Make the folder of one image.

        :raises PathNotAllowed: it is there already, and is somebody else's.
        :raises OSError: it cannot be made.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Its name can be guessed: in a shared place, others could have put links into it.
        if folder.stat().st_uid != os.getuid():
            raise PathNotAllowed(
                f"{folder} belongs to another account. Name a folder of your own as "
                "SRegistryGlobus.staging_dir, or have that one removed."
            )

    def shortage(self, wanted: Mapping[str, int]) -> str:
        """Why there is no room for more images, in words; empty if there is.

        What unfinished transfers have still to download counts as taken; what they download as well
        needs no room of its own.

        :param wanted: sizes by the path at which each will be staged.
        """
        reserved = {
            image.source_path: image.size_bytes or 0
            for transfer in self._outbox.everybodys()
            for task in transfer.tasks
            if task.state == "staging"
            for image in task.images
        }
        new = {path: size for path, size in wanted.items() if path not in reserved}
        return self._shortage(_missing(new), _missing(reserved))

    def check(self, path: Path, size_bytes: int | None) -> None:
        """Refuse to begin, or to go on with, one image that is on its way.

        :raises StoreUnavailable: there is no room for the rest of it just now.
        """
        shortage = self._shortage(_missing({str(path): size_bytes or 0}), 0)
        if shortage:
            raise StoreUnavailable(f"{shortage} It goes on once there is room.")

    def sweep(self) -> None:
        """Remove what no transfer needs any more: all but what is unfinished, or failed lately."""
        folder = self.folder()
        if folder is None or not folder.is_dir():
            return
        # Listed first: a transfer is written down before its folder is made, so that what is here
        # and in no transfer then is nobody's.
        entries = [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
        needed = _folders(self._outbox.everybodys())
        for entry in entries:
            if entry.name not in needed:
                shutil.rmtree(entry, ignore_errors=True)

    def _shortage(self, wanted_bytes: int, reserved_bytes: int) -> str:
        folder = self.folder()
        if folder is None:
            return "No folder of this machine is served by a Globus endpoint and writable."
        place = folder if folder.exists() else folder.parent
        free = shutil.disk_usage(place).free - RESERVE_BYTES - reserved_bytes
        if self._limit_bytes is not None:
            free = min(free, self._limit_bytes - _on_disk(folder) - reserved_bytes)
        if wanted_bytes <= free or not wanted_bytes:
            return ""
        return (
            f"Staging needs {human_bytes(wanted_bytes)} more, and {place} has room for "
            f"{human_bytes(max(0, free))}. Send fewer images at once, or free some space."
        )


def _folders(transfers: Iterable[Transfer]) -> set[str]:
    """The names of the folders that transfers have images in."""
    kept_since = time.time() - KEEP_FAILED_S
    return {
        Path(image.source_path).parent.name
        for transfer in transfers
        if not is_finished(transfer)
        or (transfer.state == "failed" and transfer.created_at > kept_since)
        for task in transfer.tasks
        for image in task.images
        if image.route == "staged"
    }


def _missing(sizes: Mapping[str, int]) -> int:
    """How many bytes of the images are not on the disk yet."""
    return sum(
        max(0, size - max(_size(Path(path)), _size(Path(path + PART))))
        for path, size in sizes.items()
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _on_disk(folder: Path) -> int:
    return sum(_size(file) for file in folder.rglob("*") if file.is_file())
