"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from ..errors import StoreUnavailable

OWNER_ONLY = 0o600
EVERYBODY_READS = 0o644


def write_whole(path: Path, text: str, mode: int = OWNER_ONLY) -> None:
    """Put a file in place of what was there; a reader sees the old one or the new one.

    A link is followed, so that what it leads to is replaced. The file keeps its owner where this
    process may give it.

    :param mode: the file has it from its first byte on.
    :raises StoreUnavailable: it cannot be written; what was there is untouched.
    """
    real = Path(os.path.realpath(path))
    fresh = real.with_name(f".{real.name}.{secrets.token_hex(4)}.part")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        # The umask only takes away, so the mode is set again below.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _keep_owner(real, fresh)
        fresh.replace(real)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise StoreUnavailable(
            f"{path} cannot be written: {error.strerror}. Check that its folder is writable."
        ) from error


def _keep_owner(old: Path, fresh: Path) -> None:
    with contextlib.suppress(OSError):
        before = old.stat()
        if (before.st_uid, before.st_gid) != (os.getuid(), os.getgid()):
            os.chown(fresh, before.st_uid, before.st_gid)
