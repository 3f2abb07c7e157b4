"""The tables of the listings, and the comparison of a new listing with the last one."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..images.filename import extension_of
from ..images.spelling import composed
from ..models.images import Image

# The tokenizer that finds parts of words came with SQLite 3.34; Enterprise Linux 8 has 3.26.
HAS_TRIGRAM = sqlite3.sqlite_version_info >= (3, 34)

# A cache of another form is made again from the registries.
_CLEAN = """
DROP TABLE IF EXISTS image_text;
DROP TABLE IF EXISTS image;
DROP TABLE IF EXISTS registry;
"""

_REGISTRY_TABLE = """
CREATE TABLE registry (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    listed_at REAL,
    checked_at REAL,
    tried_at REAL,
    marker TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    images_count INTEGER NOT NULL DEFAULT 0,
    action TEXT NOT NULL DEFAULT 'null',
    retry_after_s REAL NOT NULL DEFAULT 0
);
"""

IMAGE_TABLE = """
CREATE TABLE image (
    id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL,
    collection TEXT NOT NULL,
    container TEXT NOT NULL,
    tag TEXT NOT NULL,
    size INTEGER,
    modified REAL,
    arch TEXT,
    digest TEXT,
    format TEXT,
    file_name TEXT,
    is_header_read INTEGER NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    labels TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX image_in_order ON image (registry_id, collection, container, tag);
CREATE INDEX image_by_name ON image (registry_id, folded, collection, tag);
CREATE INDEX image_without_header ON image (registry_id, collection, container, tag)
    WHERE NOT is_header_read;
CREATE INDEX image_labeled ON image (registry_id) WHERE labels <> '';
"""

# Both sides are case-folded before the comparison, which does more than the tokenizer would.
TEXT_INDEX = """
CREATE VIRTUAL TABLE image_text USING fts5 (
    name, labels, content = 'image', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);
"""

_TRIGGERS = """
CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
    INSERT INTO image_text (rowid, name, labels) VALUES (new.id, new.name, new.labels);
END;
CREATE TRIGGER image_removed AFTER DELETE ON image BEGIN
    INSERT INTO image_text (image_text, rowid, name, labels)
    VALUES ('delete', old.id, old.name, old.labels);
END;
CREATE TRIGGER image_relabeled AFTER UPDATE OF labels ON image
WHEN old.labels <> new.labels BEGIN
    INSERT INTO image_text (image_text, rowid, name, labels)
    VALUES ('delete', old.id, old.name, old.labels);
    INSERT INTO image_text (rowid, name, labels) VALUES (new.id, new.name, new.labels);
END;
"""

_TABLES = _CLEAN + _REGISTRY_TABLE + IMAGE_TABLE
MIGRATIONS = {True: ("", _TABLES + TEXT_INDEX + _TRIGGERS), False: ("", _TABLES)}

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    collection TEXT, container TEXT, tag TEXT, size INTEGER, modified REAL, arch TEXT,
    digest TEXT, format TEXT, file_name TEXT, folded TEXT, name TEXT,
    PRIMARY KEY (collection, container, tag)
) WITHOUT ROWID
"""
INSERT_INCOMING = "INSERT OR IGNORE INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

# Facts from an image's header stay as long as nothing else about the image changes.
DELETE_STALE = """
DELETE FROM image WHERE registry_id = :registry AND NOT EXISTS (
    SELECT 1 FROM incoming AS new
    WHERE new.collection = image.collection AND new.container = image.container
    AND new.tag = image.tag AND new.size IS image.size AND new.modified IS image.modified
    AND new.digest IS image.digest AND new.file_name IS image.file_name
    AND coalesce(new.arch, image.arch) IS image.arch
    AND coalesce(new.format, image.format) IS image.format
)
"""
INSERT_NEW = """
INSERT INTO image (registry_id, collection, container, tag, size, modified, arch, digest, format,
                   file_name, is_header_read, folded, name)
SELECT :registry, collection, container, tag, size, modified, arch, digest, format,
       file_name, format IS NOT NULL, folded, name
FROM incoming AS new WHERE NOT EXISTS (
    SELECT 1 FROM image
    WHERE image.registry_id = :registry AND image.collection = new.collection
    AND image.container = new.container AND image.tag = new.tag
)
"""


def incoming_row(image: Image) -> tuple[Any, ...]:
    """Return a listed image as a row of ``incoming``."""
    name = fold(f"{image.collection}/{image.container}:{image.tag}")
    if image.file_name is not None:
        # The file's name as it is spelled on disk is found too. Searches leave its extension out,
        # so that "sif" does not match every image.
        stem = fold(image.file_name.removesuffix(extension_of(image.file_name)))
        if stem not in name:
            name = f"{name} {stem}"
    return (
        image.collection,
        image.container,
        image.tag,
        image.size_bytes,
        image.modified_at,
        image.arch,
        image.digest,
        image.format,
        image.file_name,
        fold(image.container),
        name,
    )


def fold(text: str) -> str:
    """Return text as it is compared: case-folded, composed, and without NUL, which ends a text."""
    return composed(text.casefold()).replace("\0", " ")
