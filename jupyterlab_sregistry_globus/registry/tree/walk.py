"""Walking a folder tree for image files, without leaving it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .layouts import is_unpacked, may_be_image
from .lookup import is_enterable

MAX_DEPTH = 12
# Links among a few folders make a number of ways that nobody can walk to its end.
MAX_BEHIND_LINKS = 20_000

# A folder written within its file system's clock tick keeps its time stamp when written again.
_RACY_NS = 2_000_000_000


@dataclass
class Skipped:
    """What a walk left out, for a remark to people."""

    unpacked: int = 0
    outside: int = 0
    linked: int = 0
    unreadable: int = 0
    beyond: int = 0
    not_text: int = 0

    def __str__(self) -> str:
        said = (
            (
                self.unpacked,
                "unpacked image, which is a folder and no file to send",
                "unpacked images, which are folders and no files to send",
            ),
            (
                self.outside,
                "link that leads out of the folder",
                "links that lead out of the folder",
            ),
            (self.linked, "link to a folder", "links to folders"),
            (self.unreadable, "folder that cannot be read", "folders that cannot be read"),
            (self.beyond, "folder too many", "folders too many"),
            (self.not_text, "name that is no UTF-8 text", "names that are no UTF-8 text"),
        )
        parts = [f"{count} {one if count == 1 else many}" for count, one, many in said if count]
        return f"Left out: {'; '.join(parts)}." if parts else ""


@dataclass
class FolderContents:
    """The names of what one folder holds, sorted.

    :param linked: which of the folders are links.
    """

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    is_unpacked: bool = False


class Tree:
    """A folder tree of images.

    :param root: its links are resolved at each use, because it may be mounted later.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = str(root).rstrip("/")

    def path(self, folder: Sequence[str], *name: str) -> str:
        """The path of a folder of the tree, or of something in it."""
        return "/".join((self._root, *folder, *name))

    def walk(
        self, skipped: Skipped, marks: dict[str, int]
    ) -> Iterator[tuple[tuple[str, ...], list[str], bool]]:
        """Each folder that holds image files, their names, and whether others may follow.

        A folder comes before those in it.

        :param marks: filled with each folder's modification time, as ``is_unchanged`` wants it.
        :raises OSError: the root itself cannot be read.
        """
        real_root = os.path.realpath(self.root)
        pending: list[tuple[tuple[str, ...], bool]] = [((), False)]
        left = MAX_BEHIND_LINKS
        while pending:
            parts, is_behind_link = pending.pop()
            if is_behind_link:
                left -= 1
                if left < 0:
                    skipped.linked += 1
                    continue
            try:
                marks["/".join(parts)] = self._mark(parts)
                folder = self.read_folder(parts, real_root, skipped)
            except OSError:
                if not parts:
                    raise
                skipped.unreadable += 1
                continue
            if folder.is_unpacked:
                skipped.unpacked += 1
                continue
            if len(parts) < MAX_DEPTH:
                pending.extend(
                    ((*parts, name), is_behind_link or name in folder.linked)
                    for name in reversed(folder.folders)
                )
            if folder.files:
                yield parts, folder.files, bool(pending)

    def read_folder(
        self, parts: Sequence[str], real_root: str | None = None, skipped: Skipped | None = None
    ) -> FolderContents:
        """What one folder holds.

        :raises OSError: it cannot be read.
        """
        real_root = real_root or os.path.realpath(self.root)
        skipped = skipped if skipped is not None else Skipped()
        found = FolderContents()
        links = []
        with os.scandir(self.path(parts)) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_symlink():
                    links.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    found.folders.append(name)
                elif may_be_image(name, parts) and entry.is_file(follow_symlinks=False):
                    if name.isascii() or _is_text(name):
                        found.files.append(name)
                    else:
                        skipped.not_text += 1
        if is_unpacked(parts, {*found.folders, *links}):
            return FolderContents(is_unpacked=True)
        for name in links:
            self._follow(parts, name, real_root, found, skipped)
        found.folders = [n for n in found.folders if not n.startswith(".") and _is_text(n)]
        found.files.sort()
        found.folders.sort()
        return found

    def is_walked(self, parts: Sequence[str]) -> bool:
        """Whether a walk would come to a folder: no link on the way leads out or round."""
        if not all(map(is_enterable, parts)) or len(parts) > MAX_DEPTH:
            return False
        above = real_root = os.path.realpath(self.root)
        for depth in range(1, len(parts) + 1):
            path = self.path(parts[:depth])
            here = os.path.realpath(path)
            if os.path.islink(path) and (  # noqa: PTH114
                not is_below(here, real_root) or is_below(above, here)
            ):
                return False
            above = here
        return True

    def is_unchanged(self, marks: dict[str, int]) -> bool:
        """Whether every folder still has the modification time that a walk found."""
        try:
            return bool(marks) and all(
                mark == os.stat(self.path(folder.split("/"))).st_mtime_ns  # noqa: PTH116
                for folder, mark in marks.items()
            )
        except (OSError, ValueError):
            return False

    def _mark(self, parts: Sequence[str]) -> int:
        modified = os.stat(self.path(parts)).st_mtime_ns  # noqa: PTH116
        # A time that no folder has stands for "may have changed since".
        return modified if time.time_ns() - modified > _RACY_NS else -1

    def _follow(
        self,
        parts: Sequence[str],
        name: str,
        real_root: str,
        found: FolderContents,
        skipped: Skipped,
    ) -> None:
        if name.startswith(".") or not _is_text(name):
            return
        path = self.path(parts, name)
        target = os.path.realpath(path)
        try:
            mode = os.stat(target).st_mode  # noqa: PTH116
        except OSError:
            return  # leads nowhere
        is_folder = stat.S_ISDIR(mode)
        if not is_folder and not (stat.S_ISREG(mode) and may_be_image(name, parts)):
            return
        if not is_below(target, real_root):
            skipped.outside += 1
        elif not is_folder:
            found.files.append(name)
        elif not is_below(os.path.realpath(self.path(parts)), target):
            # A link to a folder above would lead round in circles.
            found.folders.append(name)
            found.linked.add(name)


def is_below(path: str, root: str) -> bool:
    """Whether a path, links resolved, is the root or lies under it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
