"""Copies of published files from network file systems, in the local cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from pathlib import Path

from ...errors import StoreUnavailable
from ...store.files import check_file, make_folder, open_file
from ...store.regular import open_regular


class LocalCopies:
    """Copies that all programs of one user share; each replaces that of the file's last version.

    :param folder: created when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, path: Path) -> Path:
        """Return an up-to-date copy of a file; the file itself if it can't be copied.

        :raises OSError: the file can't be read.
        """
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
            version = f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"
            copy = self._folder / f"{name}-{version}.sqlite3"
            try:
                make_folder(self._folder)
                if check_file(copy):
                    return copy
                part = copy.with_suffix(f".{secrets.token_hex(4)}.part")
                try:
                    with open_file(part) as target:
                        shutil.copyfileobj(file, target, 1024 * 1024)
                    part.replace(copy)
                finally:
                    part.unlink(missing_ok=True)
            except (OSError, StoreUnavailable):
                return path
        for old in self._folder.glob(f"{name}-*"):
            if old != copy:
                with contextlib.suppress(OSError):
                    old.unlink()
        return copy
