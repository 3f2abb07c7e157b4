"""Copying a file on this disk: in pieces, hashed, and completely or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from .listing import virtual_file
from .paths import Place
from .trouble import Stopped, Trouble, of_os_error

CHUNK_BYTES = 1 << 20


class Pace:
    """Limits the speed of a task.

    :param bytes_per_second: None for no limit.
    :param wait: sleeps for some seconds; raises Stopped if the task should end.
    """

    def __init__(self, bytes_per_second: int | None, wait: Callable[[float], None]) -> None:
        self._rate = bytes_per_second
        self._wait = wait
        self._begun = time.monotonic()
        self._moved = 0

    @property
    def chunk_bytes(self) -> int:
        if self._rate is None:
            return CHUNK_BYTES
        return max(1024, min(CHUNK_BYTES, self._rate // 10))

    def moved(self, amount: int) -> None:
        """Count bytes, and wait until they were due."""
        self._moved += amount
        due = self._moved / self._rate if self._rate else 0.0
        self._wait(max(0.0, due - (time.monotonic() - self._begun)))


def hasher(algorithm: str) -> hashlib._Hash:
    return hashlib.new(algorithm.lower(), usedforsecurity=False)


def digest_of(path: Path, algorithm: str) -> str:
    """Return the file's digest in hex.

    :raises OSError: from the disk.
    """
    running = hasher(algorithm)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            running.update(chunk)
    return running.hexdigest()


def open_source(place: Place) -> tuple[BinaryIO, int, float]:
    """Return the bytes of a file, their number, and when it was changed.

    :raises Trouble: the file does not exist.
    """
    if place.number is not None:
        size = int(virtual_file(place.number)["size"])
        return io.BytesIO(str(place.number).encode().ljust(size, b".")), size, 0.0
    try:
        if place.local.is_dir():
            raise Trouble("IS_A_DIRECTORY", f"{place.path}: is a folder", is_source=True)
        file = place.local.open("rb")
    except OSError as error:
        raise of_os_error(error, place.path, is_source=True) from None
    status = os.fstat(file.fileno())
    return file, status.st_size, status.st_mtime


def copy(
    source: Place,
    destination: Place,
    *,
    token: str,
    algorithm: str,
    verify: bool,
    preserve_timestamp: bool,
    pace: Pace,
    progress: Callable[[int], None],
    publish: Callable[[Callable[[], None], str], None],
) -> tuple[int, str]:
    """Copy one file.

    :param token: part of the temporary name, so that a restarted task overwrites its own leftover.
    :param progress: called after each piece.
    :param publish: called with a function that makes the file appear, and with its digest; calls
        the function, or raises.
    :returns: size and digest.
    :raises Trouble: reading, writing or comparing failed.
    :raises Stopped: the task has ended.
    """
    target = destination.local
    if target.is_dir():
        raise Trouble("IS_A_DIRECTORY", f"{destination.path}: is a folder")
    file, size, modified = open_source(source)
    partial = target.with_name(f".{target.name[:200]}.{token}.part")
    running = hasher(algorithm)
    try:
        with file:
            moved = _write(file, partial, destination, running, pace, progress)
        _compare(
            partial, source, destination, moved == size, algorithm if verify else None, running
        )
        if preserve_timestamp and modified:
            os.utime(partial, (modified, modified))
        publish(lambda: _appear(partial, destination), running.hexdigest())
    except (Trouble, Stopped):
        with suppress(OSError):
            partial.unlink()
        raise
    return moved, running.hexdigest()


def _write(
    file: BinaryIO,
    partial: Path,
    destination: Place,
    running: hashlib._Hash,
    pace: Pace,
    progress: Callable[[int], None],
) -> int:
    moved = 0
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            while chunk := file.read(pace.chunk_bytes):
                out.write(chunk)
                running.update(chunk)
                moved += len(chunk)
                progress(len(chunk))
                pace.moved(len(chunk))
    except OSError as error:
        raise of_os_error(error, destination.path, is_source=False) from None
    return moved


def _compare(
    partial: Path,
    source: Place,
    destination: Place,
    is_whole: bool,
    algorithm: str | None,
    running: hashlib._Hash,
) -> None:
    """Read back the written file, unless the algorithm is None."""
    if not is_whole:
        raise Trouble("FILE_SIZE_CHANGED", f"{source.path}: changed while it was read")
    if algorithm and digest_of(partial, algorithm) != running.hexdigest():
        raise Trouble("VERIFY_CHECKSUM", f"{destination.path}: what was written differs")


def _appear(partial: Path, destination: Place) -> None:
    try:
        partial.replace(destination.local)
    except OSError as error:
        raise of_os_error(error, destination.path, is_source=False) from None
