"""Bookmarks of folders."""

from __future__ import annotations

from typing import Any

from ..auth.sessions import account_of
from ..auth.tokens import Caller
from ..errors import Refused
from ..world import World, new_uuid
from . import access
from .model import Bookmark

NAME_MOST = 128


def mine(world: World, caller: Caller) -> list[Bookmark]:
    """Return the caller's bookmarks by name. Linked identities share them."""
    account = account_of(world, caller.identity)
    rows = [row for row in world.bookmarks.values() if row.account == account]
    return sorted(rows, key=lambda row: row.name)


def find(world: World, caller: Caller, bookmark_id: str) -> Bookmark:
    """Return a bookmark.

    :raises Refused: the caller has no such bookmark.
    """
    for row in mine(world, caller):
        if row.id == bookmark_id:
            return row
    raise Refused(404, "BookmarkNotFound", f"No such bookmark '{bookmark_id}'")


def create(world: World, caller: Caller, body: dict[str, Any]) -> Bookmark:
    """Create a bookmark.

    :raises Refused: the name, endpoint or path is missing or wrong, or the name is taken.
    """
    name = _name(world, caller, body.get("name"), None)
    endpoint = access.existing(world, str(body.get("endpoint_id", "")))
    path = body.get("path")
    if not isinstance(path, str) or not path.endswith("/"):
        raise Refused(400, "BadRequest", "A bookmark's path is a folder, and ends in /")
    row = Bookmark(
        id=new_uuid(),
        account=account_of(world, caller.identity),
        name=name,
        endpoint_id=endpoint.id,
        path=path,
    )
    world.bookmarks.put(row.id, row)
    return row


def rename(world: World, caller: Caller, bookmark_id: str, body: dict[str, Any]) -> Bookmark:
    """Rename a bookmark.

    :raises Refused: it does not exist, or the name is taken.
    """
    row = find(world, caller, bookmark_id)
    row.name = _name(world, caller, body.get("name"), row)
    world.bookmarks.put(row.id, row)
    return row


def delete(world: World, caller: Caller, bookmark_id: str) -> None:
    """Delete a bookmark.

    :raises Refused: it does not exist.
    """
    world.bookmarks.delete(find(world, caller, bookmark_id).id)


def document(row: Bookmark) -> dict[str, Any]:
    return {
        "DATA_TYPE": "bookmark",
        "id": row.id,
        "name": row.name,
        "endpoint_id": row.endpoint_id,
        "path": row.path,
        "pinned": False,
    }


def _name(world: World, caller: Caller, name: Any, own: Bookmark | None) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= NAME_MOST or name != name.strip():
        raise Refused(400, "BadRequest", "A bookmark's name has 1 to 128 characters")
    if any(row.name == name and row is not own for row in mine(world, caller)):
        raise Refused(409, "Exists", f"You have a bookmark named '{name}' already")
    return name
