"""What a caller does with files at once: list, stat, make a folder, rename."""

from __future__ import annotations

import posixpath
from typing import Any

from ..auth.tokens import Caller
from ..errors import Refused
from ..world import World
from . import access, listing
from .model import Endpoint
from .paths import Outside, Place, normalise, place


def open_place(
    world: World, endpoint: Endpoint, caller: Caller, path: str, operation: str, want: str
) -> Place:
    """Where a path leads, if the caller may go there.

    :param want: "r" or "w".
    :raises Refused: what `access.ready` raises, or permission is missing.
    """
    access.ready(world, endpoint, caller, operation)
    allowed = access.permission(world, endpoint, caller.identities, normalise(endpoint, path))
    if want not in allowed:
        raise denied(endpoint, path)
    try:
        found = place(world, endpoint, path)
    except Outside:
        raise denied(endpoint, path) from None
    if want == "w" and not found.is_writable:
        raise denied(endpoint, path)
    return found


def ls(found: Place, **wanted: Any) -> tuple[list[dict[str, Any]], int]:
    """The rows of a folder and how many there are; see `listing.select`.

    :raises Refused: there is no folder at that place.
    """
    if not found.exists:
        raise Refused(
            404,
            "ClientError.NotFound",
            _message(found, "list", "No such file or directory", "PATH_NOT_FOUND"),
        )
    if found.number is not None or (found.virtual is None and not found.local.is_dir()):
        raise Refused(
            502,
            "ExternalError.DirListingFailed.NotDirectory",
            _message(found, "list", "Not a directory", "NOT_A_DIRECTORY"),
        )
    try:
        return listing.select(listing.entries(found), **wanted)
    except PermissionError:
        raise denied(found.endpoint, found.path) from None


def stat(found: Place) -> dict[str, Any]:
    """The `file` document of a place.

    :raises Refused: there is nothing.
    """
    if found.number is not None:
        return listing.virtual_file(found.number)
    document = listing.describe(found.local)
    if document is None:
        raise Refused(
            404, "NotFound", _message(found, "list", "No such file or directory", "PATH_NOT_FOUND")
        )
    return {**document, "name": posixpath.basename(found.path) or "/"}


def mkdir(found: Place) -> None:
    """Make one folder; its parent must be there.

    :raises Refused: something has that name already, or the parent is missing.
    """
    try:
        found.local.mkdir()
    except FileExistsError:
        raise Refused(
            502, "ExternalError.MkdirFailed.Exists", _message(found, "mkdir", "Path already exists")
        ) from None
    except FileNotFoundError:
        raise Refused(
            502,
            "ExternalError.MkdirFailed",
            _message(found, "mkdir", "No such file or directory", "PATH_NOT_FOUND"),
        ) from None
    except NotADirectoryError:
        raise Refused(
            502, "ExternalError.MkdirFailed", _message(found, "mkdir", "Not a directory")
        ) from None
    except OSError as error:
        raise Refused(
            502, "ExternalError.MkdirFailed", _message(found, "mkdir", error.strerror or "failed")
        ) from None


def rename(old: Place, new: Place) -> None:
    """Give a file or folder another name; nothing is replaced.

    :raises Refused: there is nothing to rename, or the new name is taken.
    """
    if not old.exists:
        raise Refused(
            404, "NotFound", _message(old, "rename", "No such file or directory", "PATH_NOT_FOUND")
        )
    if new.exists:
        raise Refused(
            502, "ExternalError.RenameFailed.Exists", _message(new, "rename", "Path already exists")
        )
    try:
        old.local.rename(new.local)
    except OSError as error:
        raise Refused(
            502, "ExternalError.RenameFailed", _message(new, "rename", error.strerror or "failed")
        ) from None


def denied(endpoint: Endpoint, path: str) -> Refused:
    return Refused(
        403,
        access.DENIED,
        f"Denied by endpoint, Error (list)\nEndpoint: {endpoint.display_name} ({endpoint.id})\n"
        f"Command: MLST {path}\nMessage: Fatal FTP Response\n---\n"
        "Details: 500 Command failed : Path not allowed.\\r\\n\n",
    )


def _message(found: Place, command: str, reason: str, code: str = "ERROR") -> str:
    return (
        f"Error ({command})\nEndpoint: {found.endpoint.display_name} ({found.endpoint.id})\n"
        f"Message: {reason}\n---\nDetails: Error: '{found.path}'\\r\\n550-GlobusError: v=1 c={code}"
        f"\\r\\n550-GridFTP-Error-String: {reason}\\r\\n550 End.\\r\\n\n"
    )
