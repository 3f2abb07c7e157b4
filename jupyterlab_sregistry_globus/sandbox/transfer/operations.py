"""Operations on files that finish at once: list, stat, create a folder, rename."""

from __future__ import annotations

import posixpath
from typing import Any

from ..auth.tokens import Caller
from ..errors import Refused
from ..world import World
from . import access, account, listing
from .model import Endpoint
from .paths import Outside, Place, normalise, place


def open_place(
    world: World, endpoint: Endpoint, caller: Caller, path: str, operation: str, want: str
) -> Place:
    """Return the place that a path leads to, if the caller may use it.

    :param want: "r" or "w".
    :raises Refused: as `access.ready`, or permission is missing.
    """
    access.ready(world, endpoint, caller, operation)
    allowed = access.permission(world, endpoint, caller.identities, normalise(endpoint, path))
    if want not in allowed:
        raise denied(endpoint, path)
    try:
        target = place(world, endpoint, path)
    except Outside:
        raise denied(endpoint, path) from None
    if (want == "w" and not target.is_writable) or not account.may_use(target, want):
        raise denied(endpoint, path)
    return target


def ls(target: Place, **options: Any) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of a folder and their number. See `listing.select`.

    :raises Refused: the folder does not exist.
    """
    if not target.exists:
        raise Refused(
            404,
            "ClientError.NotFound",
            _message(target, "list", "No such file or directory", "PATH_NOT_FOUND"),
        )
    if target.number is not None or (target.virtual is None and not target.local.is_dir()):
        raise Refused(
            502,
            "ExternalError.DirListingFailed.NotDirectory",
            _message(target, "list", "Not a directory", "NOT_A_DIRECTORY"),
        )
    try:
        rows = (account.described(target, row) for row in listing.entries(target))
        return listing.select(rows, **options)
    except PermissionError:
        raise denied(target.endpoint, target.path) from None


def stat(target: Place) -> dict[str, Any]:
    """Return the `file` document of a place.

    :raises Refused: it does not exist.
    """
    if target.number is not None:
        return listing.virtual_file(target.number)
    document = listing.describe(target.local)
    if document is None:
        raise Refused(
            404, "NotFound", _message(target, "list", "No such file or directory", "PATH_NOT_FOUND")
        )
    document = account.described(target, document)
    return {**document, "name": posixpath.basename(target.path) or "/"}


def mkdir(target: Place) -> None:
    """Create a folder in an existing folder.

    :raises Refused: the name is taken, or the parent is missing.
    """
    try:
        with account.rights(target, content=False):
            target.local.mkdir()
        account.own(target)
    except FileExistsError:
        raise Refused(
            502,
            "ExternalError.MkdirFailed.Exists",
            _message(target, "mkdir", "Path already exists"),
        ) from None
    except FileNotFoundError:
        raise Refused(
            502,
            "ExternalError.MkdirFailed",
            _message(target, "mkdir", "No such file or directory", "PATH_NOT_FOUND"),
        ) from None
    except NotADirectoryError:
        raise Refused(
            502, "ExternalError.MkdirFailed", _message(target, "mkdir", "Not a directory")
        ) from None
    except OSError as error:
        raise Refused(
            502, "ExternalError.MkdirFailed", _message(target, "mkdir", error.strerror or "failed")
        ) from None


def rename(old: Place, new: Place) -> None:
    """Rename a file or folder. It replaces a file if the endpoint's storage does so.

    :raises Refused: it does not exist, the new name is taken, or the storage can't rename.
    """
    if not old.endpoint.rename_supported:
        raise Refused(
            502, "ExternalError.RenameFailed", _message(old, "rename", "Rename is not supported")
        )
    if not old.exists:
        raise Refused(
            404, "NotFound", _message(old, "rename", "No such file or directory", "PATH_NOT_FOUND")
        )
    replaces = new.endpoint.rename_replaces and not new.local.is_dir()
    if new.exists and not replaces:
        raise Refused(
            502, "ExternalError.RenameFailed.Exists", _message(new, "rename", "Path already exists")
        )
    try:
        with account.rights(old, new, content=False):
            old.local.replace(new.local)
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


def _message(target: Place, command: str, reason: str, code: str = "ERROR") -> str:
    return (
        f"Error ({command})\nEndpoint: {target.endpoint.display_name} ({target.endpoint.id})\n"
        f"Message: {reason}\n---\nDetails: Error: '{target.path}'\\r\\n"
        f"550-GlobusError: v=1 c={code}\\r\\n"
        f"550-GridFTP-Error-String: {reason}\\r\\n550 End.\\r\\n\n"
    )
