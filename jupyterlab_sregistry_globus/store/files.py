"""Safe opening of the files that we own: no links, no foreign owners, no access for others.

Every file that this package keeps for itself is opened here, or checked here before a library
opens it by its path. The folder is checked first: where only this account may write, no other one
can exchange a file between the check and its use.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from ..errors import StoreNotPrivate, StoreUnavailable

FILE_MODE = 0o600
FOLDER_MODE = 0o700
# SQLite opens these beside a database, by their paths.
JOURNAL_SUFFIXES = ("-journal", "-wal", "-shm")

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
# Opening a named pipe would otherwise wait for its other end.
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def make_folder(folder: Path) -> None:
    """Make sure that a folder exists in which no other account can exchange files.

    Missing folders, parents included, are created with mode 0700. A folder that exists keeps its
    mode. One with the sticky bit is accepted: others can add files there, but not replace ours.

    :raises StoreNotPrivate: it belongs to another account, or others can write to it.
    :raises StoreUnavailable: it cannot be created or read.
    """
    try:
        _make_missing(folder)
        status = folder.stat()
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot use the folder {folder}: {error.strerror or error}. "
            "Check that it exists and is writable, or configure another one."
        ) from error
    if not stat.S_ISDIR(status.st_mode):
        raise StoreNotPrivate(f"{folder} is not a folder. Move it aside, or configure another one.")
    # Root can exchange files anywhere, so its folders are as safe as our own.
    if status.st_uid not in (os.geteuid(), 0):
        raise StoreNotPrivate(
            f"The folder {folder} belongs to another account. Configure a folder of your own."
        )
    if status.st_mode & _WRITABLE_BY_OTHERS and not status.st_mode & stat.S_ISVTX:
        raise StoreNotPrivate(
            f"Other accounts can write to the folder {folder}. "
            "Remove their access with chmod go-w, or configure another folder."
        )


def open_file(path: Path) -> BinaryIO:
    """Open a file of ours for reading and writing, or create it with mode 0600.

    Its folder must come from :func:`make_folder`. The content is kept, and the position is 0.

    :raises StoreNotPrivate: it is a link or not a regular file, it belongs to another account, or
        others can write to it.
    :raises OSError: it cannot be opened or created, such as on a full disk.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFELY, FILE_MODE)
    except OSError as error:
        # ELOOP: a link. EISDIR, ENXIO: a folder, or a socket.
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _not_a_file(path) from error
        raise
    try:
        _check(path, os.fstat(descriptor), descriptor)
        return os.fdopen(descriptor, "r+b")
    except BaseException:
        os.close(descriptor)
        raise


def check_file(path: Path) -> bool:
    """Check a file of ours that a library will open by its path.

    :returns: whether it exists.
    :raises StoreNotPrivate: as for :func:`open_file`.
    :raises OSError: its state cannot be read.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    _check(path, status, path)
    return True


def check_database(path: Path) -> bool:
    """Check a SQLite file of ours, its journals and its folder, which is created if missing.

    :returns: whether the file exists.
    :raises StoreNotPrivate: one of them is not ours alone.
    :raises StoreUnavailable: the folder cannot be used.
    :raises OSError: their state cannot be read.
    """
    make_folder(path.parent)
    for suffix in JOURNAL_SUFFIXES:
        check_file(path.with_name(path.name + suffix))
    return check_file(path)


def prepare_database(path: Path) -> None:
    """Check a SQLite file as :func:`check_database` does, or create it with mode 0600.

    :raises OSError: it cannot be created.
    """
    if not check_database(path):
        open_file(path).close()


def _make_missing(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(FOLDER_MODE)
    except FileNotFoundError:
        _make_missing(folder.parent)
        with contextlib.suppress(FileExistsError):  # another program was faster
            folder.mkdir(FOLDER_MODE)
    except FileExistsError:
        pass


def _check(path: Path, status: os.stat_result, target: Path | int) -> None:
    """Refuse a file that is not ours alone, and close one of ours to readers."""
    if not stat.S_ISREG(status.st_mode):
        raise _not_a_file(path)
    if status.st_uid != os.geteuid():
        raise StoreNotPrivate(f"{path} belongs to another account. Remove it, or move it aside.")
    if status.st_mode & _WRITABLE_BY_OTHERS:
        raise StoreNotPrivate(
            f"Other accounts can write to {path}, so its content cannot be trusted. Remove it; "
            "or, if you trust it, remove their access with chmod go-rwx."
        )
    if status.st_mode & _FOR_OTHERS:
        # On a read-only file system, nothing secret is added either.
        with contextlib.suppress(OSError):
            os.chmod(target, stat.S_IMODE(status.st_mode) & ~_FOR_OTHERS)  # noqa: PTH101


def _not_a_file(path: Path) -> StoreNotPrivate:
    return StoreNotPrivate(f"{path} is a link or not a regular file. Remove it, or move it aside.")
