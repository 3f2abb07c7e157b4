"""Search, readiness, folders and bookmarks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import (
    BadRequest,
    BookmarkNotFound,
    EndpointAmbiguous,
    EndpointNotFound,
    FolderNotFound,
)
from ..models.endpoints import (
    Bookmark,
    Bookmarks,
    Endpoint,
    EndpointPage,
    Folder,
    FolderEntry,
    NewBookmark,
    SearchScope,
)
from ..models.plans import Location
from .clients import Clients
from .consents import Consents
from .credentials import Credentials
from .readiness import endpoint, wants_consent
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
    """The endpoints that the connected person can see."""

    def __init__(self, clients: Clients, credentials: Credentials) -> None:
        self._clients = clients
        self._credentials = credentials
        self._consents = Consents(clients, credentials)

    def search(
        self, text: str, *, scope: SearchScope = "all", offset: int = 0, limit: int = 50
    ) -> EndpointPage:
        """One page of the endpoints that match.

        :param text: words of the name, owner or description; may be empty but for scope ``all``.
        :param limit: 1 to 100.
        """
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise BadRequest(f"limit is 1 to {MAX_PAGE}, and offset is not negative.")
        text = " ".join(text.split())
        if not text and scope == "all":
            raise BadRequest("Type a word to search among all endpoints.")
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
        """One endpoint.

        :raises EndpointNotFound: there is none, or no longer.
        """
        endpoint_id = _checked_id(endpoint_id)
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
        """What is in a folder, folders first.

        :param names: only the entries of these names.
        :param limit: up to 100,000 of them.
        :param offset: how many to leave out, for the pages after the first.
        :raises FolderNotFound: there is no such folder.
        :raises ConsentRequired: the endpoint wants a consent; carries what to log in with.
        :raises LoginRequired: the endpoint wants a fresh login.
        :raises EndpointOffline: its computer is off or paused.
        """
        endpoint_id = _checked_id(location.endpoint_id)
        options: dict[str, Any] = {"orderby": ["type", "name"], "limit": limit}
        if offset:
            options["offset"] = offset
        wanted = None if names is None else set(names)
        # A comma parts two names in a filter, so a name that holds one cannot be asked for; nor
        # can more names than an address has room for.
        if (
            wanted is not None
            and not any("," in name for name in wanted)
            and sum(map(len, wanted)) <= MAX_FILTER_CHARS
        ):
            options["filter"] = {"name": [f"={name}" for name in sorted(wanted)]}
            options["orderby"] = ["name"]
        elif wanted is not None:
            options["limit"] = 100_000
        if location.path:
            options["path"] = location.path
        with translated(not_found=FolderNotFound):
            answer = self._clients.transfer().operation_ls(
                endpoint_id, show_hidden=show_hidden or wanted is not None, **options
            )
            entries = [_entry(one) for one in answer["DATA"]]
            path = str(answer.get("absolute_path") or answer.get("path") or location.path or "/")
            total = int(answer.get("total") or offset + len(entries))
        if wanted is not None:
            entries = [one for one in entries if one.name in wanted]
            total = len(entries)
        path = path if path.endswith("/") else path + "/"
        return Folder(endpoint_id, path, tuple(entries), total, total > offset + len(entries))

    def create_folder(self, location: Location) -> Folder:
        """Create a folder and list it.

        :raises FolderExists: something of that name is there.
        :raises PermissionRefused: the endpoint does not let this person write there.
        """
        path = location.path or ""
        if not path.strip("/") or "\0" in path or path.rstrip("/").endswith(("/.", "/..")):
            raise BadRequest("Give the new folder a name.")
        with translated(not_found=FolderNotFound):
            self._clients.transfer().operation_mkdir(_checked_id(location.endpoint_id), path)
        return self.folder(location)

    def bookmarks(self) -> Bookmarks:
        """The person's bookmarks, as Globus keeps them."""
        with translated():
            answer = self._clients.transfer().bookmark_list()
            return Bookmarks(tuple(_bookmark(one) for one in answer["DATA"]))

    def create_bookmark(self, new: NewBookmark) -> Bookmark:
        """Keep a folder under a name."""
        document = {"name": new.name.strip(), "endpoint_id": new.endpoint_id, "path": new.path}
        if not document["name"]:
            raise BadRequest("Give the bookmark a name.")
        with translated():
            answer = self._clients.transfer().create_bookmark(document)
            return Bookmark(str(answer["id"]), **document)

    def delete_bookmark(self, bookmark_id: str) -> None:
        """Forget a bookmark.

        :raises BookmarkNotFound: there is no such bookmark.
        """
        try:
            checked = str(uuid.UUID(bookmark_id))
        except ValueError:
            raise BookmarkNotFound("There is no such bookmark.") from None
        with translated(not_found=BookmarkNotFound):
            self._clients.transfer().delete_bookmark(checked)

    def resolve(self, name: str, path: str | None) -> Location:
        """The location that a person means by a short name.

        :param name: an endpoint's id, a bookmark's name, or a display name that fits one endpoint.
        :param path: below a bookmark's folder unless it begins with ``/``; None for its own folder.
        :raises EndpointNotFound: nothing is called so.
        :raises EndpointAmbiguous: several endpoints are.
        """
        try:
            return Location(str(uuid.UUID(name)), path)
        except ValueError:
            pass
        for bookmark in self.bookmarks().bookmarks:
            if bookmark.name == name:
                if path is None or path.startswith("/"):
                    return Location(bookmark.endpoint_id, path or bookmark.path)
                return Location(bookmark.endpoint_id, bookmark.path.rstrip("/") + "/" + path)
        candidates = self.search(name, limit=MAX_PAGE).endpoints
        exact = [one for one in candidates if one.display_name.casefold() == name.casefold()]
        if len(exact) == 1:
            return Location(exact[0].id, path)
        if not exact:
            hint = ", ".join(repr(endpoint.display_name) for endpoint in candidates[:3])
            raise EndpointNotFound(
                f"No endpoint or bookmark is called {name!r}. "
                + (f"Did you mean {hint}?" if hint else "Search with a word of its name.")
            )
        raise EndpointAmbiguous(
            f"{len(exact)} endpoints are called {name!r}. Use an id: "
            + ", ".join(f"{one.id} ({one.owner})" for one in exact)
        )

    def identity_id(self) -> str | None:
        """Whose view of the endpoints this is; None while nobody is connected."""
        return self._credentials.identity_id()

    def _endpoints(self, documents: list[Mapping[str, Any]]) -> tuple[Endpoint, ...]:
        mine = {one.id for one in self._credentials.read().identities}
        gated = [str(document["id"]) for document in documents if wants_consent(document)]
        consented = self._consents.with_data_access(gated) if gated else frozenset()
        return tuple(endpoint(document, consented, mine) for document in documents)


def _checked_id(endpoint_id: str) -> str:
    try:
        return str(uuid.UUID(endpoint_id))
    except ValueError:
        raise EndpointNotFound(f"{endpoint_id!r} is no endpoint's id.") from None


def _entry(document: Mapping[str, Any]) -> FolderEntry:
    size = document.get("size")
    is_file = document.get("type") == "file"
    return FolderEntry(
        name=str(document["name"]),
        type=str(document["type"]),
        size_bytes=int(size) if is_file and size is not None else None,
        modified=document.get("last_modified") or None,
        is_link=bool(document.get("link_target")),
    )


def _bookmark(document: Mapping[str, Any]) -> Bookmark:
    return Bookmark(
        id=str(document["id"]),
        name=str(document["name"]),
        endpoint_id=str(document["endpoint_id"]),
        path=str(document["path"]),
    )
