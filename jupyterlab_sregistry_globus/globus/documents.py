"""Globus's documents in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.endpoints import Bookmark, FolderEntry


def entry_of(document: Mapping[str, Any]) -> FolderEntry:
    """Return an entry of a folder, from a ``file`` document."""
    size = document.get("size")
    is_file = document.get("type") == "file"
    return FolderEntry(
        name=str(document["name"]),
        type=str(document["type"]),
        size_bytes=int(size) if is_file and size is not None else None,
        modified=document.get("last_modified") or None,
        is_link=bool(document.get("link_target")),
        user=str(document["user"]) if document.get("user") else None,
    )


def bookmark_of(document: Mapping[str, Any]) -> Bookmark:
    """Return a bookmark, from its document."""
    return Bookmark(
        id=str(document["id"]),
        name=str(document["name"]),
        endpoint_id=str(document["endpoint_id"]),
        path=str(document["path"]),
    )
