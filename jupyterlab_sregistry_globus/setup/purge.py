"""What this package leaves in a home, and its removal."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from jupyter_core.paths import jupyter_config_path

from ..configfiles import CONFIG_FILE_NAME
from ..errors import StoreUnavailable, TransferActive
from ..services import Services
from ..store.files import JOURNAL_SUFFIXES
from .ledger import FILE_NAME as LEDGER

# Names that nothing else uses; everything else in the folders of the settings stays.
_STORED = {
    "tokens.db": "the connection to Globus",
    "transfers.db": "the record of transfers, with their receipts",
    LEDGER: "which access rules setup created",
}
_CACHED = {
    "catalog.sqlite3": "listings of registries",
    "digests.sqlite3": "digests of images",
}
_COPY = re.compile(r"[0-9a-f]{16}-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+\.sqlite3")
_UPLOAD = re.compile(r"[0-9a-f]{32}-\d+")


class Leftover(msgspec.Struct, frozen=True):
    """A file or folder of ours.

    :param what: what it holds, in words.
    :param is_folder: whether everything in it is ours.
    """

    path: str
    what: str
    size_bytes: int
    is_folder: bool = False


class Purged(msgspec.Struct, frozen=True):
    """What was found, and whether it was removed."""

    files: tuple[Leftover, ...]
    is_removed: bool


def leftovers(services: Services, demo: Path | None) -> list[Leftover]:
    """Return what this package has left on this machine's disks.

    :param demo: the folder of a demo, if there is one.
    """
    store, cache = Path(services.settings.store_dir), Path(services.settings.cache_dir)
    found = [*_databases(store, _STORED), *_databases(cache, _CACHED)]
    found += _matching(cache / "listings", _COPY, "a copy of a published listing")
    found += _matching(cache / "uploads", _UPLOAD, "an image of an upload that broke off")
    found += [
        Leftover(str(folder), "staged images", _size(folder), is_folder=True)
        for folder in services.parts.room.own_folders()
    ]
    if demo is not None and _is_own(demo):
        found.append(Leftover(str(demo), "the demo", _size(demo), is_folder=True))
    return found


def configuration_files() -> list[Path]:
    """Return the configuration files of this package's settings, which are never removed."""
    candidates = [
        Path(folder) / f"{CONFIG_FILE_NAME}{suffix}"
        for folder in jupyter_config_path()
        for suffix in (".py", ".json")
    ]
    return [path for path in candidates if path.is_file()]


def check_ended(services: Services) -> None:
    """Refuse to remove the record of transfers that have not ended.

    :raises TransferActive: there are such transfers.
    """
    active = [
        one.label for one in services.parts.outbox.read_every_account() if not one.is_finished
    ]
    if active:
        raise TransferActive(
            f"Transfers have not ended: {', '.join(active)}. Wait for them, or cancel them first."
        )


def remove(found: Sequence[Leftover]) -> None:
    """Remove files and folders, and the folders around them that are empty then.

    :raises StoreUnavailable: one cannot be removed.
    """
    for leftover in found:
        try:
            if leftover.is_folder:
                shutil.rmtree(leftover.path)
            else:
                Path(leftover.path).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"Cannot remove {leftover.path}: {error.strerror or error}. "
                "Check its permissions, and run the command again."
            ) from error
    for folder in {Path(leftover.path).parent for leftover in found}:
        _remove_if_empty(folder)
        if folder.name in ("listings", "uploads"):
            _remove_if_empty(folder.parent)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


def _databases(folder: Path, names: dict[str, str]) -> Iterator[Leftover]:
    for name, what in names.items():
        for suffix in ("", *JOURNAL_SUFFIXES):
            path = folder / f"{name}{suffix}"
            if _is_own(path):
                yield Leftover(str(path), what if not suffix else f"{what} (journal)", _size(path))


def _matching(folder: Path, name: re.Pattern[str], what: str) -> Iterator[Leftover]:
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if name.fullmatch(path.name) and _is_own(path):
            yield Leftover(str(path), what, _size(path), is_folder=path.is_dir())


def _is_own(path: Path) -> bool:
    """Tell whether a path is a file or a folder of this account, and no link."""
    try:
        status = path.lstat()
    except OSError:
        return False
    is_plain = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    return is_plain and status.st_uid == os.geteuid()


def _size(path: Path) -> int:
    try:
        if not path.is_dir():
            return path.lstat().st_size
        return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())
    except OSError:
        return 0
