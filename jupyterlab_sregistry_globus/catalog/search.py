"""Pages of what was listed: in order, or as it fits a text, the best first."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..images.reference import ImageReference
from ..models.images import Image
from .listing_rows import fold

_MAX_WORDS = 8
_MAX_CHARACTERS = 200
_IN_ORDER = "image.collection, image.container, image.tag"
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Row:
    """One row of a page, and whether somebody has looked into its file."""

    id: int
    image: Image
    is_header_read: bool


@dataclass(frozen=True)
class _Segment:
    """Images of one registry that fit equally well."""

    registry_id: int
    source: str
    where: str
    parameters: tuple[Any, ...]
    order: str = _IN_ORDER

    def count(self, connection: sqlite3.Connection) -> int:
        query = f"SELECT count(*) FROM {self.source} WHERE {self.where}"  # noqa: S608
        return int(connection.execute(query, self.parameters).fetchone()[0])

    def rows(self, connection: sqlite3.Connection, offset: int, limit: int) -> list[sqlite3.Row]:
        query = (
            f"SELECT image.* FROM {self.source} WHERE {self.where} "  # noqa: S608
            f"ORDER BY {self.order} LIMIT ? OFFSET ?"
        )
        return connection.execute(query, (*self.parameters, limit, offset)).fetchall()


def words_of(text: str) -> list[str]:
    """The words that a search is for; what separates the parts of a reference separates them."""
    return [word for word in re.split(r"[\s/:@]+", fold(text[:_MAX_CHARACTERS])) if word][
        :_MAX_WORDS
    ]


def page(
    connection: sqlite3.Connection,
    registries: Mapping[int, str],
    *,
    collection: str | None,
    words: Sequence[str],
    offset: int,
    limit: int,
    has_trigram: bool,
) -> tuple[list[Row], int]:
    """The images in which each word occurs: a page of them, and how many there are in all.

    Containers whose names begin with a word come first, then those with the words elsewhere in
    their reference, then those that have them only in their labels.

    :param registries: names by row id, in their order.
    """
    segments = [
        segment
        for level in ((_names, _elsewhere, _labels) if words else (_all,))
        for registry_id in registries
        if (segment := level(registry_id, collection, words, has_trigram)) is not None
    ]
    found: list[Row] = []
    total = 0
    for segment in segments:
        start, wanted = max(0, offset + len(found) - total), limit - len(found)
        rows = segment.rows(connection, start, wanted) if wanted > 0 else []
        found += [_row(row, registries[segment.registry_id]) for row in rows]
        # A page that is not full has told how many there are.
        is_end = 0 < len(rows) < wanted or (start == 0 and wanted > 0 and not rows)
        total += start + len(rows) if is_end else segment.count(connection)
    return found, total


def _all(
    registry_id: int, collection: str | None, words: Sequence[str], has_trigram: bool
) -> _Segment:
    where, parameters = _scope(registry_id, collection)
    return _Segment(registry_id, "image", where, parameters)


def _names(
    registry_id: int, collection: str | None, words: Sequence[str], has_trigram: bool
) -> _Segment:
    where, parameters = _scope(registry_id, collection)
    begins, bounds = _begins(words)
    contains = "".join(" AND instr(image.name, ?) > 0" for _ in words) if len(words) > 1 else ""
    return _Segment(
        registry_id,
        "image",
        f"{where} AND {begins}{contains}",
        (*parameters, *bounds, *(words if contains else ())),
        "image.folded, image.collection, image.tag",
    )


def _elsewhere(
    registry_id: int, collection: str | None, words: Sequence[str], has_trigram: bool
) -> _Segment:
    where, parameters = _scope(registry_id, collection)
    begins, bounds = _begins(words)
    source, match, terms = _indexed("name", words, has_trigram)
    contains = "".join(" AND instr(image.name, ?) > 0" for _ in words)
    return _Segment(
        registry_id,
        source,
        f"{match}{where}{contains} AND NOT {begins}",
        (*terms, *parameters, *words, *bounds),
    )


def _labels(
    registry_id: int, collection: str | None, words: Sequence[str], has_trigram: bool
) -> _Segment:
    where, parameters = _scope(registry_id, collection)
    source, match, terms = _indexed("{name labels}", words, has_trigram)
    anywhere = " AND (instr(image.name, ?) > 0 OR instr(image.labels, ?) > 0)" * len(words)
    in_name = " AND ".join(["instr(image.name, ?) > 0"] * len(words))
    twice = tuple(word for word in words for _ in range(2))
    return _Segment(
        registry_id,
        source,
        f"{match}{where} AND image.labels <> ''{anywhere} AND NOT ({in_name})",
        (*terms, *parameters, *twice, *words),
    )


def _scope(registry_id: int, collection: str | None) -> tuple[str, tuple[Any, ...]]:
    if collection is None:
        return "image.registry_id = ?", (registry_id,)
    return "image.registry_id = ? AND image.collection = ?", (registry_id, collection)


def _begins(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    one = "(image.folded >= ? AND image.folded < ?)"
    bounds = tuple(bound for word in words for bound in (word, word + _LAST))
    return f"({' OR '.join([one] * len(words))})", bounds


def _indexed(
    columns: str, words: Sequence[str], has_trigram: bool
) -> tuple[str, str, tuple[str, ...]]:
    """Where to read from: by the text index, if a word is long enough for it, else all rows."""
    # The index knows no fewer than three letters; what it finds is checked again by instr.
    quoted = ['"' + word.replace('"', '""') + '"' for word in words if len(word) >= 3]
    if not has_trigram or not quoted:
        return "image", "", ()
    # CROSS JOIN keeps SQLite from asking the index once a row, which takes seconds.
    source = "image_text CROSS JOIN image ON image.id = image_text.rowid"
    terms = f"{columns} : ({' AND '.join(quoted)})"
    return source, "image_text MATCH ? AND ", (terms,)


def _row(row: sqlite3.Row, registry: str) -> Row:
    reference = ImageReference(registry, row["collection"], row["container"], row["tag"])
    image = Image(
        reference=str(reference),
        registry=registry,
        collection=row["collection"],
        container=row["container"],
        tag=row["tag"],
        size_bytes=row["size"],
        modified_at=row["modified"],
        arch=row["arch"],
        digest=row["digest"],
        format=row["format"],
    )
    return Row(row["id"], image, bool(row["is_header_read"]))
