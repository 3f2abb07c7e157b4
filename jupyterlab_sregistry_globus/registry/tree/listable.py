"""Anything that can be listed like a folder: on this host's disk, or on a Globus endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


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


def is_enterable(name: str) -> bool:
    """Check a folder's name: walks enter no hidden folder, and no name leaves the tree."""
    return bool(name) and not name.startswith(".") and "/" not in name and "\0" not in name
