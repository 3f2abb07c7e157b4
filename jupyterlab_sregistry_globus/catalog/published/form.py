"""The form of a published file: its mark, its tables, and the check that it has no others."""

from __future__ import annotations

import json
import sqlite3

from ...registry.base import RegistryBackend
from ..listing_rows import HAS_TRIGRAM, IMAGE_TABLE, TEXT_INDEX

# In the header of the file, so that only files of ours are replaced.
APPLICATION_ID = 0x53524750
# Any change to the tables below is another form.
FORM = 1
LARGEST_BYTES = 1024 * 1024 * 1024

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"

_TABLES = """
CREATE TABLE listing (
    published_at REAL NOT NULL,
    interval_s REAL NOT NULL
);
CREATE TABLE registry (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    listed_at REAL NOT NULL,
    remark TEXT NOT NULL,
    images_count INTEGER NOT NULL
);
CREATE UNIQUE INDEX registry_by_identity ON registry (identity);
CREATE TABLE storage (
    image_id INTEGER PRIMARY KEY,
    path TEXT,
    pattern TEXT,
    may_lack_file INTEGER NOT NULL
);
"""

PLAIN_TABLES = ("listing", "registry", "storage", "image")
TEXT_TABLE = "image_text"
# What FTS5 keeps its index in. Versions of SQLite write their definitions differently.
_SHADOWS = frozenset(f"{TEXT_TABLE}_{part}" for part in ("config", "data", "docsize", "idx"))


class WrongForm(Exception):
    """A file is not one of ours, or has another form. The text says which."""


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file."""
    connection.executescript(_TABLES + IMAGE_TABLE + (TEXT_INDEX if HAS_TRIGRAM else ""))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
    connection.execute(f"PRAGMA user_version = {FORM:d}")


def finish(connection: sqlite3.Connection) -> None:
    """Build the text index once all images are there."""
    if HAS_TRIGRAM:
        for command in ("rebuild", "optimize"):
            connection.execute("INSERT INTO image_text (image_text) VALUES (?)", (command,))


def check(connection: sqlite3.Connection) -> bool:
    """Check that a file is ours, and that its schema is exactly that of this version.

    :returns: whether it has a text index.
    :raises WrongForm: it is another file, or of another version.
    :raises sqlite3.Error: it is no database, or damaged.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise WrongForm("it was not written by 'catalog publish'")
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    if form != FORM:
        age = "an older" if form < FORM else "a newer"
        raise WrongForm(f"{age} version of jupyterlab-sregistry-globus wrote it")
    expected = {
        **_definitions(_TABLES + IMAGE_TABLE),
        **_definitions(TEXT_INDEX),
    }
    found = connection.execute("SELECT name, sql, type, rootpage FROM sqlite_master LIMIT 100")
    names = set()
    for name, sql, kind, rootpage in found:
        names.add(name)
        is_shadow = name in _SHADOWS and kind == "table" and rootpage > 0
        if not is_shadow and expected.get(name) != sql:
            raise WrongForm("it contains what 'catalog publish' does not write")
    if not names.issuperset(_definitions(_TABLES + IMAGE_TABLE)):
        raise WrongForm("parts of it are missing")
    return TEXT_TABLE in names and names >= _SHADOWS


def is_ours(header: bytes) -> bool:
    """Check a file's first bytes for the mark of a published listing, of any version."""
    mark = APPLICATION_ID.to_bytes(4, "big")
    return header[:16] == _MAGIC and header[68:72] == mark and len(header) >= _HEADER_BYTES


def identity_of(backend: RegistryBackend) -> str:
    """Return what tells a registry's public listing from others, whatever users call it."""
    return json.dumps([backend.kind, backend.location, backend.public_variant()])


def _definitions(script: str) -> dict[str, str]:
    """Return each statement by the name of what it creates, as SQLite stores it."""
    statements = [part.strip() for part in script.split(";") if part.strip()]
    return {_name(statement): statement for statement in statements}


def _name(statement: str) -> str:
    words = statement.replace("UNIQUE ", "").replace("VIRTUAL ", "").split()
    return words[2]
