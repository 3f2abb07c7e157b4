"""The routes of Globus Transfer: endpoints and their files."""

from __future__ import annotations

from typing import Any

from ..auth.scopes import TRANSFER, TRANSFER_ALL
from ..auth.tokens import Caller, bearer
from ..errors import Refused
from ..transfer import access, documents, operations, search
from ..transfer.model import SERVER_DEFAULT
from .routes import Call, Reply, Routes

V = "/v0.10"


def shape(refused: Refused, call: Call) -> dict[str, Any]:
    """Return an error as Globus Transfer words it."""
    return {
        "code": refused.code,
        "message": refused.message,
        "request_id": call.request_id,
        "resource": call.path,
        **refused.extra,
    }


routes = Routes("transfer", shape)


def caller_of(call: Call) -> Caller:
    """Return the caller.

    :raises Refused: the token is missing, not active, or for another service.
    """
    caller = bearer(call.world, call.authorization, TRANSFER)
    if caller is None or TRANSFER_ALL not in caller.scopes:
        raise Refused(401, "AuthenticationFailed", "Token is not active")
    call.caller = caller
    return caller


def result(call: Call, kind: str, code: str, message: str, **extra: Any) -> dict[str, Any]:
    """Return a document that says what was done."""
    return {
        "DATA_TYPE": kind,
        "code": code,
        "message": message,
        "request_id": call.request_id,
        "resource": call.path,
        **extra,
    }


def body_of(call: Call) -> dict[str, Any]:
    """Return the JSON object of the request.

    :raises Refused: the body is not a JSON object.
    """
    if not isinstance(call.document, dict):
        raise Refused(400, "BadRequest", "A JSON object is required")
    return call.document


def number(call: Call, name: str, default: int, most: int, least: int = 0) -> int:
    """Return a whole number from the query, limited to the maximum.

    :raises Refused: it is not a number, or too small.
    """
    text = call.value(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise Refused(400, "BadRequest", f"Bad value for {name}: {text}")
    return min(value, most)


@routes.add("GET", f"{V}/endpoint_search")
def endpoint_search(call: Call) -> Reply:
    limit = number(call, "limit", 10, search.PAGE, least=1)
    offset = number(call, "offset", 0, search.MOST)
    broken = call.value("filter_non_functional")
    with call.world.change():
        caller = caller_of(call)
        rows = search.search(
            call.world,
            caller,
            fulltext=call.value("filter_fulltext") or "",
            scope=call.value("filter_scope") or "all",
            entity_types=[
                kind for kind in (call.value("filter_entity_type") or "").split(",") if kind
            ],
            owner_id=call.value("filter_owner_id"),
            host_endpoint=call.value("filter_host_endpoint"),
            non_functional=None if broken is None else broken in ("1", "true", "True"),
        )
        page = rows[offset : offset + limit]
        data = [
            documents.endpoint(call.world, row, caller.identities, call.base_url) for row in page
        ]
    return Reply(
        {
            "DATA_TYPE": "endpoint_list",
            "DATA": data,
            "limit": limit,
            "offset": offset,
            "has_next_page": bool(data) and offset + limit < len(rows),
        }
    )


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}")
def show_endpoint(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        endpoint = access.existing(call.world, call.arguments["endpoint_id"])
        if not access.visible(call.world, endpoint, caller.identities):
            raise Refused(403, "PermissionDenied", "This endpoint is private")
        return Reply(documents.endpoint(call.world, endpoint, caller.identities, call.base_url))


@routes.add("GET", f"{V}/operation/endpoint/{{endpoint_id}}/ls")
def ls(call: Call) -> Reply:
    limit = number(call, "limit", 100_000, 100_000, least=1)
    offset = number(call, "offset", 0, 100_000_000)
    with call.world.change():
        caller = caller_of(call)
        endpoint = access.existing(call.world, call.arguments["endpoint_id"])
        path = call.value("path") or endpoint.default_directory or "/~/"
        if not call.value("path") and path == SERVER_DEFAULT:
            path = "/~/"
        target = operations.open_place(call.world, endpoint, caller, path, "DirListing", "r")
    rows, total = operations.ls(
        target,
        show_hidden=call.value("show_hidden") not in ("0", "false", "False"),
        filters=call.query.get("filter", []),
        orderby=call.value("orderby") or "",
        limit=limit,
        offset=offset,
    )
    return Reply(
        {
            "DATA_TYPE": "file_list",
            "endpoint": endpoint.id,
            "path": path if path.endswith("/") else f"{path}/",
            "absolute_path": "/" if target.path == "/" else f"{target.path}/",
            "rename_supported": endpoint.rename_supported,
            "symlink_supported": False,
            "length": len(rows),
            # A page past the end has a total of 0, because a client that hears of more rows would
            # request pages forever.
            "total": total if rows else 0,
            "DATA": rows,
        }
    )


@routes.add("GET", f"{V}/operation/endpoint/{{endpoint_id}}/stat")
def stat(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        endpoint = access.existing(call.world, call.arguments["endpoint_id"])
        path = call.value("path") or "/~/"
        target = operations.open_place(call.world, endpoint, caller, path, "DirListing", "r")
    return Reply(operations.stat(target))


@routes.add("POST", f"{V}/operation/endpoint/{{endpoint_id}}/mkdir")
def mkdir(call: Call) -> Reply:
    path = str(body_of(call).get("path", ""))
    with call.world.change():
        caller = caller_of(call)
        endpoint = access.existing(call.world, call.arguments["endpoint_id"])
        if not path:
            raise Refused(400, "BadRequest", "path is required")
        target = operations.open_place(call.world, endpoint, caller, path, "Mkdir", "w")
    operations.mkdir(target)
    message = "The directory was created successfully"
    return Reply(result(call, "mkdir_result", "DirectoryCreated", message))


@routes.add("POST", f"{V}/operation/endpoint/{{endpoint_id}}/rename")
def rename(call: Call) -> Reply:
    body = body_of(call)
    old_path, new_path = body.get("old_path"), body.get("new_path")
    if not isinstance(old_path, str) or not isinstance(new_path, str):
        raise Refused(400, "BadRequest", "old_path and new_path are required")
    with call.world.change():
        caller = caller_of(call)
        endpoint = access.existing(call.world, call.arguments["endpoint_id"])
        old = operations.open_place(call.world, endpoint, caller, old_path, "Rename", "w")
        new = operations.open_place(call.world, endpoint, caller, new_path, "Rename", "w")
    operations.rename(old, new)
    return Reply(result(call, "result", "FileRenamed", "File or directory renamed successfully"))
