"""The routes of Globus Transfer: bookmarks."""

from __future__ import annotations

from ..transfer import bookmarks
from .routes import Call, Reply
from .transfer import V, body_of, caller_of, result, routes


@routes.add("GET", f"{V}/bookmark_list")
def bookmark_list(call: Call) -> Reply:
    with call.world.change():
        rows = [bookmarks.document(row) for row in bookmarks.mine(call.world, caller_of(call))]
    return Reply({"DATA_TYPE": "bookmark_list", "DATA": rows})


@routes.add("POST", f"{V}/bookmark")
def create(call: Call) -> Reply:
    with call.world.change():
        made = bookmarks.create(call.world, caller_of(call), body_of(call))
    return Reply(bookmarks.document(made), status=201)


@routes.add("GET", f"{V}/bookmark/{{bookmark_id}}")
def show(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        bookmark = bookmarks.find(call.world, caller, call.arguments["bookmark_id"])
    return Reply(bookmarks.document(bookmark))


@routes.add("PUT", f"{V}/bookmark/{{bookmark_id}}")
def rename(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        bookmark = bookmarks.rename(
            call.world, caller, call.arguments["bookmark_id"], body_of(call)
        )
    return Reply(bookmarks.document(bookmark))


@routes.add("DELETE", f"{V}/bookmark/{{bookmark_id}}")
def delete(call: Call) -> Reply:
    with call.world.change():
        bookmarks.delete(call.world, caller_of(call), call.arguments["bookmark_id"])
    return Reply(result(call, "result", "Deleted", "Bookmark deleted successfully"))
