"""Walks a local folder tree for image files, without leaving it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .layouts import has_unknown_type, is_unpacked, may_be_image
from .listable import is_enterable

MAX_DEPTH = 12
# Links among a few folders can make an almost endless number of paths.
MAX_BEHIND_LINKS = 20_000

# A folder that changes twice within a clock tick of its file system keeps its time stamp.
_RACY_NS = 2_000_000_000


@dataclass
class Skipped:
    """What a walk left out, for a remark to users."""

    unpacked: int = 0
    outside: int = 0
    linked: int = 0
    unreadable: int = 0
    beyond: int = 0
    not_text: int = 0
    dangling: int = 0
    unknown: int = 0
    same_name: int = 0

    def __str__(self) -> str:
        reasons = (
            (
                self.unpacked,
                "unpacked image, which is a folder and cannot be sent",
                "unpacked images, which are folders and cannot be sent",
            ),
            (
                self.outside,
                "link that points outside the folder",
                "links that point outside the folder",
            ),
            (self.linked, "link to a folder", "links to folders"),
            (self.unreadable, "folder that cannot be read", "folders that cannot be read"),
            (self.beyond, "folder beyond the limit", "folders beyond the limit"),
            (self.not_text, "name that is not valid UTF-8", "names that are not valid UTF-8"),
            (self.dangling, "link that leads nowhere", "links that lead nowhere"),
            (
                self.unknown,
                "file without a known extension",
                "files without a known extension",
            ),
            (
                self.same_name,
                "file with the same name as another",
                "files with the same name as another",
            ),
        )
        parts = [
            f"{count} {singular if count == 1 else plural}"
            for count, singular, plural in reasons
            if count
        ]
        return f"Not listed: {'; '.join(parts)}." if parts else ""


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
        """Return the path of a folder of the tree, or of an entry in it."""
        return "/".join((self._root, *folder, *name))

    def walk(
        self, skipped: Skipped, marks: dict[str, int]
    ) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        """Yield each folder with image files, and their names.

        A folder comes before its subfolders.

        :param marks: filled with each folder's modification time, for ``is_unchanged``.
        :raises OSError: the root itself can't be read.
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
                yield parts, folder.files

    def read_folder(
        self, parts: Sequence[str], real_root: str | None = None, skipped: Skipped | None = None
    ) -> FolderContents:
        """Read one folder.

        :raises OSError: it can't be read.
        """
        real_root = real_root or os.path.realpath(self.root)
        skipped = skipped if skipped is not None else Skipped()
        contents = FolderContents()
        links = []
        not_text = unknown = 0
        with os.scandir(self.path(parts)) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_symlink():
                    links.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    contents.folders.append(name)
                elif may_be_image(name, parts) and entry.is_file(follow_symlinks=False):
                    if name.isascii() or _is_text(name):
                        contents.files.append(name)
                    else:
                        not_text += 1
                elif has_unknown_type(name) and entry.is_file(follow_symlinks=False):
                    unknown += 1
        if is_unpacked(parts, {*contents.folders, *links}):
            return FolderContents(is_unpacked=True)
        skipped.not_text += not_text
        skipped.unknown += unknown
        for name in links:
            self._follow(parts, name, real_root, contents, skipped)
        contents.folders = [
            name for name in contents.folders if not name.startswith(".") and _is_text(name)
        ]
        contents.files.sort()
        contents.folders.sort()
        return contents

    def is_walked(self, parts: Sequence[str]) -> bool:
        """Check whether a walk would reach a folder: no link on its path leads out or back up."""
        if not all(map(is_enterable, parts)) or len(parts) > MAX_DEPTH:
            return False
        above = real_root = os.path.realpath(self.root)
        for depth in range(1, len(parts) + 1):
            path = self.path(parts[:depth])
            real = os.path.realpath(path)
            if os.path.islink(path) and (  # noqa: PTH114
                not is_below(real, real_root) or is_below(above, real)
            ):
                return False
            above = real
        return True

    def is_unchanged(self, marks: dict[str, int]) -> bool:
        """Check whether every folder still has the modification time of a walk."""
        try:
            return bool(marks) and all(
                mark == os.stat(self.path(folder.split("/"))).st_mtime_ns  # noqa: PTH116
                for folder, mark in marks.items()
            )
        except (OSError, ValueError):
            return False

    def _mark(self, parts: Sequence[str]) -> int:
        modified = os.stat(self.path(parts)).st_mtime_ns  # noqa: PTH116
        # No folder has the time -1, so a recent folder counts as changed at the next check.
        return modified if time.time_ns() - modified > _RACY_NS else -1

    def _follow(
        self,
        parts: Sequence[str],
        name: str,
        real_root: str,
        contents: FolderContents,
        skipped: Skipped,
    ) -> None:
        if name.startswith(".") or not _is_text(name):
            return
        path = self.path(parts, name)
        target = os.path.realpath(path)
        try:
            mode = os.stat(target).st_mode  # noqa: PTH116
        except OSError:
            skipped.dangling += may_be_image(name, parts) or has_unknown_type(name)
            return
        is_folder = stat.S_ISDIR(mode)
        if not is_folder and not (stat.S_ISREG(mode) and may_be_image(name, parts)):
            skipped.unknown += stat.S_ISREG(mode) and has_unknown_type(name)
            return
        if not is_below(target, real_root):
            skipped.outside += 1
        elif not is_folder:
            contents.files.append(name)
        elif not is_below(os.path.realpath(self.path(parts)), target):
            # A link to a folder above would lead in a circle.
            contents.folders.append(name)
            contents.linked.add(name)


def is_below(path: str, root: str) -> bool:
    """Check whether a path, links resolved, is the root or below it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
