"""The tables of the record of transfers, and the statements that count its revisions."""

from __future__ import annotations

import sqlite3

import msgspec

from ..models.transfers import Transfer

# How many removals are remembered. Readers who missed more of them read everything again.
MAX_REMOVED = 1000

MIGRATIONS = (
    """
    CREATE TABLE store (
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        complete_since INTEGER NOT NULL
    );
    CREATE TABLE transfers (
        id TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        identity_id TEXT NOT NULL,
        created_at REAL NOT NULL,
        state TEXT NOT NULL,
        document BLOB NOT NULL,
        revision INTEGER NOT NULL,
        lease_holder TEXT,
        lease_expires_at REAL
    );
    CREATE INDEX transfers_of_an_identity ON transfers (namespace, identity_id, state);
    CREATE TABLE removed_transfers (
        id TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        identity_id TEXT NOT NULL,
        revision INTEGER NOT NULL
    );
    CREATE TABLE cleared_transfers (
        id TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        identity_id TEXT NOT NULL,
        created_at REAL NOT NULL,
        state TEXT NOT NULL,
        document BLOB NOT NULL
    );
    CREATE TABLE claimed_paths (
        endpoint_id TEXT NOT NULL,
        path TEXT NOT NULL,
        lease_holder TEXT,
        lease_expires_at REAL,
        PRIMARY KEY (endpoint_id, path)
    );
    INSERT INTO store VALUES (lower(hex(randomblob(16))), 0, 0);
    """,
)

_COLUMNS = "id, namespace, identity_id, created_at, state, document"


def next_revision(connection: sqlite3.Connection) -> int:
    """Count one more change of the record, inside a write transaction."""
    connection.execute("UPDATE store SET revision = revision + 1")
    return int(connection.execute("SELECT revision FROM store").fetchone()[0])


def remove(
    connection: sqlite3.Connection, where: str, arguments: tuple[str | float | None, ...]
) -> None:
    """Remove transfers, and remember their ids for readers that ask what changed.

    Only the latest removals are remembered: ``complete_since`` is the revision after which none is
    missing.
    """
    connection.execute(
        "INSERT OR REPLACE INTO removed_transfers "  # noqa: S608
        f"SELECT id, namespace, identity_id, ? FROM transfers WHERE {where}",
        (next_revision(connection), *arguments),
    )
    connection.execute(f"DELETE FROM transfers WHERE {where}", arguments)  # noqa: S608
    forgotten = connection.execute(
        "SELECT revision FROM removed_transfers ORDER BY revision DESC LIMIT 1 OFFSET ?",
        (MAX_REMOVED,),
    ).fetchone()
    if forgotten is not None:
        connection.execute("DELETE FROM removed_transfers WHERE revision <= ?", forgotten)
        connection.execute("UPDATE store SET complete_since = ?", forgotten)


def clear(
    connection: sqlite3.Connection, where: str, arguments: tuple[str | float | None, ...]
) -> tuple[str, ...]:
    """Take transfers off the record but keep them for their receipts; return their ids."""
    connection.execute(
        f"INSERT OR REPLACE INTO cleared_transfers SELECT {_COLUMNS} FROM transfers "  # noqa: S608
        f"WHERE {where}",
        arguments,
    )
    rows = connection.execute(f"SELECT id FROM transfers WHERE {where}", arguments)  # noqa: S608
    ids = tuple(str(row[0]) for row in rows.fetchall())
    remove(connection, where, arguments)
    return ids


def restore(connection: sqlite3.Connection, transfer_id: str, own: tuple[str, str]) -> bool:
    """Put a cleared transfer back on the record; return whether there was one.

    :param own: namespace and identity.
    """
    where, arguments = "id = ? AND namespace = ? AND identity_id = ?", (transfer_id, *own)
    moved = connection.execute(
        f"INSERT OR IGNORE INTO transfers SELECT {_COLUMNS}, ?, NULL, NULL "  # noqa: S608
        f"FROM cleared_transfers WHERE {where}",
        (next_revision(connection), *arguments),
    )
    if not moved.rowcount:
        return False
    connection.execute(f"DELETE FROM cleared_transfers WHERE {where}", arguments)  # noqa: S608
    connection.execute("DELETE FROM removed_transfers WHERE id = ?", (transfer_id,))
    return True


def decoded(row: sqlite3.Row) -> Transfer:
    """Return the transfer in a row."""
    return msgspec.json.decode(row["document"], type=Transfer)
