"""SQLite files of other programs: only read, and bounded in time and memory.

A schema is code: a view can recurse without end, and a generated column can produce gigabytes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

BUSY_TIMEOUT_S = 5.0
# For everything that is read over one connection.
DEADLINE_S = 10.0
_STEPS_BETWEEN_CHECKS = 10_000
LONGEST_VALUE_BYTES = 1024 * 1024
# SQLite reads a value as a whole before it looks at its length, so the file bounds the memory.
LARGEST_FILE_BYTES = 128 * 1024 * 1024
_GENERATED = (2, 3)


@contextlib.contextmanager
def reading(
    path: Path,
    tables: Sequence[str],
    *,
    largest_bytes: int = LARGEST_FILE_BYTES,
    is_immutable: bool = False,
) -> Iterator[sqlite3.Connection]:
    """Open a database for reading.

    Queries that take longer than ``DEADLINE_S`` altogether, or meet a value longer than
    ``LONGEST_VALUE_BYTES``, end with an error. Texts that are not UTF-8 are repaired.

    :param tables: what will be read. Views and virtual tables are refused.
    :param largest_bytes: how large the file may be.
    :param is_immutable: whether the file is only ever replaced as a whole, so that it can be read
        without locks, and where no lock can be taken.
    :raises OSError: it does not exist, is not a regular file, or is too large.
    :raises sqlite3.Error: it is not a database, or lacks one of the tables.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if status.st_size > largest_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    address = f"file:{quote(str(path))}?mode=ro{'&immutable=1' if is_immutable else ''}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S)
    with contextlib.closing(connection):
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        if hasattr(connection, "setlimit"):  # Python 3.10 has none
            connection.setlimit(
                sqlite3.SQLITE_LIMIT_LENGTH,  # type: ignore[attr-defined]
                LONGEST_VALUE_BYTES,
            )
        until = time.monotonic() + BUSY_TIMEOUT_S + DEADLINE_S
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_CHECKS)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        for table in tables:
            _check_table(connection, table)
        yield connection


def _check_table(connection: sqlite3.Connection, table: str) -> None:
    # Virtual tables have no root page.
    row = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND lower(name) = ?",
        (table,),
    ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"it has no table {table!r}")
    columns = connection.execute("SELECT hidden FROM pragma_table_xinfo(?)", (table,))
    if any(hidden in _GENERATED for (hidden,) in columns):
        raise sqlite3.DatabaseError(f"its table {table!r} has computed columns")
