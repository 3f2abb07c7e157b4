"""Connect Personal's ``config-paths``: which folders it serves, to whom, and whether for writing.

Each line is ``PATH,SHARING,READWRITE``, the last two 0 or 1. The longest path that fits decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import BadRequest, StoreUnavailable
from .files import OWNER_ONLY, write_whole

# What Connect Personal serves while it has no such file: writing one must not take that away.
_DEFAULT = "~/,0,1\n"


@dataclass(frozen=True)
class Line:
    """One folder that is served."""

    folder: Path
    is_shared: bool
    is_writable: bool


class ConfigPaths:
    """One such file; read anew at each use, as people edit it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line]:
        """Every folder that is served.

        :raises StoreUnavailable: the file cannot be read.
        """
        return [line for text in self._text().splitlines() if (line := _line(text)) is not None]

    def serving(self, folder: Path) -> Line | None:
        """The line that decides about a folder; None where it is not served.

        :raises StoreUnavailable: the file cannot be read.
        """
        real = folder.resolve()
        fitting = [one for one in self.lines() if real.is_relative_to(one.folder.resolve())]
        return max(fitting, key=lambda one: len(one.folder.resolve().parts), default=None)

    def own_line(self, folder: Path) -> str | None:
        """The line of just this folder, as it stands; None where there is none.

        :raises StoreUnavailable: the file cannot be read.
        """
        real = folder.resolve()
        for text in self._text().splitlines():
            line = _line(text)
            if line is not None and line.folder.resolve() == real:
                return text.strip()
        return None

    def share_read_only(self, folder: Path) -> None:
        """Have a folder served for reading, to others too. Every other line stays as it is.

        :raises StoreUnavailable: the file cannot be read or written.
        :raises BadRequest: such a file cannot name the folder.
        """
        real, wanted = folder.resolve(), read_only_line(folder)
        kept = [
            text
            for text in self._text().splitlines()
            if (line := _line(text)) is None or line.folder.resolve() != real
        ]
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else OWNER_ONLY
        write_whole(self.path, "\n".join([*kept, wanted]) + "\n", mode)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return _DEFAULT
        except (OSError, UnicodeDecodeError) as error:
            raise StoreUnavailable(f"{self.path} cannot be read: {error}.") from error


def read_only_line(folder: Path) -> str:
    """The line that shares a folder for reading.

    :raises BadRequest: such a file cannot name the folder.
    """
    name = str(folder.resolve())
    if any(c in name for c in "\n\r,"):
        raise BadRequest(f"Connect Personal cannot serve {name!r}, whose name holds a comma.")
    return f"{name.rstrip('/')}/,1,0"


def _line(text: str) -> Line | None:
    parts = text.strip().rsplit(",", 2)
    if len(parts) != 3 or not parts[0]:
        return None
    return Line(
        Path(parts[0]).expanduser(),
        is_shared=parts[1].strip() == "1",
        is_writable=parts[2].strip() == "1",
    )
