"""What the registries listed, kept on disk so that a start shows it at once."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from ..errors import StoreUnavailable
from ..images.inspect import Look
from ..models.actions import Action
from ..models.images import Image
from ..registry.base import RegistryBackend
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

    :param id: of the registry, within the file.
    :param listed_at: POSIX seconds; None if it never came to an end.
    :param checked_at: when the listing was last known to be right.
    :param tried_at: when somebody last began to list.
    :param message: why the last try failed; empty if it did not.
    :param action: what would cure that.
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


class Listings:
    """Listings of any number of registries, in one file that several programs may share.

    A file that cannot be used is replaced by a temporary one: a cache must not stand in the way.
    """

    def __init__(self, path: Path, *, has_trigram: bool = HAS_TRIGRAM) -> None:
        # Two kinds of file, because one SQLite on a machine may be older than another.
        self.has_trigram = has_trigram
        name = path if has_trigram else path.with_suffix(f".plain{path.suffix}")
        self._database = Database(name, MIGRATIONS[has_trigram])
        self._is_usable = False
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading."""
        self._ensure_usable()
        with self._database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one write transaction."""
        self._ensure_usable()
        with self._database.writing() as connection:
            yield connection

    def of(self, backend: RegistryBackend) -> Listed:
        """What is known of a registry; one of the same name elsewhere is another registry."""
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
        """Begin a try, unless another thread or program began one since ``listed`` was read."""
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE registry SET tried_at = ? WHERE id = ? AND tried_at IS ?",
                (time.time(), listed.id, listed.tried_at),
            )
            return changed.rowcount > 0

    def replace(
        self, registry_id: int, images: Iterable[Image], on_first: Callable[[], None]
    ) -> int:
        """Take over a new listing, touching only the rows that changed.

        The first rows of a first listing can be seen before the last ones have come.

        :param on_first: called when they can be seen.
        :returns: how many rows changed.
        """
        changed = 0
        rows = iter(images)
        with self.reading() as connection:
            is_first = connection.execute(_COUNT, (registry_id,)).fetchone()[0] == 0
            # Temporary tables lock nobody out, so that a slow registry holds up no one.
            connection.execute(INCOMING)
            size = FIRST_ROWS if is_first else BATCH_ROWS
            while batch := [incoming_row(image) for image in islice(rows, size)]:
                connection.execute("BEGIN")
                connection.executemany(INSERT_INCOMING, batch)
                connection.execute("COMMIT")
                if is_first and size == FIRST_ROWS and len(batch) == size:
                    changed += _apply(connection, registry_id, INSERT_NEW)
                    on_first()
                size = BATCH_ROWS
            return changed + _apply(connection, registry_id, DELETE_STALE, INSERT_NEW)

    def succeeded(self, registry_id: int, backend: RegistryBackend) -> None:
        """Write down that a listing came to its end."""
        now = time.time()
        with self.writing() as connection:
            count = connection.execute(_COUNT, (registry_id,)).fetchone()[0]
            connection.execute(
                "UPDATE registry SET listed_at = ?, checked_at = ?, marker = ?, remark = ?, "
                "message = '', action = 'null', images_count = ? WHERE id = ?",
                (now, now, backend.marker or "", backend.remark, count, registry_id),
            )

    def failed(self, registry_id: int, message: str, action: Action | None = None) -> None:
        """Write down why a listing failed; the one before is still shown."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE registry SET message = ?, action = ? WHERE id = ?",
                (message, msgspec.json.encode(action).decode(), registry_id),
            )

    def checked(self, registry_id: int) -> None:
        """Write down that the listing is still right."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE registry SET checked_at = ? WHERE id = ?", (time.time(), registry_id)
            )

    def collections(self, registry_id: int) -> list[tuple[str, int]]:
        """The collections of a registry, each with how many images it has."""
        query = (
            "SELECT collection, count(*) FROM image WHERE registry_id = ? "
            "GROUP BY collection ORDER BY collection"
        )
        with self.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query, (registry_id,))]

    def unseen(self, registry_id: int, limit: int) -> list[tuple[int, tuple[str, str, str]]]:
        """Rows whose files nobody has looked into yet: row id, collection, container and tag."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, collection, container, tag FROM image "
                "WHERE registry_id = ? AND NOT is_seen "
                "ORDER BY collection, container, tag LIMIT ?",
                (registry_id, limit),
            ).fetchall()
        return [(row["id"], (row["collection"], row["container"], row["tag"])) for row in rows]

    def seen_count(self, registry_id: int) -> int:
        """How many files were looked into."""
        with self.reading() as connection:
            query = "SELECT count(*) FROM image WHERE registry_id = ? AND is_seen"
            return int(connection.execute(query, (registry_id,)).fetchone()[0])

    def saw(self, looks: Sequence[tuple[int, Look | None]]) -> None:
        """Write down what looking into files told; None for a file that could not be read."""
        with self.writing() as connection:
            for row_id, look in looks:
                look = look or Look(None, None)
                labels = " ".join(f"{name} {text}" for name, text in look.labels.items())
                connection.execute(
                    "UPDATE image SET is_seen = 1, format = ?, arch = ?, labels = ? WHERE id = ?",
                    (look.format, look.arch, fold(labels), row_id),
                )

    def _ensure_usable(self) -> None:
        with self._lock:
            if self._is_usable:
                return
            try:
                with self._database.reading() as connection:
                    connection.execute("SELECT 1 FROM registry LIMIT 1")
            except StoreUnavailable as error:
                log.warning("listings are kept for this run only: %s", error.message)
                folder = tempfile.mkdtemp(prefix="sregistry-globus-")
                weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                path = Path(folder, self._database.path.name)
                self._database = Database(path, MIGRATIONS[self.has_trigram])
            self._is_usable = True


def _action(text: str) -> Action | None:
    try:
        action: Action | None = msgspec.json.decode(text, type=Action | None)
    except msgspec.MsgspecError:  # another version wrote it
        return None
    return action


def _apply(connection: sqlite3.Connection, registry_id: int, *statements: str) -> int:
    connection.execute("BEGIN IMMEDIATE")
    counts = [
        connection.execute(statement, {"registry": registry_id}).rowcount
        for statement in statements
    ]
    connection.execute("COMMIT")
    return sum(counts)
