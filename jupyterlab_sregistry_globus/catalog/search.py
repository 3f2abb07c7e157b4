"""Pages of listed images: in order, or the best matches of a text first."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..images.filename import EXTENSIONS
from ..images.reference import ImageReference
from ..models.images import Image
from .listing_rows import fold
from .rowsources import RowSource

_MAX_WORDS = 8
_MAX_CHARACTERS = 200
_IN_ORDER = "image.collection, image.container, image.tag"
# The extension of an image at the end of a word, or the beginning of one that is being typed.
_EXTENSION = re.compile(
    "(?<=.)[.](?:"
    + "|".join(
        sorted(
            {name[1:end] for name in EXTENSIONS for end in range(1, len(name) + 1)}, reverse=True
        )
    )
    + ")$"
)
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Row:
    """One row of a page, and whether its header was read."""

    id: int
    image: Image
    is_header_read: bool


@dataclass(frozen=True)
class _Segment:
    """Images of one registry that match equally well."""

    rows_of: RowSource
    source: str
    where: str
    parameters: tuple[Any, ...]
    order: str = _IN_ORDER

    def count(self) -> int:
        query = f"SELECT count(*) FROM {self.source} WHERE {self.where}"  # noqa: S608
        return int(self.rows_of.rows(query, self.parameters)[0][0])

    def rows(self, offset: int, limit: int) -> list[sqlite3.Row]:
        query = (
            f"SELECT image.* FROM {self.source} WHERE {self.where} "  # noqa: S608
            f"ORDER BY {self.order} LIMIT ? OFFSET ?"
        )
        return self.rows_of.rows(query, (*self.parameters, limit, offset))


def words_of(text: str) -> list[str]:
    """Split a search text into words, at blanks and where the parts of a reference meet."""
    words = re.split(r"[\s/:@]+", fold(text[:_MAX_CHARACTERS]))
    return [_EXTENSION.sub("", word) for word in words if word][:_MAX_WORDS]


def page(
    sources: Sequence[RowSource],
    *,
    collection: str | None,
    words: Sequence[str],
    offset: int,
    limit: int,
) -> tuple[list[Row], int]:
    """Return a page of the images that contain each word, and the total number of matches.

    Containers whose names begin with a word come first, then images with the words elsewhere in
    their reference, then those with the words only in their labels.

    :param sources: in order of preference.
    """
    segments = [
        segment
        for level in ((_names, _elsewhere, _labels) if words else (_all,))
        for source in sources
        if (segment := level(source, collection, words)) is not None
    ]
    page_rows: list[Row] = []
    total = 0
    for segment in segments:
        start, wanted = max(0, offset + len(page_rows) - total), limit - len(page_rows)
        rows = segment.rows(start, wanted) if wanted > 0 else []
        page_rows += [_row(row, segment.rows_of) for row in rows]
        # A page that is not full shows where the segment ends, so no count is needed.
        is_end = 0 < len(rows) < wanted or (start == 0 and wanted > 0 and not rows)
        total += start + len(rows) if is_end else segment.count()
    return page_rows, total


def _all(rows_of: RowSource, collection: str | None, words: Sequence[str]) -> _Segment:
    where, parameters = _scope(rows_of.registry_id, collection)
    return _Segment(rows_of, "image", where, parameters)


def _names(rows_of: RowSource, collection: str | None, words: Sequence[str]) -> _Segment:
    where, parameters = _scope(rows_of.registry_id, collection)
    begins, bounds = _begins(words)
    contains = "".join(" AND instr(image.name, ?) > 0" for _ in words) if len(words) > 1 else ""
    return _Segment(
        rows_of,
        "image",
        f"{where} AND {begins}{contains}",
        (*parameters, *bounds, *(words if contains else ())),
        "image.folded, image.collection, image.tag",
    )


def _elsewhere(rows_of: RowSource, collection: str | None, words: Sequence[str]) -> _Segment:
    where, parameters = _scope(rows_of.registry_id, collection)
    begins, bounds = _begins(words)
    source, match, terms = _indexed("name", words, rows_of.has_trigram)
    contains = "".join(" AND instr(image.name, ?) > 0" for _ in words)
    return _Segment(
        rows_of,
        source,
        f"{match}{where}{contains} AND NOT {begins}",
        (*terms, *parameters, *words, *bounds),
    )


def _labels(rows_of: RowSource, collection: str | None, words: Sequence[str]) -> _Segment:
    where, parameters = _scope(rows_of.registry_id, collection)
    source, match, terms = _indexed("{name labels}", words, rows_of.has_trigram)
    anywhere = " AND (instr(image.name, ?) > 0 OR instr(image.labels, ?) > 0)" * len(words)
    in_name = " AND ".join(["instr(image.name, ?) > 0"] * len(words))
    twice = tuple(word for word in words for _ in range(2))
    return _Segment(
        rows_of,
        source,
        f"{match}{where} AND image.labels <> ''{anywhere} AND NOT ({in_name})",
        (*terms, *parameters, *twice, *words),
    )


def _scope(registry_id: int, collection: str | None) -> tuple[str, tuple[Any, ...]]:
    if collection is None:
        return "image.registry_id = ?", (registry_id,)
    return "image.registry_id = ? AND image.collection = ?", (registry_id, collection)


def _begins(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    clause = "(image.folded >= ? AND image.folded < ?)"
    bounds = tuple(bound for word in words for bound in (word, word + _LAST))
    return f"({' OR '.join([clause] * len(words))})", bounds


def _indexed(
    columns: str, words: Sequence[str], has_trigram: bool
) -> tuple[str, str, tuple[str, ...]]:
    """Return the source of rows: the text index if a word is long enough for it, else all rows."""
    # The index needs at least three letters. Its matches are checked again by instr.
    quoted = ['"' + word.replace('"', '""') + '"' for word in words if len(word) >= 3]
    if not has_trigram or not quoted:
        return "image", "", ()
    # CROSS JOIN keeps SQLite from querying the index once per row, which takes seconds.
    source = "image_text CROSS JOIN image ON image.id = image_text.rowid"
    terms = f"{columns} : ({' AND '.join(quoted)})"
    return source, "image_text MATCH ? AND ", (terms,)


def _row(row: sqlite3.Row, rows_of: RowSource) -> Row:
    registry = rows_of.registry
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
        file_name=row["file_name"],
    )
    return Row(row["id"], image, bool(row["is_header_read"]) or rows_of.is_published)
