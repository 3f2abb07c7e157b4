"""Download one image into a file: resumed if possible, hashed on the way."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...errors import ImageChanged, RegistryUnavailable
from ...registry.base import Download
from ...store.files import open_file
from ...store.regular import open_regular

PART = ".part"
REPORT_S = 1.0
CHUNK_BYTES = 1024 * 1024
# So many bytes are brought to the disk at once while more arrive; all at the end would take long.
SYNC_BYTES = 16 * 1024 * 1024
_LONGEST_NAME_BYTES = 255

Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Fetched:
    """A complete file."""

    digest: str
    size_bytes: int


def fetch(
    download: Download, target: Path, *, digest: str | None, size_bytes: int | None, report: Report
) -> Fetched:
    """Download an image into a file, which appears once it is complete and has the right digest.

    Until then, the bytes are in a ``.part`` file beside it, which a later call resumes.

    :param digest: the expected digest; None uses the download's own, if it has one.
    :param size_bytes: used if the download does not know its size.
    :param report: called before the first byte is written and then about once a second, with the
        bytes so far and the total. An error that it raises ends the download.
    :raises ImageChanged: the content does not match the digest, or is too long.
    :raises RegistryUnavailable: the registry does not answer, or the download broke off.
    :raises ImageNotFound: the registry no longer has it.
    :raises StoreNotPrivate: another account could have put the ``.part`` file there.
    :raises OSError: the file cannot be written.
    """
    part = part_of(target)
    wanted = digest or download.digest
    started_at, fetched = _bring(download, target, size_bytes, report)
    if wanted not in (None, fetched.digest) and started_at:
        # The resumed part may be of a different file than the first.
        part.unlink()
        _, fetched = _bring(download, target, size_bytes, report)
    if wanted not in (None, fetched.digest):
        part.unlink()
        raise ImageChanged(
            f"The content of {target.name} does not match the digest that its registry lists. "
            "Retry the transfer; if that does not help, tell the registry's administrator."
        )
    part.replace(target)
    return fetched


def part_of(target: Path) -> Path:
    """Return where the bytes of a file are until it is complete."""
    name = target.name + PART
    if len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
        name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:32] + PART
    return target.with_name(name)


def hashed(file: Path, report: Report) -> Fetched:
    """Hash an existing file."""
    with open_regular(file) as opened:
        into = _Counted(opened, report, file.stat().st_size)
        into.read_up_to(file.stat().st_size)
    return into.fetched()


def _bring(
    download: Download, target: Path, size_bytes: int | None, report: Report
) -> tuple[int, Fetched]:
    """Complete the ``.part`` file; return where the download began, and the file."""
    part, name = part_of(target), target.name
    size = size_bytes if download.size_bytes is None else download.size_bytes
    with open_file(part) as file:
        present = os.fstat(file.fileno()).st_size
        start = present if download.is_resumable else 0
        if size is not None and start > size:
            start = 0
        if present > start:
            file.truncate(start)
        into = _Counted(file, report, size)
        into.read_up_to(start)
        if not start or start != size:
            with download.open(start) as chunks:
                if download.size_bytes is not None:
                    into.size = download.size_bytes
                for chunk in chunks:
                    into.write(chunk)
                    if into.size is not None and into.count > into.size:
                        raise ImageChanged(
                            f"{name} is larger than its registry says. Retry the transfer."
                        )
            file.flush()
            os.fsync(file.fileno())
    if into.size is not None and into.count < into.size:
        raise RegistryUnavailable(f"The download of {name} was interrupted. It will resume.")
    return start, into.fetched()


class _Counted:
    """Counts, hashes and reports the bytes of a file as they arrive."""

    def __init__(self, file: BinaryIO, report: Report, size: int | None) -> None:
        self.count = 0
        self.size = size
        self._file = file
        self._report = report
        self._report_at = 0.0
        self._unsynced = 0
        self._hasher = hashlib.sha256(usedforsecurity=False)

    def read_up_to(self, end: int) -> None:
        while self.count < end:
            self._report_if_due()
            chunk = self._file.read(min(CHUNK_BYTES, end - self.count))
            if not chunk:
                raise OSError("the file became shorter")
            self._note(chunk)

    def write(self, chunk: bytes) -> None:
        # Reported first: a program that lost the lease while waiting for bytes must not write.
        self._report_if_due()
        self._file.write(chunk)
        self._unsynced += len(chunk)
        if self._unsynced >= SYNC_BYTES:
            self._unsynced = 0
            self._file.flush()
            os.fsync(self._file.fileno())
        self._note(chunk)

    def fetched(self) -> Fetched:
        self._report(self.count, self.size)
        return Fetched("sha256:" + self._hasher.hexdigest(), self.count)

    def _note(self, chunk: bytes) -> None:
        self._hasher.update(chunk)
        self.count += len(chunk)

    def _report_if_due(self) -> None:
        if time.monotonic() >= self._report_at:
            self._report(self.count, self.size)
            self._report_at = time.monotonic() + REPORT_S
