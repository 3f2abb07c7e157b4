"""Connect Personal's ``config-paths``: the folders it serves, and what may be done with them.

Each line is ``PATH,SHARING,READWRITE``, the last two 0 or 1. The longest matching path decides.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import BadRequest, StoreUnavailable
from ...store.atomic_file import OWNER_ONLY, write_atomically
from ...store.regular import read_small

# What Connect Personal serves while the file does not exist. Creating it must not take that away.
DEFAULT = "~/,0,1\n"


@dataclass(frozen=True)
class ServedFolder:
    """A folder that Connect Personal serves.

    :param folder: with links resolved.
    :param is_shared: guest collections may share it.
    """

    folder: Path
    is_shared: bool
    is_writable: bool


class ConfigPaths:
    """One ``config-paths`` file, read at each use because users edit it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def folders(self) -> list[ServedFolder]:
        """Return every folder that is served. Lines that make no sense are ignored.

        :raises StoreUnavailable: the file cannot be read.
        """
        return [served for _, served in self._lines() if served is not None]

    def serving(self, folder: Path) -> ServedFolder | None:
        """Return the line that decides about a folder, or None if it is not served.

        :raises StoreUnavailable: the file cannot be read.
        """
        return nearest(self.folders(), real(folder))

    def line_for(self, folder: Path) -> str | None:
        """Return the text of the line for exactly this folder, or None.

        :raises StoreUnavailable: the file cannot be read.
        """
        target = real(folder)
        for line, served in self._lines():
            if served is not None and served.folder == target:
                return line.strip()
        return None

    def share_read_only(self, folder: Path) -> None:
        """Serve a folder for reading, and let guest collections share it.

        Every other line stays as it is.

        :raises StoreUnavailable: the file cannot be read or written.
        :raises BadRequest: the file's format cannot hold the folder's name.
        """
        target, new_line = real(folder), read_only_line(folder)
        kept = [line for line, served in self._lines() if served is None or served.folder != target]
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else OWNER_ONLY
        write_atomically(self.path, "\n".join([*kept, new_line]) + "\n", mode)

    def _lines(self) -> Iterator[tuple[str, ServedFolder | None]]:
        try:
            text = read_small(self.path).decode()
        except FileNotFoundError:
            text = DEFAULT
        except (OSError, UnicodeDecodeError) as error:
            raise StoreUnavailable(f"Cannot read {self.path}: {error}.") from error
        for line in text.splitlines():
            yield line, parse_line(line)


def parse_line(line: str) -> ServedFolder | None:
    """Return the folder that a line names, or None if the line names none."""
    parts = line.strip().rsplit(",", 2)
    # Unlike pathlib's, this expanduser leaves the home of an unknown user as it is.
    path = os.path.expanduser(parts[0])  # noqa: PTH111
    if len(parts) != 3 or not os.path.isabs(path) or "\0" in path:  # noqa: PTH117
        return None
    return ServedFolder(
        real(Path(path)),
        is_shared=parts[1].strip() == "1",
        is_writable=parts[2].strip() == "1",
    )


def nearest(folders: list[ServedFolder], path: Path) -> ServedFolder | None:
    """Return the folder with the longest path that contains the path, or None.

    :param path: absolute.
    """
    containing = [served for served in folders if path.is_relative_to(served.folder)]
    return max(containing, key=lambda served: len(served.folder.parts), default=None)


def read_only_line(folder: Path) -> str:
    """Return the line that shares a folder for reading.

    :raises BadRequest: the file's format cannot hold the folder's name.
    """
    name = str(real(folder))
    if any(c in name for c in "\n\r,"):
        raise BadRequest(
            f"Connect Personal cannot serve {name!r}, because the name contains a comma or a line "
            "break. Rename the folder."
        )
    return f"{name.rstrip('/')}/,1,0"


def real(path: Path) -> Path:
    """Return a path with all links resolved. Unlike pathlib's, this accepts circular links."""
    return Path(os.path.realpath(path))
