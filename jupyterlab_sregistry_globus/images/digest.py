"""The SHA-256 of image files, remembered until the file changes."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path

from ..errors import ImageChanged, ImageNotFound, ImageUnreadable, StoreUnavailable
from ..store.database import Database
from ..store.regular import open_regular

CHUNK_BYTES = 1024 * 1024

_MIGRATIONS = (
    """
    CREATE TABLE digest (
        path TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        digest TEXT NOT NULL,
        computed_at REAL NOT NULL
    ) WITHOUT ROWID;
    """,
)
# A file that is written twice within a clock tick of its file system keeps its time stamp.
_RACY_S = 2.0


class Digests:
    """Digests of local files, from a cache or computed by reading the file.

    :param path: the cache. If it can't be used, digests are computed each time.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _MIGRATIONS)

    def known(self, path: Path) -> str | None:
        """Return ``sha256:<hex>`` if this content was hashed before. Never reads the file."""
        if not self._database.exists():
            return None
        try:
            status = path.stat()
            with self._database.reading() as connection:
                row = connection.execute(
                    "SELECT digest FROM digest "
                    "WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?",
                    (str(path), status.st_size, status.st_mtime_ns, status.st_ino),
                ).fetchone()
        except (OSError, StoreUnavailable):
            return None
        return str(row["digest"]) if row is not None else None

    def compute(self, path: Path, is_canceled: Callable[[], bool] = lambda: False) -> str:
        """Return ``sha256:<hex>`` of a file, from the cache or by reading all of it.

        :param is_canceled: called after every MiB.
        :raises concurrent.futures.CancelledError: ``is_canceled`` returned true.
        :raises ImageNotFound: there is no such file.
        :raises ImageUnreadable: the file can't be read to its end.
        :raises ImageChanged: the file was written to while it was read.
        """
        known = self.known(path)
        if known is not None:
            return known
        try:
            with open_regular(path) as file:
                before = os.fstat(file.fileno())
                digest = _sha256(file.fileno(), before.st_size, is_canceled)
                after = os.fstat(file.fileno())
        except FileNotFoundError as error:
            raise ImageNotFound(f"{path.name} no longer exists. Choose another file.") from error
        except OSError as error:
            raise ImageUnreadable(f"{path.name} cannot be read: {error.strerror}.") from error
        if _state(before) != _state(after):
            raise ImageChanged(f"{path.name} changed while its digest was computed. Try again.")
        if time.time() - after.st_mtime > _RACY_S:
            self._remember(path, after, digest)
        return digest

    def _remember(self, path: Path, status: os.stat_result, digest: str) -> None:
        try:
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO digest VALUES (?, ?, ?, ?, ?, ?)",
                    (str(path), *_state(status), digest, time.time()),
                )
        except (StoreUnavailable, UnicodeEncodeError):
            pass  # the next time hashes again


def _sha256(descriptor: int, size_bytes: int, is_canceled: Callable[[], bool]) -> str:
    hasher = hashlib.sha256(usedforsecurity=False)
    buffer = bytearray(CHUNK_BYTES)
    view = memoryview(buffer)
    # Only one byte beyond its size, to notice growth: a log file has no end.
    left = size_bytes + 1
    while left > 0 and (count := os.readv(descriptor, [view[:left]])):
        if is_canceled():
            raise CancelledError
        hasher.update(view[:count])
        left -= count
    return f"sha256:{hasher.hexdigest()}"


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
