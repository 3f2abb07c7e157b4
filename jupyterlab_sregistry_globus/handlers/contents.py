"""Where the files of Jupyter's contents API are on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.fileio import FileManagerMixin
from tornado.web import HTTPError

from ..errors import ImageNotFound, PathNotAllowed
from ..folders import with_home
from ..images.localfiles import LocalFiles, not_allowed

NOT_ON_DISK = (
    "This server does not keep its files on disk, so they cannot be sent from here. "
    "Choose an image from a registry."
)


class ContentsFiles(LocalFiles):
    """The files that a server may send, by the paths of its contents manager.

    :param manager: the contents manager; its root need not be the server's.
    :param allowed_roots: further folders, whose files are named by absolute paths or reached by
        links.
    :param is_strict: whether only files in ``allowed_roots`` may be sent.
    """

    def __init__(
        self, manager: Any, allowed_roots: Sequence[Path], *, is_strict: bool = False
    ) -> None:
        self._manager = manager if isinstance(manager, FileManagerMixin) else None
        root = with_home(Path(str(manager.root_dir)))
        roots = allowed_roots if is_strict or self._manager is None else [root, *allowed_roots]
        super().__init__(root, roots, is_strict=is_strict)

    @property
    def refusal(self) -> str:
        """Why no file of the contents API may be sent. Empty if some may."""
        return NOT_ON_DISK if self._manager is None else ""

    def on_disk(self, path: str) -> Path:
        """Return where a file of the contents API is on disk. It may not exist.

        :param path: with the drive, if the file is on one that this server does not serve itself.
        :raises PathNotAllowed: the manager has no files on disk, or the path leads out of its root.
        :raises ImageNotFound: the file is on another drive.
        """
        if path.startswith("/"):
            return Path(path)
        if self._manager is None:
            raise PathNotAllowed(NOT_ON_DISK)
        try:
            # The only method that knows; every manager with files on disk has it.
            file = Path(self._manager._get_os_path(path))  # type: ignore[no-untyped-call]
        except HTTPError as error:
            raise not_allowed(path) from error
        drive, colon, _ = path.partition(":")
        # A file's own name may contain a colon, too.
        if colon and "/" not in drive and not os.path.lexists(file):
            raise ImageNotFound(
                f"There is no file {path!r} on this server. Files on other drives cannot be sent."
            )
        return file
