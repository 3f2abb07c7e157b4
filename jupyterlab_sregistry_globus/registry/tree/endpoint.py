"""Images in a folder of a Globus endpoint, as a connected person sees it."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ...errors import (
    FolderNotFound,
    PermissionRefused,
    RegistryLocked,
    RegistryUnavailable,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...images.reference import ImageReference, written
from ...models.actions import ConfigureAction, LoginAction
from ...models.endpoints import FolderEntry
from ...models.images import Image
from ...models.plans import Location
from ..base import RegistryBackend, ServedStorage, Storage, choose_tag
from ..entry import Entry, EntryWrong
from .layouts import Named, is_unpacked, may_be_image, name_best, usual_names
from .walk import MAX_DEPTH, Skipped

# What one answer of Globus holds at most, and how many a listing asks for.
PAGE_ENTRIES = 10_000
MAX_PAGES = 2000

# A selection of many images asks for the same folders again and again.
_KEPT_S = 10.0
_KEPT_FOLDERS = 8

_Parts = tuple[str, ...]


@dataclass
class _Folder:
    files: dict[str, FolderEntry] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    linked: int = 0
    pages: int = 0
    is_unpacked: bool = False


class EndpointRegistry(RegistryBackend):
    """The images below a folder of an endpoint, in each of the layouts of layouts.py.

    What a person may read there is Globus's to say, so each sees a listing of her own. Links to
    folders are not followed, because a listing does not tell where they lead in the end.

    :param path: the folder on the endpoint, absolute, ending in ``/``.
    """

    kind = "endpoint"
    needs_account = True

    def __init__(self, name: str, endpoints: Endpoints, endpoint_id: str, path: str) -> None:
        super().__init__(name, f"{endpoint_id}:{path}", ServedStorage(endpoint_id, path))
        self._endpoints = endpoints
        self._endpoint_id = endpoint_id
        self._path = path
        self._kept: OrderedDict[tuple[str, _Parts], tuple[float, _Folder]] = OrderedDict()
        self._lock = threading.Lock()

    def variant(self) -> str:
        return self._endpoints.identity_id() or ""

    def list(self) -> Iterable[Image]:
        skipped = Skipped()
        self.remark = ""
        with self._lock:
            self._kept.clear()  # somebody may have asked for it because it has changed
        seen: set[tuple[str, str, str]] = set()
        with self._translated():
            for parts, folder in self._walk(skipped):
                for named in self._named(parts, folder.files):
                    if named[1:4] not in seen:
                        seen.add(named[1:4])
                        yield self._image(named, folder.files[named.file])
        self.remark = str(skipped)

    def find(self, reference: ImageReference) -> Image:
        return self._located(reference)[0]

    def storage(self, reference: ImageReference) -> Storage | None:
        _, parts, file = self._located(reference)
        return Storage(path_below_root="/".join((*parts, file)))

    def _walk(self, skipped: Skipped) -> Iterator[tuple[_Parts, _Folder]]:
        pending: list[_Parts] = [()]
        pages = 0
        while pending:
            parts = pending.pop()
            try:
                folder = self._look(parts)
            except (FolderNotFound, PermissionRefused):
                if not parts:
                    raise
                skipped.unreadable += 1
                continue
            pages += folder.pages
            skipped.linked += folder.linked
            if folder.is_unpacked:
                skipped.unpacked += 1
                continue
            if len(parts) < MAX_DEPTH:
                pending.extend((*parts, name) for name in reversed(folder.folders))
            yield parts, folder
            if pages >= MAX_PAGES:
                skipped.beyond += len(pending)
                return

    def _located(self, reference: ImageReference) -> tuple[Image, _Parts, str]:
        with self._translated():
            for parts, named, entry in self._candidates(reference):
                return self._image(named, entry), parts, named.file
            tags = [*self._tags(reference)]
            if not tags:
                self._look(())  # a folder that is gone is another error than an image that is
            choose_tag(self, reference, tags)
        raise self.missing(reference)

    def _candidates(self, reference: ImageReference) -> Iterator[tuple[_Parts, Named, FolderEntry]]:
        folders = self._collection_folders(reference)
        # By name first: the folder may hold a hundred thousand others.
        likely = replace(reference, tag=reference.tag or "latest")
        for parts in folders:
            if len(parts) <= 2:
                yield from self._meant(parts, self._usual(parts, likely), likely)
        if reference.tag is None:
            tags = [*self._tags(reference)]
            if not tags:
                return
            reference = replace(reference, tag=choose_tag(self, reference, tags))
        for parts in folders:
            for place in (parts, (*parts, reference.container, str(reference.tag))):
                yield from self._meant(place, self._look_if_there(place).files, reference)

    def _meant(
        self, parts: _Parts, files: dict[str, FolderEntry], reference: ImageReference
    ) -> Iterator[tuple[_Parts, Named, FolderEntry]]:
        meant = (reference.collection, reference.container, reference.tag)
        for named in self._named(parts, files):
            if named[1:4] == meant:
                yield parts, named, files[named.file]

    def _tags(self, reference: ImageReference) -> Iterator[str]:
        """The tags that a reference's container has."""
        seen = set()
        for parts in self._collection_folders(reference):
            below = (*parts, reference.container)
            tag_folders = [(*below, name) for name in self._look_if_there(below).folders]
            for place in (parts, *tag_folders):
                for named in self._named(place, self._look_if_there(place).files):
                    is_meant = named[1:3] == (reference.collection, reference.container)
                    if is_meant and named.tag not in seen:
                        seen.add(named.tag)
                        yield named.tag

    def _collection_folders(self, reference: ImageReference) -> Sequence[_Parts]:
        parts = tuple(reference.collection.split("/"))
        names = (*parts, reference.container, reference.tag or "")
        if any(name.startswith(".") or "\0" in name for name in names) or "/" in "".join(
            names[-2:]
        ):
            return ()
        return ((), parts) if reference.collection == self.name else (parts,)

    def _named(self, parts: _Parts, files: dict[str, FolderEntry]) -> Iterator[Named]:
        def is_newer(one: str, other: str) -> bool:
            return (_time(files[one]) or 0.0) > (_time(files[other]) or 0.0)

        return name_best(self.name, parts, [*files], is_newer)

    def _usual(self, parts: _Parts, reference: ImageReference) -> dict[str, FolderEntry]:
        names = [
            name
            for name in usual_names(reference.container, str(reference.tag))
            if may_be_image(name, parts)
        ]
        try:
            found = self._endpoints.folder(self._location(parts), names=names)
        except (FolderNotFound, PermissionRefused):
            return {}
        return {entry.name: entry for entry in found.entries if entry.type == "file"}

    def _look_if_there(self, parts: _Parts) -> _Folder:
        try:
            return self._look(parts)
        except (FolderNotFound, PermissionRefused):
            return _Folder()

    def _look(self, parts: _Parts) -> _Folder:
        """What one folder holds, as it is or was a moment ago."""
        key = (self.variant(), parts)
        with self._lock:
            at, kept = self._kept.get(key, (0.0, _Folder()))
            if at and time.monotonic() - at < _KEPT_S:
                return kept
        folder = self._read(parts)
        with self._lock:
            self._kept[key] = (time.monotonic(), folder)
            while len(self._kept) > _KEPT_FOLDERS:
                self._kept.popitem(last=False)
        return folder

    def _read(self, parts: _Parts) -> _Folder:
        found = _Folder()
        names: set[str] = set()
        for entry in self._entries(parts, found):
            if entry.type == "file" and may_be_image(entry.name, parts):
                found.files[entry.name] = entry
            elif entry.type == "dir":
                names.add(entry.name)
                found.linked += entry.is_link and not entry.name.startswith(".")
                if not entry.is_link and not entry.name.startswith("."):
                    found.folders.append(entry.name)
        if is_unpacked(parts, names):
            return _Folder(pages=found.pages, is_unpacked=True)
        return found

    def _entries(self, parts: _Parts, found: _Folder) -> Iterator[FolderEntry]:
        offset = 0
        while found.pages < MAX_PAGES:
            page = self._endpoints.folder(
                self._location(parts), show_hidden=True, limit=PAGE_ENTRIES, offset=offset
            ).entries
            found.pages += 1
            offset += len(page)
            yield from page
            if len(page) < PAGE_ENTRIES:
                return

    def _location(self, parts: _Parts) -> Location:
        return Location(self._endpoint_id, self._path + "".join(f"{part}/" for part in parts))

    def _image(self, named: Named, entry: FolderEntry) -> Image:
        return Image(
            reference=written(self.name, named.collection, named.container, named.tag),
            registry=self.name,
            collection=named.collection,
            container=named.container,
            tag=named.tag,
            size_bytes=entry.size_bytes,
            modified_at=_time(entry),
        )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """What Globus refuses is this registry's failure, so that the others are still asked."""
        try:
            yield
        except FolderNotFound as error:
            help_text = f"{self.location} is not there: see to the entry {self.name!r}."
            raise self._unavailable(
                error, ConfigureAction("SRegistryGlobus.registries", help_text)
            ) from error
        except SRegistryGlobusError as error:
            if isinstance(error, RegistryUnavailable) or error.code == "image_not_found":
                raise
            raise self._unavailable(error) from error

    def _unavailable(
        self, error: SRegistryGlobusError, action: ConfigureAction | None = None
    ) -> RegistryUnavailable:
        message = f"The registry {self.name!r} is a folder of a Globus endpoint. {error.message}"
        if isinstance(error.action, LoginAction):
            return RegistryLocked(message, action=error.action)
        if isinstance(error.action, ConfigureAction):
            action = error.action
        return RegistryUnavailable(message, action=action)


def from_entry(entry: Entry) -> EndpointRegistry:
    """A registry out of an entry with ``endpoint_id`` and ``endpoint_path``.

    :raises EntryWrong: one is missing, or no id or no absolute path.
    """
    entry.text("endpoint_id")
    entry.text("endpoint_path")
    served = entry.served_by()
    assert served is not None  # noqa: S101 - both texts are there
    try:
        endpoint_id = str(uuid.UUID(served.endpoint_id))
    except ValueError:
        raise EntryWrong(f"its endpoint_id {served.endpoint_id!r} is no endpoint's id.") from None
    return EndpointRegistry(entry.name, entry.endpoints, endpoint_id, served.path)


def _time(entry: FolderEntry) -> float | None:
    try:
        return datetime.fromisoformat(entry.modified or "").timestamp()
    except ValueError:
        return None
