"""Which folders of a path have to be created."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ..errors import BadRequest, FolderNotFound, PermissionRefused

MAX_NEW_FOLDERS = 32


def missing_folders(path: str, visit: Callable[[str], object]) -> list[str]:
    """Return the folders of a path that do not exist, outermost first.

    :param visit: takes the path of a folder, with ``/`` at its end; raises FolderNotFound.
    :raises BadRequest: they are too many.
    """
    missing: list[str] = []
    at = path.rstrip("/")
    while at not in ("", "~", "/~"):
        if len(missing) == MAX_NEW_FOLDERS:
            raise BadRequest(f"Create at most {MAX_NEW_FOLDERS} folders at once.")
        try:
            visit(f"{at}/")
            break
        except FolderNotFound:
            missing.insert(0, at)
        except PermissionRefused:
            break  # a folder that the user may not read may still be written to
        at = posixpath.dirname(at).rstrip("/")
    return missing
