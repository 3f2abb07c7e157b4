"""Folders of this host that endpoints serve, each with its path there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..personal.config_paths import real

HOME = "/~"


@dataclass(frozen=True)
class HostFolder:
    """A folder of this host that an endpoint serves.

    :param folder: with links resolved.
    :param endpoint_path: the same folder on the endpoint, without a slash at its end; below ``/~``
        if it is in the user's home there.
    :param origin: the setting, variable or file that says so.
    :param is_guess: whether it may be used only once a check has succeeded.
    :param is_personal: whether Connect Personal serves it.
    """

    endpoint_id: str
    folder: Path
    endpoint_path: str
    is_writable: bool
    origin: str
    is_guess: bool = False
    is_personal: bool = False

    def path_of(self, path: Path) -> str:
        """Return the path on the endpoint of a local path in the folder, links resolved."""
        relative = path.relative_to(self.folder)
        return posixpath.join(self.endpoint_path or "/", *relative.parts)


@dataclass(frozen=True)
class ServedPath:
    """A local path, and one of the endpoints that serve it.

    :param local: with links resolved.
    :param path: on the endpoint.
    """

    folder: HostFolder
    local: Path
    path: str

    @property
    def endpoint_id(self) -> str:
        return self.folder.endpoint_id

    @property
    def may_write(self) -> bool:
        """Whether the user may write there through Globus."""
        return self.folder.is_writable


def folders_of(
    entries: Iterable[Mapping[str, Any]], origin: str, *, is_guess: bool = False
) -> list[HostFolder]:
    """Return the folders of entries in the form of the setting ``host_endpoints``, expanded."""
    return [
        HostFolder(
            entry["endpoint"],
            real(Path(entry["path"])),
            "" if entry["endpoint_path"] == "/" else entry["endpoint_path"],
            entry["writable"],
            origin,
            is_guess=is_guess,
        )
        for entry in entries
    ]


def closest(folders: Iterable[HostFolder], path: Path) -> HostFolder | None:
    """Return the folder with the longest path that contains a local path, or None."""
    containing = [folder for folder in folders if path.is_relative_to(folder.folder)]
    return max(containing, key=lambda folder: len(folder.folder.parts), default=None)


def split(path: str) -> list[str]:
    """Return the names in a path on an endpoint."""
    return [part for part in path.split("/") if part not in ("", ".")]
