"""Images in a folder tree of this host, in each of the layouts of layouts.py."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from ...errors import ImageUnreadable, RegistryUnavailable
from ...images.digest import Digests
from ...images.inspect import HeaderFacts, inspect_file, read_header
from ...images.reference import ImageReference
from ...models.images import Image, ImageDetails
from ..base import ListingSummary, RegistryBackend, ServedStorage, Storage, check_digest
from ..entry import Entry
from .listable import FileFacts
from .lookup import Located, Lookup, image_of
from .names import TreeNames
from .walk import Skipped, Tree, is_below


class LocalFolder:
    """A folder of a tree on this host; a ``ListableFolder``.

    :param real_root: the tree's root, links resolved. Links that lead out of it are not followed.
    """

    def __init__(self, tree: Tree, parts: tuple[str, ...], real_root: str) -> None:
        self._tree = tree
        self._parts = parts
        self._real_root = real_root

    @property
    def parts(self) -> tuple[str, ...]:
        return self._parts

    def check(self) -> None:
        with os.scandir(self._tree.path(self._parts)):
            pass

    def files(self) -> Sequence[str]:
        try:
            return self._tree.read_folder(self._parts).files
        except OSError:
            return ()

    def folders(self) -> Sequence[str]:
        try:
            return self._tree.read_folder(self._parts).folders
        except OSError:
            return ()

    def existing(self, names: Sequence[str]) -> Sequence[str]:
        return [name for name in names if self.file(name) is not None]

    def file(self, name: str) -> FileFacts | None:
        path = self._tree.path(self._parts, name)
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                status = os.stat(path)  # noqa: PTH116
                if not is_below(os.path.realpath(path), self._real_root):
                    return None
        except OSError:
            return None
        is_file = stat.S_ISREG(status.st_mode)
        return FileFacts(status.st_size, status.st_mtime) if is_file else None

    def enter(self, *names: str) -> LocalFolder | None:
        parts = (*self._parts, *names)
        is_walked = self._tree.is_walked(parts)
        return LocalFolder(self._tree, parts, self._real_root) if is_walked else None


class FolderRegistry(RegistryBackend):
    """The images below one folder, without files that links outside of it lead to.

    :param root: read at each use; it may be missing for now.
    :param digests: digests of files that are already known. None knows none.
    """

    kind = "folder"
    check_after_s = 5.0
    has_headers = True

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        served_by: ServedStorage | None = None,
        digests: Digests | None = None,
    ) -> None:
        super().__init__(name, str(root), served_by)
        self._tree = Tree(root)
        self._digests = digests

    @property
    def receiving_folder(self) -> Path | None:
        return self._tree.root

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        skipped, marks = Skipped(), dict[str, int]()
        for image in self._images(skipped, marks):
            on_image(image)
        return ListingSummary(str(skipped), json.dumps(marks, separators=(",", ":")))

    def is_unchanged(self, marker: str) -> bool:
        try:
            marks = json.loads(marker)
        except ValueError:
            return False
        return isinstance(marks, dict) and self._tree.is_unchanged(marks)

    def find(self, reference: ImageReference) -> Image:
        return self._find(reference)[0]

    def storage(self, reference: ImageReference) -> Storage | None:
        _, located = self._find(reference)
        path = Path(os.path.realpath(self._path(located)))
        return Storage(path_below_root=located.path_below_root, local_path=path)

    def inspect(self, reference: ImageReference) -> ImageDetails:
        image, located = self._find(reference)
        return inspect_file(self._path(located), image)

    def read_header(self, reference: ImageReference) -> HeaderFacts | None:
        _, located = self._find(reference)
        try:
            return read_header(self._path(located))
        except ImageUnreadable:
            return None

    def _images(self, skipped: Skipped, marks: dict[str, int]) -> Iterator[Image]:
        real_root = os.path.realpath(self._tree.root)
        names = TreeNames(self.name, LocalFolder(self._tree, (), real_root))
        try:
            for parts, files in self._tree.walk(skipped, marks):
                folder = LocalFolder(self._tree, parts, real_root)
                for named in names.name_folder(folder, files):
                    facts = folder.file(named.file)
                    if facts is not None:
                        yield image_of(self.name, named, facts)
        except OSError as error:
            raise self._unavailable(error) from error
        skipped.same_name = names.left_out

    def _find(self, reference: ImageReference) -> tuple[Image, Located]:
        root = LocalFolder(self._tree, (), os.path.realpath(self._tree.root))
        try:
            located = Lookup(self, root).locate(reference)
        except OSError as error:
            raise self._unavailable(error) from error
        path = Path(os.path.realpath(self._path(located)))
        known = self._digests.known(path) if self._digests is not None else None
        image = image_of(self.name, located.named, located.facts)
        return check_digest(msgspec.structs.replace(image, digest=known), reference), located

    def _path(self, located: Located) -> Path:
        return Path(self._tree.path(located.folder.parts, located.named.file))

    def _unavailable(self, error: OSError) -> RegistryUnavailable:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else error.strerror
        return RegistryUnavailable(
            f"The folder {self.location} of the registry {self.name!r} cannot be read: {reason}. "
            "Create it, or configure another one in SRegistryGlobus.registries."
        )


def from_entry(entry: Entry) -> FolderRegistry:
    """Make a registry from an entry with ``path``.

    :raises InvalidEntry: the path is missing, or cannot be expanded.
    """
    root = entry.folder("path")
    return FolderRegistry(entry.name, root, served_by=entry.served_by(), digests=entry.digests())
