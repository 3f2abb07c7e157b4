"""Images in a folder tree of this host, in each of the layouts of layouts.py."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from ...errors import ImageUnreadable, RegistryUnavailable
from ...images.digest import Digests
from ...images.inspect import Look, inspect_file, look
from ...images.reference import ImageReference, written
from ...models.images import Image, ImageDetails
from ..base import RegistryBackend, ServedStorage, Storage, check_digest, choose_tag
from ..entry import Entry, EntryWrong
from .layouts import Named, may_be_image, usual_names
from .walk import Skipped, Tree, is_below


class FolderRegistry(RegistryBackend):
    """The images below one folder; files that links lead to outside of it are not among them.

    :param root: read at each use; it may be missing for now.
    :param digests: digests of files that are known already; None knows none.
    """

    kind = "folder"
    check_after_s = 5.0
    has_looks = True

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        served_by: ServedStorage | None = None,
        digests: Digests | None = None,
    ) -> None:
        super().__init__(name, str(root), served_by)
        self._tree = Tree(root, home=name)
        self._digests = digests

    def list(self) -> Iterable[Image]:
        skipped, marks = Skipped(), dict[str, int]()
        self.remark, self.marker = "", None
        seen: dict[str, set[tuple[str, str]]] = {}
        walk = self._tree.walk(skipped, marks)
        try:
            for parts, files, has_more in walk:
                if len(parts) == 1:
                    seen = {self.name: seen.get(self.name, set())}
                for named in self._tree.named(parts, files):
                    among = seen.setdefault(named.collection, set())
                    if (named.container, named.tag) in among:
                        continue
                    image = self._image(parts, named)
                    if image is not None:
                        if has_more:  # else there is nothing that could come twice
                            among.add((named.container, named.tag))
                        yield image
        except OSError as error:
            raise self._unavailable(error) from error
        self.remark = str(skipped)
        self.marker = json.dumps(marks, separators=(",", ":"))

    def is_unchanged(self, marker: str) -> bool:
        try:
            marks = json.loads(marker)
        except ValueError:
            return False
        return isinstance(marks, dict) and self._tree.is_unchanged(marks)

    def find(self, reference: ImageReference) -> Image:
        return self._located(reference)[0]

    def storage(self, reference: ImageReference) -> Storage | None:
        _, parts, file = self._located(reference)
        path = Path(os.path.realpath(self._tree.path(parts, file)))
        return Storage(path_below_root="/".join((*parts, file)), local_path=path)

    def inspect(self, reference: ImageReference) -> ImageDetails:
        image, parts, file = self._located(reference)
        return inspect_file(Path(self._tree.path(parts, file)), image)

    def look(self, reference: ImageReference) -> Look | None:
        _, parts, file = self._located(reference)
        try:
            return look(Path(self._tree.path(parts, file)))
        except ImageUnreadable:
            return None

    def _located(self, reference: ImageReference) -> tuple[Image, tuple[str, ...], str]:
        """The image, and where its file is: the folder's parts and the file's name."""
        try:
            # Asked first, because a folder that is gone is another error than an image that is.
            os.stat(self._tree.root)  # noqa: PTH116
        except OSError as error:
            raise self._unavailable(error) from error
        real_root = os.path.realpath(self._tree.root)
        for parts, named in self._candidates(reference):
            path = os.path.realpath(self._tree.path(parts, named.file))
            image = self._image(parts, named) if is_below(path, real_root) else None
            if image is not None:
                return self._with_digest(image, Path(path), reference), parts, named.file
        choose_tag(self, reference, self._tags(reference))
        raise self.missing(reference)

    def _with_digest(self, image: Image, path: Path, reference: ImageReference) -> Image:
        known = self._digests.known(path) if self._digests is not None else None
        return check_digest(msgspec.structs.replace(image, digest=known), reference)

    def _candidates(self, reference: ImageReference) -> Iterator[tuple[tuple[str, ...], Named]]:
        if any(c in reference.container + (reference.tag or "") for c in "/\0"):
            return
        folders = [*self._collection_folders(reference.collection)]
        if reference.tag is None:
            reference = self._with_tag(reference, folders)
        for parts in folders:
            yield from self._among_usual(parts, reference)
        for parts in folders:
            yield from self._in_folder(parts, reference)
            below = (*parts, reference.container, str(reference.tag))
            if self._tree.is_walked(below):
                yield from self._in_folder(below, reference)

    def _collection_folders(self, collection: str) -> Iterator[tuple[str, ...]]:
        if collection == self.name:
            yield ()
        parts = tuple(collection.split("/"))
        if self._tree.is_walked(parts):
            yield parts

    def _among_usual(
        self, parts: tuple[str, ...], reference: ImageReference
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        """Without listing the folder, which may be huge; deeper ones depend on all their files."""
        if len(parts) > 2:
            return
        for file in usual_names(reference.container, reference.tag or ""):
            if may_be_image(file, parts) and os.path.lexists(self._tree.path(parts, file)):
                for named in self._tree.named(parts, [file]):
                    if _is_meant(named, reference):
                        yield parts, named

    def _in_folder(
        self, parts: tuple[str, ...], reference: ImageReference
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        for named in self._tree.named(parts, self._files(parts)):
            if _is_meant(named, reference):
                yield parts, named

    def _with_tag(
        self, reference: ImageReference, folders: Sequence[tuple[str, ...]]
    ) -> ImageReference:
        latest = replace(reference, tag="latest")
        for parts in folders:
            if any(True for _ in self._among_usual(parts, latest)):
                return latest
        return replace(reference, tag=choose_tag(self, reference, self._tags(reference)))

    def _tags(self, reference: ImageReference) -> Sequence[str]:
        """The tags that a reference's container has."""
        meant = (reference.collection, reference.container)
        return [
            *dict.fromkeys(
                named.tag
                for parts in self._collection_folders(reference.collection)
                for folder in (parts, *self._tag_folders(parts, reference.container))
                for named in self._tree.named(folder, self._files(folder))
                if (named.collection, named.container) == meant
            )
        ]

    def _tag_folders(self, parts: tuple[str, ...], container: str) -> Iterator[tuple[str, ...]]:
        if self._tree.is_walked((*parts, container)):
            for name in self._folders((*parts, container)):
                yield (*parts, container, name)

    def _files(self, parts: tuple[str, ...]) -> Sequence[str]:
        try:
            return self._tree.look(parts).files
        except OSError:
            return ()

    def _folders(self, parts: tuple[str, ...]) -> Sequence[str]:
        try:
            return self._tree.look(parts).folders
        except OSError:
            return ()

    def _image(self, parts: Sequence[str], named: Named) -> Image | None:
        """The listing's row; None if the file is gone, no file, or not in the tree after all."""
        path = self._tree.path(parts, named.file)
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                status = os.stat(path)  # noqa: PTH116
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return Image(
            reference=written(self.name, named.collection, named.container, named.tag),
            registry=self.name,
            collection=named.collection,
            container=named.container,
            tag=named.tag,
            size_bytes=status.st_size,
            modified_at=status.st_mtime,
        )

    def _unavailable(self, error: OSError) -> RegistryUnavailable:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else error.strerror
        return RegistryUnavailable(
            f"The folder {self.location} of the registry {self.name!r} cannot be read: {reason}. "
            "Create it, or name another one in the setting SRegistryGlobus.registries."
        )


def from_entry(entry: Entry) -> FolderRegistry:
    """A registry out of an entry with ``path``.

    :raises EntryWrong: the path is missing or relative.
    """
    root = Path(entry.text("path")).expanduser()
    if not root.is_absolute():
        raise EntryWrong(f"its path {str(root)!r} must be absolute.")
    return FolderRegistry(entry.name, root, served_by=entry.served_by(), digests=entry.digests())


def _is_meant(named: Named, reference: ImageReference) -> bool:
    return (named.collection, named.container, named.tag) == (
        reference.collection,
        reference.container,
        reference.tag,
    )
