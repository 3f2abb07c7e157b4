"""What each file of a tree is listed as, if several claim one reference.

A reference means at most one file, and each file has its plain name: its folder, its file name and
the tag ``latest``. These claim a reference, in this order:

1. the file whose plain name it is;
2. the files of the collection's folder that usually have this reference;
3. the files of the folder ``<container>/<tag>`` below it.

Of the first of these that has any claimant, a single one gets the reference. If there are several,
none gets it, and each is listed by its plain name. Listings and lookups follow the same order, so
that what is listed is what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .layouts import BY_FOLDER, PUSHED, Named, name_file, usual_names
from .listable import ListableFolder

Key = tuple[str, str, str]


class FolderNames:
    """The references that the files of one folder claim.

    :param home: the collection of files outside of collections.
    :param files: all image files of the folder, or all that can claim a reference in question.
    """

    def __init__(self, home: str, folder: ListableFolder, files: Sequence[str]) -> None:
        self.folder = folder
        self.files = frozenset(files)
        self._order = files
        self._home = home
        self._counts: Counter[Key] = Counter()
        self._others: dict[Key, list[Named]] = {}
        for file in files:
            named = self.natural(file)
            if named.rank >= BY_FOLDER:
                self._others.setdefault(named.key, []).append(named)
            elif named.rank:
                self._counts[named.key] += 1

    @property
    def collection(self) -> str:
        """The collection of the files that the folder does not name."""
        return "/".join(self.folder.parts) or self._home

    def natural(self, file: str) -> Named:
        """Name a file, regardless of whether another claims the same reference."""
        is_alone = len(self.files) == 1
        return name_file(self._home, self.folder.parts, file, is_alone=is_alone)

    def plain(self, file: str) -> Named:
        """Name a file by its plain name."""
        return Named(file, self.collection, file, "latest")

    def claimants(self, key: Key) -> list[Named]:
        """Return the files that claim a reference."""
        collection, container, tag = key
        if collection == self.collection:
            if tag == "latest" and container in self.files:
                return [self.plain(container)]
            usual = [
                named
                for name in usual_names(container, tag)
                if name in self.files and (named := self.natural(name)).key == key
            ]
            if usual:
                return usual
        return self._newest_push(self._others.get(key, []))

    def listed(self) -> Iterator[tuple[Named, bool]]:
        """Yield each file with its natural name, and whether it alone claims that here."""
        for file in self._order:
            named = self.natural(file)
            is_here = named.rank != BY_FOLDER
            if is_here and named.tag == "latest" and named.container in self.files:
                yield named, named.container == file
            elif named.rank == 0:
                yield named, named.key not in self._counts
            elif named.rank < BY_FOLDER:
                yield named, self._counts[named.key] == 1 and not self._has_bare(named)
            else:
                claimants = self.claimants(named.key)
                yield named, len(claimants) == 1 and claimants[0].file == file

    def is_earlier_push(self, named: Named) -> bool:
        """Check whether a newer push of the same tag gets this file's reference."""
        claimants = self.claimants(named.key) if named.rank == PUSHED else []
        return (
            len(claimants) == 1 and claimants[0].rank == PUSHED and claimants[0].file != named.file
        )

    def _has_bare(self, named: Named) -> bool:
        bare = f"{named.container}:{named.tag}"
        return bare in self.files and self.natural(bare).key == named.key

    def _newest_push(self, claimants: list[Named]) -> list[Named]:
        if len(claimants) < 2 or any(named.rank != PUSHED for named in claimants):
            return claimants

        def modified_at(named: Named) -> float:
            facts = self.folder.file(named.file)
            return (facts.modified_at or 0.0) if facts is not None else -1.0

        return [max(claimants, key=modified_at)]


class TreeNames:
    """Names the files of a tree while its folders are read, each folder before its subfolders.

    :param home: the collection of files outside of collections.
    :param left_out: how many files have the same name as another, and no name of their own.
    """

    def __init__(self, home: str, root: ListableFolder) -> None:
        self.left_out = 0
        self._home = home
        self._root = root
        self._root_folders: frozenset[str] | None = None
        self._above: dict[tuple[str, ...], FolderNames] = {}

    def name_folder(self, folder: ListableFolder, files: Sequence[str]) -> Iterator[Named]:
        """Name the files of a folder, each with a reference of its own."""
        parts = folder.parts
        names = FolderNames(self._home, folder, files)
        self._above = {
            above: known for above, known in self._above.items() if parts[: len(above)] == above
        }
        self._above[parts] = names
        for named, is_alone in names.listed():
            if is_alone and not self._is_taken(named, parts):
                yield named
            elif names.is_earlier_push(named):
                self.left_out += 1
            else:
                plain = names.plain(named.file)
                if self._is_taken(plain, parts):
                    self.left_out += 1
                else:
                    yield plain

    def _is_taken(self, named: Named, parts: tuple[str, ...]) -> bool:
        """Check whether a folder that comes first claims a reference."""
        is_tag_folder = named.rank == BY_FOLDER
        if named.collection != self._home:
            if not is_tag_folder:
                return False
            names = self._above.get(parts[:-2])
            return names is not None and bool(names.claimants(named.key))
        flat = parts[:-2] if is_tag_folder else parts
        for base in ((), (self._home,)):
            if base == flat and not is_tag_folder:
                return False
            names = self._above.get(base)
            if names is not None and names.claimants(named.key):
                return True
            if base == flat:
                return False
            if self._tag_folder_claims(named):
                return True
        return False

    def _tag_folder_claims(self, named: Named) -> bool:
        """Check the root's folder ``<container>/<tag>``, which a walk may not have reached yet."""
        if self._root_folders is None:
            self._root_folders = frozenset(self._root.folders())
        if named.container not in self._root_folders:
            return False
        folder = self._root.enter(named.container, named.tag)
        if folder is None:
            return False
        return bool(FolderNames(self._home, folder, folder.files()).claimants(named.key))
