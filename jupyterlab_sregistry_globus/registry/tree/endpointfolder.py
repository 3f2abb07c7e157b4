"""Folders of a tree on a Globus endpoint, as the connected user sees them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...errors import FolderNotFound, PermissionRefused
from ...globus.endpoints import Endpoints
from ...models.endpoints import FolderEntry
from ...models.plans import Location
from .layouts import has_unknown_type, is_unpacked, may_be_image
from .listable import FileFacts, is_enterable

# The most entries that one answer of Globus holds, and the most answers that one folder takes.
PAGE_ENTRIES = 10_000
MAX_PAGES = 2000

# A plan for many images needs the same folders again and again.
_KEPT_S = 10.0
_KEPT_FOLDERS = 8


@dataclass
class FolderContents:
    """What one folder holds.

    :param linked: how many of its folders are links, which are not followed.
    :param dangling: how many of its links lead nowhere.
    :param unknown: how many of its files only their content could identify.
    :param pages: how many answers of Globus it took.
    """

    files: dict[str, FolderEntry] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    linked: int = 0
    dangling: int = 0
    unknown: int = 0
    pages: int = 0
    is_unpacked: bool = False


class EndpointTree:
    """A folder tree on an endpoint. What was read a moment ago is kept.

    :param path: its root, absolute, ending in ``/``.
    :param user: returns the identity that reads; each may see other files.
    """

    def __init__(
        self, endpoints: Endpoints, endpoint_id: str, path: str, user: Callable[[], str]
    ) -> None:
        self._endpoints = endpoints
        self._endpoint_id = endpoint_id
        self._path = path
        self._user = user
        self._kept: OrderedDict[tuple[str, tuple[str, ...]], tuple[float, FolderContents]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._kept.clear()

    def read_folder(self, parts: tuple[str, ...]) -> FolderContents:
        """Return what a folder holds, now or a few seconds ago.

        :raises FolderNotFound: there is no such folder.
        :raises PermissionRefused: the user may not read it.
        """
        key = (self._user(), parts)
        with self._lock:
            at, kept = self._kept.get(key, (0.0, FolderContents()))
            if at and time.monotonic() - at < _KEPT_S:
                return kept
        contents = self._read(parts)
        with self._lock:
            self._kept[key] = (time.monotonic(), contents)
            while len(self._kept) > _KEPT_FOLDERS:
                self._kept.popitem(last=False)
        return contents

    def read_files(self, parts: tuple[str, ...], names: Sequence[str]) -> dict[str, FolderEntry]:
        """Return the files of these names in a folder; none if the folder can't be read."""
        try:
            folder = self._endpoints.folder(self._location(parts), names=names)
        except (FolderNotFound, PermissionRefused):
            return {}
        wanted = frozenset(names)
        return {
            entry.name: entry
            for entry in folder.entries
            if entry.type == "file" and entry.name in wanted
        }

    def _read(self, parts: tuple[str, ...]) -> FolderContents:
        contents = FolderContents()
        names: set[str] = set()
        for entry in self._entries(parts, contents):
            if entry.type == "file" and may_be_image(entry.name, parts):
                contents.files[entry.name] = entry
            elif entry.type == "file":
                contents.unknown += has_unknown_type(entry.name)
            elif entry.type == "invalid_symlink":
                contents.dangling += may_be_image(entry.name, parts) or has_unknown_type(entry.name)
            elif entry.type == "dir":
                names.add(entry.name)
                contents.linked += entry.is_link and not entry.name.startswith(".")
                if not entry.is_link and not entry.name.startswith("."):
                    contents.folders.append(entry.name)
        if is_unpacked(parts, names):
            return FolderContents(pages=contents.pages, is_unpacked=True)
        return contents

    def _entries(self, parts: tuple[str, ...], contents: FolderContents) -> Iterator[FolderEntry]:
        offset = 0
        while contents.pages < MAX_PAGES:
            page = self._endpoints.folder(
                self._location(parts), show_hidden=True, limit=PAGE_ENTRIES, offset=offset
            ).entries
            contents.pages += 1
            offset += len(page)
            yield from page
            if len(page) < PAGE_ENTRIES:
                return

    def _location(self, parts: tuple[str, ...]) -> Location:
        return Location(self._endpoint_id, self._path + "".join(f"{part}/" for part in parts))


class EndpointFolder:
    """A folder of a tree on an endpoint; a ``ListableFolder``.

    :param contents: what it holds, if that was just read.
    """

    def __init__(
        self,
        tree: EndpointTree,
        parts: tuple[str, ...] = (),
        contents: FolderContents | None = None,
    ) -> None:
        self._tree = tree
        self._parts = parts
        self._files = dict(contents.files) if contents is not None else {}

    @property
    def parts(self) -> tuple[str, ...]:
        return self._parts

    def check(self) -> None:
        self._tree.read_folder(self._parts)

    def files(self) -> Sequence[str]:
        files = self._read_if_there().files
        self._files |= files
        return [*files]

    def folders(self) -> Sequence[str]:
        return self._read_if_there().folders

    def existing(self, names: Sequence[str]) -> Sequence[str]:
        files = self._tree.read_files(self._parts, names)
        self._files |= files
        return [*files]

    def file(self, name: str) -> FileFacts | None:
        entry = self._files.get(name)
        return FileFacts(entry.size_bytes, _modified_at(entry)) if entry is not None else None

    def enter(self, *names: str) -> EndpointFolder | None:
        if not all(map(is_enterable, names)):
            return None
        return EndpointFolder(self._tree, (*self._parts, *names))

    def _read_if_there(self) -> FolderContents:
        try:
            return self._tree.read_folder(self._parts)
        except (FolderNotFound, PermissionRefused):
            return FolderContents()


def _modified_at(entry: FolderEntry) -> float | None:
    try:
        return datetime.fromisoformat(entry.modified or "").timestamp()
    except ValueError:
        return None
