"""The endpoint that Globus Connect Personal makes of this machine."""

from __future__ import annotations

import posixpath
import uuid
from pathlib import Path

from ...errors import StoreUnavailable
from ...store.regular import read_small
from .config_paths import DEFAULT, ConfigPaths, ServedFolder, nearest, parse_line, real

_LONGEST_ID_BYTES = 4096


class PersonalEndpoint:
    """Connect Personal as its files describe it, read at each use because users edit them.

    :param config_dir: the argument of ``globusconnectpersonal -dir``, usually ``~/.globusonline``.
    """

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir
        self.config_paths = ConfigPaths(config_dir / "lta" / "config-paths")

    @property
    def config_paths_file(self) -> Path:
        """The file that lists the folders that are served."""
        return self.config_paths.path

    def endpoint_id(self) -> str | None:
        """Return the endpoint's id, or None if Connect Personal is not set up here."""
        file = self._config_dir / "lta" / "client-id.txt"
        try:
            return str(uuid.UUID(read_small(file, _LONGEST_ID_BYTES).decode().strip()))
        except (OSError, ValueError):
            return None

    def folders(self) -> list[ServedFolder]:
        """Return the folders that the endpoint serves; its default if the file is unreadable."""
        try:
            return self.config_paths.folders()
        except StoreUnavailable:
            default = parse_line(DEFAULT)
            return [] if default is None else [default]

    def endpoint_path(self, path: Path) -> str | None:
        """Return the path under which the endpoint serves a local file, or None.

        :param path: links in it are resolved first.
        """
        resolved = real(path)
        if nearest(self.folders(), resolved) is None:
            return None
        return posixpath.join("/", *resolved.parts[1:])

    def may_write(self, endpoint_path: str) -> bool:
        """Return whether the endpoint's owner may write at one of its paths.

        :param endpoint_path: absolute; links in it are resolved first.
        """
        served = nearest(self.folders(), real(Path(endpoint_path)))
        return served is None or served.is_writable
