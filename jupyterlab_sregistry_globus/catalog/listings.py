"""What the registries listed, stored on disk so that it is there at the next start."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ..errors import StoreUnavailable
from ..images.inspect import HeaderFacts
from ..images.reference import ImageReference
from ..models.actions import Action
from ..models.images import Image
from ..registry.base import ListingSummary, RegistryBackend
from ..store.database import Database
from .listing_rows import (
    DELETE_STALE,
    HAS_TRIGRAM,
    INCOMING,
    INSERT_INCOMING,
    INSERT_NEW,
    MIGRATIONS,
    fold,
    incoming_row,
)

BATCH_ROWS = 5000
FIRST_ROWS = 1000

_COUNT = "SELECT count(*) FROM image WHERE registry_id = ?"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listed:
    """The last listing of one registry.

    :param id: the registry's, within the file.
    :param listed_at: POSIX seconds of the last complete listing; None before the first.
    :param checked_at: when the listing was last known to be correct.
    :param tried_at: when a program last started to list.
    :param message: why the last try failed; empty if it succeeded.
    :param action: what the user can do about that.
    :param retry_after_s: the pause after a failed try.
    """

    id: int
    listed_at: float | None
    checked_at: float | None
    tried_at: float | None
    marker: str
    remark: str
    message: str
    images_count: int
    action: Action | None
    retry_after_s: float

    @property
    def is_first(self) -> bool:
        """Whether the first listing is still being made, so that images may be missing from it."""
        return self.listed_at is None and not self.message


class Listings:
    """Listings of any number of registries, in one file that several programs may share.

    A file that can't be used is replaced by a temporary one: a cache must never stop the user.
    """

    def __init__(self, path: Path, *, has_trigram: bool = HAS_TRIGRAM) -> None:
        # Two files, because programs on one machine may use different versions of SQLite.
        self.has_trigram = has_trigram
        name = path if has_trigram else path.with_suffix(f".plain{path.suffix}")
        self._database = Database(name, MIGRATIONS[has_trigram])
        self._is_usable = False
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for reading."""
        self._ensure_usable()
        with self._database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a connection inside one write transaction."""
        self._ensure_usable()
        with self._database.writing() as connection:
            yield connection

    def of(self, backend: RegistryBackend) -> Listed:
        """Return the last listing of a registry. The same name elsewhere is another registry."""
        variant = backend.variant()
        identity = json.dumps(
            [backend.name, backend.kind, backend.location, *([variant] if variant else [])]
        )
        query = "SELECT * FROM registry WHERE identity = ?"
        with self.reading() as connection:
            row = connection.execute(query, (identity,)).fetchone()
        if row is None:
            with self.writing() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO registry (identity) VALUES (?)", (identity,)
                )
                row = connection.execute(query, (identity,)).fetchone()
        values = {key: row[key] for key in Listed.__dataclass_fields__}
        return Listed(**values | {"action": _action(values["action"])})

    def claim(self, listed: Listed) -> bool:
        """Start a try, unless another thread or program started one since ``listed`` was read."""
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE registry SET tried_at = ? WHERE id = ? AND tried_at IS ?",
                (time.time(), listed.id, listed.tried_at),
            )
            return changed.rowcount > 0

    @contextmanager
    def replacing(self, registry_id: int, on_first: Callable[[], None]) -> Iterator[Replacement]:
        """Take in a new listing, and change only the rows that differ.

        The first rows of a first listing become visible before the last ones are read. Without
        ``finish``, what was added later is dropped.

        :param on_first: called when the first rows are visible.
        """
        with self.reading() as connection:
            yield Replacement(connection, registry_id, on_first)

    def record_success(self, registry_id: int, summary: ListingSummary) -> None:
        """Store that a listing is complete."""
        now = time.time()
        with self.writing() as connection:
            count = connection.execute(_COUNT, (registry_id,)).fetchone()[0]
            connection.execute(
                "UPDATE registry SET listed_at = ?, checked_at = ?, marker = ?, remark = ?, "
                "message = '', action = 'null', images_count = ? WHERE id = ?",
                (now, now, summary.marker, summary.remark, count, registry_id),
            )

    def record_failure(
        self, registry_id: int, message: str, action: Action | None, retry_after_s: float
    ) -> None:
        """Store why a listing failed. The previous listing stays visible."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE registry SET message = ?, action = ?, retry_after_s = ? WHERE id = ?",
                (message, msgspec.json.encode(action).decode(), retry_after_s, registry_id),
            )

    def record_check(self, registry_id: int) -> None:
        """Store that the listing is still correct."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE registry SET checked_at = ? WHERE id = ?", (time.time(), registry_id)
            )

    def without_header(
        self, registry_id: int, limit: int
    ) -> list[tuple[int, tuple[str, str, str]]]:
        """Return rows whose header was not read yet: id, and collection, container and tag."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, collection, container, tag FROM image "
                "WHERE registry_id = ? AND NOT is_header_read "
                "ORDER BY collection, container, tag LIMIT ?",
                (registry_id, limit),
            ).fetchall()
        return [(row["id"], (row["collection"], row["container"], row["tag"])) for row in rows]

    def header_count(self, registry_id: int) -> int:
        """Return how many headers were read."""
        with self.reading() as connection:
            query = "SELECT count(*) FROM image WHERE registry_id = ? AND is_header_read"
            return int(connection.execute(query, (registry_id,)).fetchone()[0])

    def forget_content(self, registry_id: int, reference: ImageReference) -> None:
        """Remove the digest and the size of an image, because its content has changed."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE image SET digest = NULL, size = NULL WHERE registry_id = ? "
                "AND collection = ? AND container = ? AND tag IS coalesce(?, tag)",
                (registry_id, reference.collection, reference.container, reference.tag),
            )

    def record_headers(self, headers: Sequence[tuple[int, HeaderFacts | None]]) -> None:
        """Store what images' headers say; None for a file that could not be read."""
        with self.writing() as connection:
            for row_id, header in headers:
                header = header or HeaderFacts(None, None)
                labels = " ".join(f"{name} {text}" for name, text in header.labels.items())
                connection.execute(
                    "UPDATE image SET is_header_read = 1, format = ?, arch = ?, labels = ? "
                    "WHERE id = ?",
                    (header.format, header.arch, fold(labels), row_id),
                )

    def _ensure_usable(self) -> None:
        with self._lock:
            if self._is_usable:
                return
            try:
                with self._database.reading() as connection:
                    connection.execute("SELECT 1 FROM registry LIMIT 1")
            except StoreUnavailable as error:
                log.warning(
                    "cannot save listings; they last only until this process ends: %s",
                    error.message,
                )
                folder = tempfile.mkdtemp(prefix="sregistry-globus-")
                weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                path = Path(folder, self._database.path.name)
                self._database = Database(path, MIGRATIONS[self.has_trigram])
            self._is_usable = True


