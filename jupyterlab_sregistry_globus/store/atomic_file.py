"""Writing a file completely, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from ..errors import StoreUnavailable

OWNER_ONLY = 0o600
WORLD_READABLE = 0o644


def write_atomically(path: Path, text: str, mode: int = OWNER_ONLY) -> None:
    """Replace a file, so that a reader sees either the old content or the new.

    Links are followed, and their target is replaced. The file keeps its owner if this process may
    set it.

    :param mode: the file's permissions, from its first byte on.
    :raises StoreUnavailable: the file cannot be written. The old one is unchanged.
    """
    target = Path(os.path.realpath(path))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # The umask only removes permissions, so the mode is set again below.
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _copy_owner(target, partial)
        partial.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise StoreUnavailable(
            f"Cannot write {path}: {error.strerror}. Check that its folder is writable."
        ) from error


def _copy_owner(source: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        status = source.stat()
        if (status.st_uid, status.st_gid) != (os.getuid(), os.getgid()):
            os.chown(target, status.st_uid, status.st_gid)
