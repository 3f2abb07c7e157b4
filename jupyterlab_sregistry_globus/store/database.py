"""The one opener of SQLite files: location, mode, migrations, busy time-out."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import StoreUnavailable
from .files import prepare_database

BUSY_TIMEOUT_S = 10.0


class Database:
    """A SQLite file that several threads and processes of one user share.

    Each use opens a connection of its own: connections are cheap, and none crosses a thread.
    The journal is SQLite's default rollback journal, because homes are often on NFS where WAL fails.

    :param path: the file; made with mode 0600, its folder with 0700, at the first use.
    :param migrations: scripts that bring an older file up to date, oldest first; their count is the
        schema's version. Never change one that was released: add another.
    """

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        self.path = path
        self._migrations = tuple(migrations)

    def exists(self) -> bool:
        """Whether the file was ever written; opens nothing."""
        return self.path.exists()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading.

        :raises StoreUnavailable: the file cannot be opened or read.
        """
        with self._open() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one write transaction: all of it happens, or nothing.

        :raises StoreUnavailable: the file cannot be written: disk full, read-only, locked too long.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            prepare_database(self.path)
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        try:
            connection.row_factory = sqlite3.Row
            self._migrate(connection)
            yield connection
        except sqlite3.Error as error:
            raise self._unavailable(error) from error
        finally:
            connection.close()

    def _migrate(self, connection: sqlite3.Connection) -> None:
        wanted = len(self._migrations)
        if _version(connection) < wanted:
            connection.execute("BEGIN IMMEDIATE")
            # Another process may have migrated while this one waited for the lock.
            for number in range(_version(connection), wanted):
                for statement in _statements(self._migrations[number]):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {wanted:d}")
            connection.commit()
        elif _version(connection) > wanted:
            raise StoreUnavailable(
                f"{self.path} was written by a newer version of jupyterlab-sregistry-globus. "
                "Upgrade the package in this environment."
            )

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"{self.path} cannot be used ({error}). Check that its folder is writable and that "
            "the disk has room; if the file is damaged, move it away."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Single statements, because ``executescript`` would commit the surrounding transaction."""
    pending = ""
    for piece in re.split("(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise ValueError(f"a migration ends in the middle of a statement: {pending!r}")
