"""Rows on disk, written through: a restart finds what a table shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Storage:
    """A SQLite file of (table, key, JSON). Not thread-safe, because the world's lock covers it.

    :param path: the file, in an existing folder.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A rollback journal keeps the file intact if the process is killed. Waiting for the disk
        # would help only against power cuts, and cost each request milliseconds.
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS rows "
            "(name TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (name, key))"
        )

    def begin(self) -> None:
        self._connection.execute("BEGIN")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def load(self, name: str) -> Iterator[tuple[str, bytes]]:
        yield from self._connection.execute(
            "SELECT key, body FROM rows WHERE name = ? ORDER BY rowid", (name,)
        )

    def write(self, name: str, key: str, body: bytes) -> None:
        self._connection.execute(
            "INSERT INTO rows (name, key, body) VALUES (?, ?, ?) "
            "ON CONFLICT (name, key) DO UPDATE SET body = excluded.body",
            (name, key, body),
        )

    def delete(self, name: str, key: str) -> None:
        self._connection.execute("DELETE FROM rows WHERE name = ? AND key = ?", (name, key))

    def clear(self, name: str) -> None:
        self._connection.execute("DELETE FROM rows WHERE name = ?", (name,))

    def close(self) -> None:
        self._connection.close()


class Table(Generic[Row]):
    """Rows of one kind in memory, in insertion order, each change written through.

    A row that was changed in place reaches the disk with the next `put`.

    :param kind: a msgspec Struct.
    """

    def __init__(self, storage: Storage, name: str, kind: type[Row]) -> None:
        self._storage = storage
        self._name = name
        decoder = msgspec.json.Decoder(kind)
        self._rows: dict[str, Row] = {key: decoder.decode(body) for key, body in storage.load(name)}

    def get(self, key: str) -> Row | None:
        return self._rows.get(key)

    def put(self, key: str, row: Row) -> None:
        self._rows[key] = row
        self._storage.write(self._name, key, msgspec.json.encode(row))

    def delete(self, key: str) -> None:
        if self._rows.pop(key, None) is not None:
            self._storage.delete(self._name, key)

    def clear(self) -> None:
        self._rows.clear()
        self._storage.clear(self._name)

    def values(self) -> list[Row]:
        return list(self._rows.values())

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)
