"""The one way to open SQLite files: location, mode, migrations and busy timeout."""

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

    Each use opens its own connection, because connections are cheap and must not cross threads.
    The journal is SQLite's default rollback journal: homes are often on NFS, where WAL fails.

    :param path: the file, created at the first use with mode 0600, in a folder with mode 0700.
    :param migrations: scripts that update an older file, oldest first; their number is the schema's
        version. Never change a script that was released: add another.
    """

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        self.path = path
        self._migrations = tuple(migrations)

    def exists(self) -> bool:
        """Whether the file exists. Opens nothing."""
        return self.path.exists()

    def mark(self) -> tuple[int, int, int] | None:
        """Return a value that changes when the file does; None if there is no file.

        Costs one ``stat``. Two commits within one tick of the file system's clock, which is a
        second on some, can leave it unchanged, so read a file that has just changed once more.
        """
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for reading.

        :raises StoreUnavailable: the file cannot be opened or read.
        """
        with self._open() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a connection in a write transaction, committed as a whole or not at all.

        :raises StoreUnavailable: the file cannot be written: disk full, read-only or locked.
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
        latest = len(self._migrations)
        if _version(connection) < latest:
            connection.execute("BEGIN IMMEDIATE")
            # Another process may have migrated while this one waited for the lock.
            for number in range(_version(connection), latest):
                for statement in _statements(self._migrations[number]):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {latest:d}")
            connection.commit()
        elif _version(connection) > latest:
            raise StoreUnavailable(
                f"A newer version of jupyterlab-sregistry-globus wrote {self.path}. "
                "Upgrade the package in this environment."
            )

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"{self.path} cannot be used ({error}). Check that its folder is writable and the disk "
            "has room. If the file is damaged, move it aside."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Split a script: ``executescript`` would commit the surrounding transaction."""
    pending = ""
    for piece in re.split("(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise ValueError(f"a migration ends within a statement: {pending!r}")
