"""Endpoints: search, readiness, folders and bookmarks."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec.structs import replace

from ..errors import (
    BadRequest,
    BookmarkNotFound,
    EndpointNotFound,
    FolderExists,
    FolderNotFound,
    PermissionRefused,
    SRegistryGlobusError,
)
from ..images.localfiles import Use
from ..images.spelling import spellings
from ..models.endpoints import (
    Bookmark,
    Bookmarks,
    Endpoint,
    EndpointPage,
    Folder,
    NewBookmark,
    SearchScope,
)
from ..models.plans import Location
from .clients import Clients
from .consents import Consents
from .credentials import Credentials
from .documents import bookmark_of, entry_of
from .hosts import HostPaths
from .locations import checked_id, endpoint_id_in, resolve, spelled_path
from .newfolders import missing_folders
from .readiness import describe, requires_consent
from .refusals import translated

MAX_PAGE = 100
MAX_ENTRIES = 1000
MAX_FILTER_CHARS = 2000

_SCOPES: dict[SearchScope, str] = {
    "all": "all",
    "mine": "my-endpoints",
    "shared-with-me": "shared-with-me",
    "recent": "recently-used",
}


class Endpoints:
    """The endpoints that the connected user can see."""

    def __init__(self, clients: Clients, credentials: Credentials, hosts: HostPaths) -> None:
        self._clients = clients
        self._hosts = hosts
        self._credentials = credentials
        self._consents = Consents(clients, credentials)

    def search(
        self, text: str, *, scope: SearchScope = "all", offset: int = 0, limit: int = 50
    ) -> EndpointPage:
        """Return one page of the matching endpoints.

        :param text: words of the name, owner or description; required in the scope ``all``. An id,
            or an address of the Globus web app with one, finds that endpoint.
        :param limit: 1 to 100.
        """
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise BadRequest(f"limit must be 1 to {MAX_PAGE}, and offset must not be negative.")
        text = " ".join(text.split())
        if not text and scope == "all":
            raise BadRequest("Type a word to search all endpoints.")
        known_id = endpoint_id_in(text)
        if known_id is not None and offset == 0:
            with contextlib.suppress(EndpointNotFound, PermissionRefused):
                return EndpointPage((self.get(known_id),), 0, False)
        from globus_sdk import MISSING

        with translated():
            answer = self._clients.transfer().endpoint_search(
                text or MISSING,
                filter_scope=_SCOPES[scope],
                limit=limit,
                offset=offset,
            )
            documents = list(answer["DATA"])
            has_next_page = bool(answer["has_next_page"])
            return EndpointPage(self._endpoints(documents), offset, has_next_page)

    def get(self, endpoint_id: str) -> Endpoint:
        """Return one endpoint.

        :raises EndpointNotFound: it does not exist, or was deleted.
        """
        endpoint_id = checked_id(endpoint_id)
        with translated(not_found=EndpointNotFound):
            document = self._clients.transfer().get_endpoint(endpoint_id).data
            return self._endpoints([document])[0]

    def folder(
        self,
        location: Location,
        *,
        show_hidden: bool = False,
        names: Iterable[str] | None = None,
        limit: int = MAX_ENTRIES,
        offset: int = 0,
    ) -> Folder:
        """List a folder, subfolders first. Accented letters may be spelled either way.

        :param names: only the entries with these names, in any spelling.
        :param limit: up to 100,000.
        :param offset: how many entries to skip.
        :raises FolderNotFound: the folder does not exist.
        :raises PermissionRefused: the user may not read it.
        :raises ConsentRequired: the endpoint requires a consent; the action describes the login.
        :raises LoginRequired: the endpoint requires a fresh login.
        :raises EndpointOffline: its computer is off or paused.
        """
        try:
            return self._folder(location, show_hidden, names, limit, offset)
        except FolderNotFound:
            path = location.path or ""
            if path.isascii():
                raise
            spelled = spelled_path(
                path, lambda at, these: self._folder(replace(location, path=at), True, these)
            )
            if spelled is None or spelled.strip("/") == path.strip("/"):
                raise
            location = replace(location, path=spelled)
            return self._folder(location, show_hidden, names, limit, offset)

    def _folder(
        self,
        location: Location,
        show_hidden: bool,
        names: Iterable[str] | None,
        limit: int = MAX_ENTRIES,
        offset: int = 0,
    ) -> Folder:
        endpoint_id = checked_id(location.endpoint_id)
        options: dict[str, Any] = {"orderby": ["type", "name"], "limit": limit}
        if offset:
            options["offset"] = offset
        selected = None if names is None else {form for name in names for form in spellings(name)}
        # A filter separates names by commas, so a name with a comma cannot be in it; and an address
        # has a limited length.
        if (
            selected is not None
            and not any("," in name for name in selected)
            and sum(map(len, selected)) <= MAX_FILTER_CHARS
        ):
            options["filter"] = {"name": [f"={name}" for name in sorted(selected)]}
            options["orderby"] = ["name"]
        elif selected is not None:
            options["limit"] = 100_000
        if location.path:
            options["path"] = location.path
        with self._naming("reading", location), translated(not_found=FolderNotFound):
            answer = self._clients.transfer().operation_ls(
                endpoint_id, show_hidden=show_hidden or selected is not None, **options
            )
            entries = [entry_of(document) for document in answer["DATA"]]
            path = str(answer.get("absolute_path") or answer.get("path") or location.path or "/")
            total = int(answer.get("total") or offset + len(entries))
        if selected is not None:
            entries = [entry for entry in entries if entry.name in selected]
            total = len(entries)
        path = path if path.endswith("/") else path + "/"
        return Folder(endpoint_id, path, tuple(entries), total, total > offset + len(entries))

    def check_use(self, endpoint: Endpoint, path: str, use: Use) -> None:
        """Refuse a path on an endpoint of this host that this server may not use.

        :raises PathNotAllowed: it is outside the allowed folders, once links are resolved.
        """
        self._hosts.check(
            endpoint, path, use, absolute=lambda own_id, at: self.absolute(Location(own_id, at))
        )

    def absolute(self, location: Location) -> str:
        """Return a folder's path from the root on, ending in ``/``. It may not exist."""
        path = location.path or "/~/"
        first, _, rest = path.lstrip("/").partition("/")
        if not path.startswith("/") or first == "~":
            rest = rest if first == "~" else path
            path = f"{self.folder(Location(location.endpoint_id, '/~/'), limit=1).path}{rest}"
        return f"{path.rstrip('/')}/"

    def create_folder(self, location: Location, *, parents: bool = False) -> Folder:
        """Create a folder and list it.

        :param parents: create the folders above it, too, and accept a folder that exists.
        :raises FolderExists: a file or folder with this name exists.
        :raises FolderNotFound: the folder above it does not exist.
        :raises PermissionRefused: the user may not write there.
        :raises PathNotAllowed: it is on this host, outside the folders that this server may use.
        """
        path = location.path or ""
        if not path.strip("/") or "\0" in path or path.rstrip("/").endswith(("/.", "/..")):
            raise BadRequest("Give the new folder a name.")
        endpoint_id = checked_id(location.endpoint_id)
        if self._hosts.is_confined:
            self.check_use(self.get(endpoint_id), path, "write to")
        new = [path]
        if parents:
            new = missing_folders(path, lambda at: self.folder(Location(endpoint_id, at), limit=1))
        for folder in new:
            try:
                with self._naming("writing to", location), translated(not_found=FolderNotFound):
                    self._clients.transfer().operation_mkdir(endpoint_id, folder)
            except FolderExists:
                if not parents:
                    raise
        return self.folder(location)

    def bookmarks(self) -> Bookmarks:
        """Return the user's bookmarks at Globus."""
        with translated():
            answer = self._clients.transfer().bookmark_list()
            return Bookmarks(tuple(bookmark_of(document) for document in answer["DATA"]))

    def create_bookmark(self, new: NewBookmark) -> Bookmark:
        """Create a bookmark of a folder.

        :raises BadRequest: the name is empty, or the path is not absolute.
        """
        # Globus accepts only folders that end in a slash.
        path = new.path if new.path.endswith("/") else f"{new.path}/"
        document = {"name": new.name.strip(), "endpoint_id": new.endpoint_id, "path": path}
        if not document["name"]:
            raise BadRequest("Give the bookmark a name.")
        if not new.path.startswith(("/", "~/")):
            raise BadRequest("A bookmark's path starts with / or ~/.")
        with translated():
            answer = self._clients.transfer().create_bookmark(document)
            return Bookmark(str(answer["id"]), **document)

    def delete_bookmark(self, bookmark_id: str) -> None:
        """Delete a bookmark.

        :raises BookmarkNotFound: it does not exist.
        """
        try:
            checked = str(uuid.UUID(bookmark_id))
        except ValueError:
            raise BookmarkNotFound("This bookmark does not exist.") from None
        with translated(not_found=BookmarkNotFound):
            self._clients.transfer().delete_bookmark(checked)

    def resolve(self, name: str, path: str | None) -> Location:
        """Return the location that a user typed.

        :param name: an endpoint's id, a bookmark's name, or an endpoint's unique display name.
        :param path: relative to a bookmark's folder, or else to the user's home there, unless it
            starts with ``/``; or None.
        :raises EndpointNotFound: nothing has this name.
        :raises EndpointAmbiguous: several endpoints have this name.
        """
        return resolve(
            name,
            path,
            lambda: self.bookmarks().bookmarks,
            lambda text: self.search(text, limit=MAX_PAGE),
        )

    def identity_id(self) -> str | None:
        """Return the id of the identity whose view this is, or None if no account is connected."""
        return self._credentials.identity_id()

    @contextlib.contextmanager
    def _naming(self, way: Literal["reading", "writing to"], location: Location) -> Iterator[None]:
        """Have a refused permission name the place and the way."""
        try:
            yield
        except PermissionRefused as error:
            name = location.endpoint_id
            with contextlib.suppress(SRegistryGlobusError):
                name = self.get(location.endpoint_id).display_name
            message = f"Permission denied {way} {location.path or 'the default folder'} on {name}."
            if way == "writing to":
                message += " Ask its owner for write access."
            raise PermissionRefused(message) from error

    def _endpoints(self, documents: list[Mapping[str, Any]]) -> tuple[Endpoint, ...]:
        mine = {identity.id for identity in self._credentials.read().identities}
        gated = [str(document["id"]) for document in documents if requires_consent(document)]
        consented = self._consents.with_data_access(gated) if gated else frozenset()
        return tuple(describe(document, consented, mine) for document in documents)