class Replacement:
    """A new listing of one registry, until it is compared with the last one."""

    def __init__(
        self, connection: sqlite3.Connection, registry_id: int, on_first: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._registry_id = registry_id
        self._on_first = on_first
        self._batch: list[tuple[Any, ...]] = []
        self._changed = 0
        self._is_first = connection.execute(_COUNT, (registry_id,)).fetchone()[0] == 0
        self._batch_rows = FIRST_ROWS if self._is_first else BATCH_ROWS
        # A temporary table locks no other program out, so a slow registry delays none.
        connection.execute(INCOMING)

    def add(self, image: Image) -> None:
        """Add one image."""
        self._batch.append(incoming_row(image))
        if len(self._batch) == self._batch_rows:
            self._write_batch()
            if self._is_first:
                self._is_first, self._batch_rows = False, BATCH_ROWS
                self._changed += self._apply(INSERT_NEW)
                self._on_first()

    def finish(self) -> int:
        """Replace the last listing by this one. Return how many rows changed."""
        self._write_batch()
        return self._changed + self._apply(DELETE_STALE, INSERT_NEW)

    def _write_batch(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(INSERT_INCOMING, self._batch)
        self._connection.execute("COMMIT")
        self._batch = []

    def _apply(self, *statements: str) -> int:
        self._connection.execute("BEGIN IMMEDIATE")
        counts = [
            self._connection.execute(statement, {"registry": self._registry_id}).rowcount
            for statement in statements
        ]
        self._connection.execute("COMMIT")
        return sum(counts)


def _action(text: str) -> Action | None:
    try:
        action: Action | None = msgspec.json.decode(text, type=Action | None)
    except msgspec.MsgspecError:  # another version wrote it
        return None
    return action
