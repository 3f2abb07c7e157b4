"""This host's own endpoint: Globus Connect Personal, and which local paths it serves."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SharedFolder:
    """One line of Connect Personal's ``config-paths``."""

    folder: Path
    is_writable: bool


class LocalEndpoint:
    """Connect Personal as its files describe it; read anew at each use, as people edit them.

    :param config_dir: what is given to ``globusconnectpersonal -dir``, mostly ``~/.globusonline``.
    """

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir

    @property
    def config_paths_file(self) -> Path:
        """The file that lists the folders that are served."""
        return self._config_dir / "lta" / "config-paths"

    def endpoint_id(self) -> str | None:
        """The endpoint's id; None where Connect Personal was never set up."""
        from globus_sdk import LocalGlobusConnectPersonal

        try:
            found = LocalGlobusConnectPersonal(config_dir=str(self._config_dir)).endpoint_id
        except (OSError, UnicodeDecodeError):
            return None
        return found or None

    def folders(self) -> list[SharedFolder]:
        """The folders that the endpoint serves; the home where its file is missing."""
        try:
            lines = self.config_paths_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return [SharedFolder(Path.home(), is_writable=True)]
        return [folder for line in lines if (folder := _folder(line)) is not None]

    def endpoint_path(self, path: Path) -> str | None:
        """The path under which the endpoint serves a local file; None where it does not.

        :param path: links in it are resolved first.
        """
        resolved = _real(path)
        for shared in self.folders():
            if resolved.is_relative_to(_real(shared.folder)):
                return posixpath.join("/", *resolved.parts[1:])
        return None

    def may_write(self, endpoint_path: str) -> bool:
        """Whether the endpoint lets its owner write at one of its own paths."""
        path = Path(endpoint_path)
        fitting = [one for one in self.folders() if path.is_relative_to(_real(one.folder))]
        # The nearest folder decides, as in Connect Personal itself.
        fitting.sort(key=lambda one: len(one.folder.parts))
        return fitting[-1].is_writable if fitting else True


def _folder(line: str) -> SharedFolder | None:
    parts = line.strip().rsplit(",", 2)
    if len(parts) != 3 or not parts[0]:
        return None
    folder = Path(os.path.expanduser(parts[0]))  # noqa: PTH111
    return SharedFolder(folder, is_writable=parts[2].strip() == "1")


def _real(path: Path) -> Path:
    # People edit the file: unlike pathlib, this bears links in circles, and homes of nobody.
    return Path(os.path.realpath(path))
