"""Finds images in a folder tree by their reference, without listing the whole tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...errors import ImageNotFound
from ...images.reference import ImageReference, format_reference
from ...images.spelling import composed, is_spelled_alike
from ...models.images import Image
from ..base import RegistryBackend, choose_tag
from .layouts import Named, may_be_image, usual_names
from .listable import FileFacts, ListableFolder
from .names import FolderNames, Key


@dataclass(frozen=True)
class Located:
    """An image file, and what it is listed as."""

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
        self._home = registry.name
        self._root = root

    def locate(self, reference: ImageReference) -> Located:
        """Find the file that a reference means.

        Besides the listed reference, a file's own name is understood, with its extension or
        without, and with its tag in the usual places.

        :raises ImageNotFound: there is no such file, or several that might be meant.
        :raises Exception: what the root's ``check`` raises, if the tree can't be read.
        """
        located = self._locate(reference)
        if located is None:
            for spelled in self._spellings(reference):
                located = self._locate(spelled)
                if located is not None:
                    break
        if located is None:
            raise self._missing(reference)
        return located

    def _locate(self, reference: ImageReference) -> Located | None:
        name = reference.container + (reference.tag or "")
        if "/" in name or "\0" in name:
            return None
        located = self._claimed(reference, reference.tag or "latest")
        if located is None and reference.tag is None:
            tags = self._tags(reference)
            if len(tags) == 1:
                located = self._claimed(reference, tags[0])
        return located or self._by_file_name(reference)

    def _missing(self, reference: ImageReference) -> ImageNotFound:
        tags = self._tags(reference)
        if not tags:
            self._root.check()
        try:
            choose_tag(self._registry, reference, tags)
        except ImageNotFound as error:
            return error
        return self._registry.missing(reference)

    # By reference.

    def _claimed(self, reference: ImageReference, tag: str) -> Located | None:
        """Return the file that gets a reference; None if none claims it.

        :raises ImageNotFound: several claim it.
        """
        key = (reference.collection, reference.container, tag)
        for names, claimants in self._claims(key):
            located = self._choose(reference, names, claimants)
            if located is not None:
                return located
        return None

    def _claims(self, key: Key) -> Iterator[tuple[FolderNames, Sequence[Named]]]:
        """Yield the claimants of a reference from each folder, in order; most have none."""
        collection, container, tag = key
        for folder in self._collection_folders(collection):
            # Usual names first, without a listing: a folder may hold a hundred thousand files.
            # What a deeper file is called depends on the other files of its folder.
            if len(folder.parts) <= 2:
                names = self._existing(folder, (container, *usual_names(container, tag)))
                yield names, names.claimants(key)
            names = FolderNames(self._home, folder, folder.files())
            yield names, names.claimants(key)
            tag_folder = folder.enter(container, tag)
            if tag_folder is not None:
                names = FolderNames(self._home, tag_folder, tag_folder.files())
                yield names, names.claimants(key)

    def _choose(
        self, reference: ImageReference, names: FolderNames, claimants: Sequence[Named]
    ) -> Located | None:
        facts = {named: names.folder.file(named.file) for named in claimants}
        existing = [named for named in claimants if facts[named] is not None]
        if len(existing) > 1:
            files = sorted(named.file for named in existing)[:5]
            texts = ", ".join(
                format_reference(self._home, names.collection, file, None) for file in files
            )
            raise self._registry.missing(
                reference, f"Several files could be it. Write one of {texts}."
            )
        for named in existing:
            if named.container == named.file:
                named = self._listed(names, named)
            return Located(names.folder, named, facts[existing[0]])  # type: ignore[arg-type]
        return None

    def _listed(self, names: FolderNames, plain: Named) -> Named:
        """Return what a file that was found by its own name is listed as."""
        if len(names.folder.parts) > 2:
            names = FolderNames(self._home, names.folder, names.folder.files())
        natural = names.natural(plain.file)
        for claiming, claimants in self._claims(natural.key):
            if claimants:
                is_own = len(claimants) == 1 and claimants[0].file == plain.file
                is_here = claiming.folder.parts == names.folder.parts
                return natural if is_own and is_here else plain
        return plain

    # By file name.

    def _by_file_name(self, reference: ImageReference) -> Located | None:
        for folder in self._collection_folders(reference.collection):
            usual = usual_names(reference.container, reference.tag or "latest")
            names = self._existing(folder, [*usual])
            located = self._choose(reference, names, [names.plain(file) for file in names.files])
            if located is not None:
                return located
        return None

    def _existing(self, folder: ListableFolder, files: Sequence[str]) -> FolderNames:
        likely = [name for name in dict.fromkeys(files) if may_be_image(name, folder.parts)]
        return FolderNames(self._home, folder, folder.existing(likely))

    # Other spellings.

    def _spellings(self, reference: ImageReference) -> Iterator[ImageReference]:
        """Yield the reference as its folders and files are spelled, if that differs."""
        if str(reference).isascii():
            return
        wanted = composed(reference.container), composed(reference.tag or "")
        for folder in self._collections_alike(reference.collection.split("/")):
            collection = "/".join(folder.parts) or self._home
            names = FolderNames(self._home, folder, folder.files())
            for file in names.files:
                if is_spelled_alike(file, reference.container):
                    yield replace(reference, collection=collection, container=file, tag=None)
            for container, tag in {
                (named.container, named.tag)
                for place in (names, *self._tag_folders(folder, reference.container))
                for named in map(place.natural, place.files)
                if composed(named.container) == wanted[0]
            }:
                if reference.tag is None or composed(tag) == wanted[1]:
                    tag_asked = None if reference.tag is None else tag
                    yield replace(
                        reference, collection=collection, container=container, tag=tag_asked
                    )

    def _collections_alike(self, parts: Sequence[str]) -> Iterator[ListableFolder]:
        if is_spelled_alike("/".join(parts), self._home):
            yield self._root
        folders: list[ListableFolder] = [self._root]
        for part in parts:
            folders = [
                below
                for folder in folders
                for name in (folder.folders() if not part.isascii() else [part])
                if is_spelled_alike(name, part) and (below := folder.enter(name)) is not None
            ]
        yield from folders

    # Tags.

    def _tags(self, reference: ImageReference) -> Sequence[str]:
        """Return the tags that a reference's container has."""
        name = (reference.collection, reference.container)
        if "/" in reference.container or "\0" in reference.container:
            return ()
        return [
            *dict.fromkeys(
                named.tag
                for folder in self._collection_folders(reference.collection)
                for names in (
                    FolderNames(self._home, folder, folder.files()),
                    *self._tag_folders(folder, reference.container),
                )
                for named in map(names.natural, sorted(names.files))
                if (named.collection, named.container) == name
            )
        ]

    def _tag_folders(self, folder: ListableFolder, container: str) -> Iterator[FolderNames]:
        below = folder.enter(container)
        for name in below.folders() if below is not None else ():
            tag_folder = below.enter(name) if below is not None else None
            if tag_folder is not None:
                yield FolderNames(self._home, tag_folder, tag_folder.files())

    def _collection_folders(self, collection: str) -> Sequence[ListableFolder]:
        folder = self._root.enter(*collection.split("/"))
        folders = [] if folder is None else [folder]
        return [self._root, *folders] if collection == self._home else folders


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
        file_name=named.file,
    )
