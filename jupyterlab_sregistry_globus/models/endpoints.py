"""Globus endpoints, what they can be used for, and their folders."""

from __future__ import annotations

from typing import Literal

import msgspec

ReadinessState = Literal[
    "ready",
    "probably_ready",
    "offline",
    "paused",
    "needs_consent",
    "needs_login",
    "not_usable",
    "gone",
]


class Readiness(msgspec.Struct, frozen=True):
    """Whether an endpoint can be used now.

    :param state: ``probably_ready`` means that only listing a folder would show.
    :param next_step: what the user can do about it; empty if nothing is needed.
    """

    state: ReadinessState
    next_step: str = ""


class Endpoint(msgspec.Struct, frozen=True):
    """A place that holds files in Globus.

    :param entity_type: Globus's term, such as ``GCSv5_mapped_collection``.
    :param owner: the owner's user name, for display.
    :param default_directory: where browsing begins; None lets the endpoint choose.
    :param host_endpoint_id: the endpoint that hosts this one; None if none does.
    :param host_path: its folder there; None if it has none or only its owner can see it.
    :param required_scopes: what a login must ask for before the endpoint can be used.
    :param https_server: where its files are over HTTPS; None if it does not offer that.
    """

    id: str
    display_name: str
    entity_type: str
    readiness: Readiness
    owner: str = ""
    organization: str = ""
    description: str = ""
    default_directory: str | None = None
    is_high_assurance: bool = False
    is_mine: bool = False
    host_endpoint_id: str | None = None
    host_path: str | None = None
    required_scopes: tuple[str, ...] = ()
    https_server: str | None = None


SearchScope = Literal["all", "mine", "shared-with-me", "recent"]


class EndpointPage(msgspec.Struct, frozen=True):
    """A page of a search."""

    endpoints: tuple[Endpoint, ...]
    offset: int
    has_next_page: bool


class FolderEntry(msgspec.Struct, frozen=True):
    """One entry of a folder.

    :param type: Globus's term (dir, file, …); for a link, that of its target.
    :param user: the owner's name on the endpoint.
    """

    name: str
    type: str
    size_bytes: int | None = None
    modified: str | None = None
    is_link: bool = False
    user: str | None = None


class Folder(msgspec.Struct, frozen=True):
    """A folder on an endpoint.

    :param path: absolute, ending in ``/``.
    :param total: the number of entries, which may be more than this answer has.
    :param is_truncated: whether entries are missing from this answer.
    """

    endpoint_id: str
    path: str
    entries: tuple[FolderEntry, ...]
    total: int
    is_truncated: bool = False


class NewFolder(msgspec.Struct, frozen=True):
    """A folder to create.

    :param parents: create the folders above it, too, and accept a folder that exists.
    """

    path: str
    parents: bool = False


class Bookmark(msgspec.Struct, frozen=True):
    """A named folder on an endpoint, kept by Globus."""

    id: str
    name: str
    endpoint_id: str
    path: str


class NewBookmark(msgspec.Struct, frozen=True):
    """A bookmark to create."""

    name: str
    endpoint_id: str
    path: str


class Bookmarks(msgspec.Struct, frozen=True):
    """All of the user's bookmarks."""

    bookmarks: tuple[Bookmark, ...]
