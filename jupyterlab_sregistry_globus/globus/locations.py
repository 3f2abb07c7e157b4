"""Places on endpoints as users type or paste them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import BadRequest, EndpointAmbiguous, EndpointNotFound, FolderNotFound
from ..images.spelling import is_spelled_alike, spellings
from ..models.endpoints import Bookmark, EndpointPage, Folder
from ..models.plans import Location

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ID_PATH = re.compile(rf"(?P<name>{_UUID})(?::(?P<path>.*))?", re.DOTALL)
_NAME_DRIVE = re.compile(r"(?P<name>.{2,}?):(?P<path>[A-Za-z]:[/\\].*)", re.DOTALL)
_NAME_PATH = re.compile(r"(?P<name>.+?)(?::(?P<path>[/~].*)?)?", re.DOTALL)
_DRIVE = re.compile(r"([A-Za-z]):[/\\]+(.*)", re.DOTALL)
_ID_IN_ADDRESS = re.compile(rf"/(?:collections|endpoints)/({_UUID})(?:/|$)")
_ADDRESS = re.compile(r"(?:https?|globus)://", re.IGNORECASE)
_ADDRESS_KEYS = (("origin_id", "origin_path"), ("destination_id", "destination_path"))


def read_location(text: str) -> tuple[str, str | None]:
    """Split what a user typed into the endpoint's name and the path, None if there is no path.

    Understood are ``ENDPOINT:PATH``, a path on Windows after an endpoint, and the address of a
    folder in the Globus web app. A name may contain ``:`` itself; the path begins at the first one
    before ``/`` or ``~``. After an endpoint's id, any path is understood.

    :raises BadRequest: there is no endpoint.
    """
    text = text.strip()
    if _ADDRESS.match(text):
        return _read_address(text)
    if _DRIVE.fullmatch(text) and "\\" in text:
        raise BadRequest(f"{text!r} names no endpoint. Write ENDPOINT:{_on_globus(text)}.")
    match = _ID_PATH.fullmatch(text) or _NAME_DRIVE.fullmatch(text) or _NAME_PATH.fullmatch(text)
    if match is None:
        raise BadRequest(
            "Write the destination as ENDPOINT:/PATH, such as my-cluster:/scratch/images/."
        )
    path = match["path"] or None
    return match["name"], None if path is None else _on_globus(path)


def checked_id(endpoint_id: str) -> str:
    """Return an endpoint's id as Globus writes it.

    :raises EndpointNotFound: it is not one.
    """
    try:
        return str(uuid.UUID(endpoint_id))
    except ValueError:
        raise EndpointNotFound(f"{endpoint_id!r} is not an endpoint id.") from None


def endpoint_id_in(text: str) -> str | None:
    """Return the endpoint's id if a text is one, or an address of the Globus web app with one."""
    text = text.strip()
    try:
        return str(uuid.UUID(_read_address(text)[0] if _ADDRESS.match(text) else text))
    except (ValueError, BadRequest):
        return None


def resolve(
    name: str,
    path: str | None,
    bookmarks: Callable[[], tuple[Bookmark, ...]],
    search: Callable[[str], EndpointPage],
) -> Location:
    """Return the location for a name and a path; see ``Endpoints.resolve``."""
    try:
        return Location(str(uuid.UUID(name)), _from_home(path))
    except ValueError:
        pass
    known = bookmarks()
    try:
        return _resolve(name, path, known, search)
    except EndpointNotFound as error:
        head, _, tail = name.rpartition(":")
        if path is None and head.strip() and tail.strip():
            # A path without / at its start, as in my-cluster:images.
            return _resolve(head, tail, known, search)
        if len(name) == 1 and name.isalpha() and path is not None and path.startswith("/"):
            raise EndpointNotFound(
                f"No endpoint or bookmark is named {name!r}. For a folder of a Windows computer, "
                f"write ENDPOINT:/{name.upper()}{path}."
            ) from error
        raise


def _resolve(
    name: str,
    path: str | None,
    bookmarks: tuple[Bookmark, ...],
    search: Callable[[str], EndpointPage],
) -> Location:
    for bookmark in bookmarks:
        if is_spelled_alike(bookmark.name, name):
            if path is None or path.startswith("/"):
                return Location(bookmark.endpoint_id, path or bookmark.path)
            return Location(bookmark.endpoint_id, bookmark.path.rstrip("/") + "/" + path)
    candidates = search(name).endpoints
    exact = [
        endpoint
        for endpoint in candidates
        if is_spelled_alike(endpoint.display_name.casefold(), name.casefold())
    ]
    if len(exact) == 1:
        return Location(exact[0].id, _from_home(path))
    if not exact:
        hint = ", ".join(repr(endpoint.display_name) for endpoint in candidates[:3])
        raise EndpointNotFound(
            f"No endpoint or bookmark is named {name!r}. "
            + (f"Did you mean {hint}?" if hint else "Search for a word in its name.")
        )
    raise EndpointAmbiguous(
        f"{len(exact)} endpoints are named {name!r}. Use an id: "
        + ", ".join(f"{endpoint.id} ({endpoint.owner})" for endpoint in exact)
    )


def spelled_path(path: str, list_named: Callable[[str, tuple[str, ...]], Folder]) -> str | None:
    """Return a folder's path as it is spelled there; None if no spelling of it exists.

    :param list_named: lists a folder's entries of these names.
    """
    spelled = "/"
    for part in path.strip("/").split("/"):
        if not part.isascii():
            names = spellings(part)
            try:
                existing = {entry.name for entry in list_named(spelled, names).entries}
            except FolderNotFound:
                return None
            part = next((name for name in names if name in existing), "")
            if not part:
                return None
        spelled += f"{part}/"
    return spelled


def _from_home(path: str | None) -> str | None:
    """Return a path that may be relative as an absolute one."""
    return path if path is None or path.startswith("/") else f"/~/{path}"


def _on_globus(path: str) -> str:
    """Return a path as Globus writes it."""
    drive = _DRIVE.fullmatch(path)
    if drive is not None:
        rest = drive[2].replace("\\", "/")
        return f"/{drive[1].upper()}/{rest}"
    return f"/{path}" if path.startswith("~") else path


def _read_address(text: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(text)
        values = parse_qs(parts.query, max_num_fields=50)
        if parts.scheme.lower() == "globus":
            return str(uuid.UUID(parts.netloc)), unquote(parts.path) or None
        for id_key, path_key in _ADDRESS_KEYS:
            if id_key in values:
                path = values.get(path_key, [""])[0]
                return str(uuid.UUID(values[id_key][0])), _on_globus(path) if path else None
        named = _ID_IN_ADDRESS.search(parts.path)
        if named is not None:
            return str(uuid.UUID(named[1])), None
    except ValueError:
        pass
    raise BadRequest(
        f"The address {text[:200]!r} names no endpoint. Open the folder in the file manager of the "
        "Globus web app, and copy the address from there."
    )
