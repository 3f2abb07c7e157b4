"""The values in a published file: of the types that its tables declare, which SQLite ignores."""

from __future__ import annotations

import re
import sqlite3

_NAMES = frozenset({"collection", "container", "tag"})
_TEXTS = frozenset({"arch", "digest", "format", "file_name", "path", "pattern"})
_DIGEST = re.compile("sha256:[0-9a-f]{64}")


def check_row(row: sqlite3.Row) -> None:
    """Check the values of a row.

    :raises ValueError: one of them is not what its column may hold.
    """
    for column in row.keys():  # noqa: SIM118 - a row without keys() iterates over its values
        if not _is_valid(column, row[column]):
            raise ValueError(f"a value of {column!r} is not valid")


def _is_valid(column: str, value: object) -> bool:
    if column in _NAMES:
        return isinstance(value, str) and value != ""
    if value is None:
        return True
    if column == "size":
        return isinstance(value, int) and value >= 0
    if column == "modified":
        return isinstance(value, int | float)
    if column == "digest":
        return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
    if column in ("path", "pattern"):
        return isinstance(value, str) and is_below(value)
    return isinstance(value, str) or column not in _TEXTS


def is_below(path: str) -> bool:
    """Check that a path leads to something below the folder that it is joined to."""
    parts = path.split("/")
    return all(part not in ("", ".", "..") and part.isprintable() for part in parts)
