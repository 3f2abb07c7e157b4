"""A published file, read by many servers at once without locks, as the file of a stranger."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...store import foreign_database
from ...store.mounts import is_remote
from . import form
from .copies import LocalCopies
from .values import check_row

# How long a file that can't be used is not tried again, unless it is replaced.
RETRY_S = 60.0

# Values of another type than the tables declare raise the last two.
UNREADABLE = (OSError, sqlite3.Error, TypeError, ValueError)

_Stamp = tuple[int, int, int, int]
Rows = Callable[[str, Sequence[object]], list[sqlite3.Row]]


class ListingUnusable(Exception):
    """The file can't be used now. The text says why, without its path."""


@dataclass(frozen=True)
class Published:
    """What a published file says about one registry.

    :param id: the registry's, within the file.
    :param listed_at: POSIX seconds at which its listing was read.
    :param interval_s: how often it should be published.
    """

    id: int
    listed_at: float
    remark: str
    images_count: int
    interval_s: float
    has_text_index: bool


@dataclass(frozen=True)
class _Verdict:
    """The result of checking the file in one of its versions.

    :param problem: why it can't be used; empty if it can.
    """

    stamp: _Stamp
    checked_at: float
    by_identity: dict[str, Published]
    problem: str = ""


class PublishedFile:
    """One published file. It is only ever replaced as a whole, and reopened when that happens.

    :param copies: where it is copied from a network file system.
    :param is_elsewhere: whether a file is on a network file system.
    """

    def __init__(
        self, path: Path, copies: LocalCopies, is_elsewhere: Callable[[Path], bool] = is_remote
    ) -> None:
        self.path = path
        self._copies = copies
        self._is_elsewhere = is_elsewhere
        self._verdict: _Verdict | None = None
        self._failed: _Stamp | None = None
        self._lock = threading.Lock()

    def about(self, identity: str) -> Published:
        """Return what the file says about a registry. Opens it only if it was replaced.

        :raises ListingUnusable: it can't be used, or does not have the registry.
        """
        verdict = self._judge()
        if verdict.problem:
            raise ListingUnusable(verdict.problem)
        if identity not in verdict.by_identity:
            raise ListingUnusable("it has no listing of this registry as it is configured here")
        return verdict.by_identity[identity]

    @contextlib.contextmanager
    def reading(self) -> Iterator[Rows]:
        """Open the file, and provide a function that returns a query's rows.

        A file that fails once is opened again by the next caller; one that fails twice is not used
        for ``RETRY_S``, or until it is replaced. The function raises ``ListingUnusable``.

        :raises ListingUnusable: the file can't be opened.
        """
        stamp = self._stamp()
        with contextlib.ExitStack() as stack:
            try:
                connection = stack.enter_context(self._open())
            except UNREADABLE as error:
                raise self._failure(stamp, error) from error

            def rows(query: str, parameters: Sequence[object]) -> list[sqlite3.Row]:
                try:
                    found = connection.execute(query, parameters).fetchall()
                    for row in found:
                        check_row(row)
                except UNREADABLE as error:
                    raise self._failure(stamp, error) from error
                return found

            yield rows
            with self._lock:
                self._failed = None

    def _judge(self) -> _Verdict:
        with self._lock:
            try:
                stamp = self._stamp()
            except ListingUnusable as error:
                return _Verdict((0, 0, 0, 0), 0.0, {}, str(error))
            known = self._verdict
            if known is None or known.stamp != stamp or _is_due(known):
                self._verdict = known = self._check(stamp)
            return known

    def _check(self, stamp: _Stamp) -> _Verdict:
        now = time.monotonic()
        try:
            with self._open() as connection:
                return _Verdict(stamp, now, _read_registries(connection))
        except form.WrongForm as error:
            return _Verdict(stamp, now, {}, str(error))
        except UNREADABLE as error:
            return _Verdict(stamp, now, {}, _reason(error))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        path = self._copies.of(self.path) if self._is_elsewhere(self.path) else self.path
        with foreign_database.reading(
            path,
            form.PLAIN_TABLES,
            largest_bytes=form.LARGEST_BYTES,
            is_immutable=True,
        ) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def _stamp(self) -> _Stamp:
        try:
            status = os.stat(self.path)  # noqa: PTH116
        except OSError as error:
            raise ListingUnusable(_reason(error)) from error
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns

    def _failure(self, stamp: _Stamp, error: Exception) -> ListingUnusable:
        """Record a failure, and make the error that says why."""
        with self._lock:
            if self._failed == stamp:
                self._verdict = _Verdict(stamp, time.monotonic(), {}, _reason(error))
            self._failed = stamp
        return ListingUnusable(_reason(error))


def _read_registries(connection: sqlite3.Connection) -> dict[str, Published]:
    has_text_index = form.check(connection)
    (interval_s,) = connection.execute("SELECT interval_s FROM listing LIMIT 1").fetchone()
    rows = connection.execute(
        "SELECT identity, id, listed_at, remark, images_count FROM registry LIMIT 1000"
    )
    return {
        str(identity): Published(
            int(number),
            float(listed_at),
            str(remark),
            int(count),
            float(interval_s),
            has_text_index,
        )
        for identity, number, listed_at, remark, count in rows
    }


def _is_due(verdict: _Verdict) -> bool:
    return bool(verdict.problem) and time.monotonic() - verdict.checked_at >= RETRY_S


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"it is damaged ({error})"
