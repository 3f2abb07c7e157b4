"""Finds images in a folder tree by their reference, without listing the whole tree.

The tree may be on this host's disk or on a Globus endpoint: anything that is a ``ListableFolder``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from ...images.reference import ImageReference, format_reference
from ...models.images import Image
from ..base import RegistryBackend, choose_tag
from .layouts import Named, may_be_image, name_best, usual_names


class FileFacts(NamedTuple):
    """What a listing says about a file. ``modified_at`` is POSIX seconds; None if unknown."""

    size_bytes: int | None
    modified_at: float | None


class ListableFolder(Protocol):
    """A folder that can be listed.

    A folder that is missing or unreadable is empty; ``check`` says why.

    :param parts: its path below the tree's root.
    """

    @property
    def parts(self) -> tuple[str, ...]: ...

    def check(self) -> None:
        """Raise the error that makes the folder unreadable, if there is one."""

    def files(self) -> Sequence[str]:
        """List the image files."""

    def folders(self) -> Sequence[str]:
        """List the subfolders that a walk enters."""

    def existing(self, names: Sequence[str]) -> Sequence[str]:
        """Return which of these image files exist, without listing the folder."""

    def file(self, name: str) -> FileFacts | None:
        """Return the facts of a file; None if a listing would not show it."""

    def enter(self, *names: str) -> ListableFolder | None:
        """Return a folder below; None if a walk would not get there."""


@dataclass(frozen=True)
class Located:
    """An image file, and what it is called as an image."""

    folder: ListableFolder
    named: Named
    facts: FileFacts

    @property
    def path_below_root(self) -> str:
        return "/".join((*self.folder.parts, self.named.file))


class Lookup:
    """Finds images of one tree.

    :param registry: gives its name to the collection of images outside of collections.
    """

    def __init__(self, registry: RegistryBackend, root: ListableFolder) -> None:
        self._registry = registry
        self._root = root

    def locate(self, reference: ImageReference) -> Located:
        """Find the file that a reference means.

        :raises ImageNotFound: there is no such file.
        :raises Exception: what the root's ``check`` raises, if the tree can't be read.
        """
        for located in self._candidates(reference):
            return located
        tags = self._tags(reference)
        if not tags:
            self._root.check()
        choose_tag(self._registry, reference, tags)
        raise self._registry.missing(reference)

    def _candidates(self, reference: ImageReference) -> Iterator[Located]:
        folders = self._collection_folders(reference)
        # Usual names first, without a listing: a folder may hold a hundred thousand files. What a
        # deeper file is called depends on the other files of its folder.
        likely = replace(reference, tag=reference.tag or "latest")
        names = [*usual_names(likely.container, str(likely.tag))]
        for folder in folders:
            if len(folder.parts) <= 2:
                likely_names = [name for name in names if may_be_image(name, folder.parts)]
                yield from self._matching(folder, folder.existing(likely_names), likely)
        if reference.tag is None:
            tags = self._tags(reference)
            if not tags:
                return
            reference = replace(reference, tag=choose_tag(self._registry, reference, tags))
        for folder in folders:
            tag_folder = folder.enter(reference.container, str(reference.tag))
            for place in (folder, tag_folder):
                if place is not None:
                    yield from self._matching(place, place.files(), reference)

    def _matching(
        self, folder: ListableFolder, files: Sequence[str], reference: ImageReference
    ) -> Iterator[Located]:
        name = (reference.collection, reference.container, reference.tag)
        for named in name_in(folder, files, self._registry.name):
            if named[1:4] == name:
                facts = folder.file(named.file)
                if facts is not None:
                    yield Located(folder, named, facts)

    def _tags(self, reference: ImageReference) -> Sequence[str]:
        """Return the tags that a reference's container has."""
        name = (reference.collection, reference.container)
        return [
            *dict.fromkeys(
                named.tag
                for folder in self._collection_folders(reference)
                for place in (folder, *_tag_folders(folder, reference.container))
                for named in name_in(place, place.files(), self._registry.name)
                if (named.collection, named.container) == name
            )
        ]

    def _collection_folders(self, reference: ImageReference) -> Sequence[ListableFolder]:
        name = reference.container + (reference.tag or "")
        if "/" in name or "\0" in name:
            return ()
        folder = self._root.enter(*reference.collection.split("/"))
        folders = [] if folder is None else [folder]
        return [self._root, *folders] if reference.collection == self._registry.name else folders


def name_in(folder: ListableFolder, files: Sequence[str], home: str) -> Iterator[Named]:
    """Name the image files of a folder; of two files with one reference, only the better.

    :param home: the collection of files outside of collections.
    """

    def is_newer(name: str, other: str) -> bool:
        facts, other_facts = folder.file(name), folder.file(other)
        if facts is None or other_facts is None:
            return False
        return (facts.modified_at or 0.0) > (other_facts.modified_at or 0.0)

    return name_best(home, folder.parts, files, is_newer)


def image_of(registry: str, named: Named, facts: FileFacts) -> Image:
    """Return the listing's row for an image file."""
    return Image(
        reference=format_reference(registry, named.collection, named.container, named.tag),
        registry=registry,
        collection=named.collection,
        container=named.container,
        tag=named.tag,
        size_bytes=facts.size_bytes,
        modified_at=facts.modified_at,
    )


def is_enterable(name: str) -> bool:
    """Check a folder's name: walks enter no hidden folder, and no name leaves the tree."""
    return bool(name) and not name.startswith(".") and "/" not in name and "\0" not in name


def _tag_folders(folder: ListableFolder, container: str) -> Iterator[ListableFolder]:
    below = folder.enter(container)
    for name in below.folders() if below is not None else ():
        tag_folder = below.enter(name) if below is not None else None
        if tag_folder is not None:
            yield tag_folder
