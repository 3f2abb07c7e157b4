"""Resolves paths of local files, and checks that they may be sent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..errors import ImageNotFound, PathNotAllowed


class LocalFiles:
    """Resolves the user's paths to files that this program may read.

    :param base: the folder for relative paths: the contents root, or the current folder.
    :param roots: folders that the file must be in, links resolved. None allows every file that the
        operating system lets this user read, as for a kernel or a command.
    """

    def __init__(self, base: Path, roots: Sequence[Path] | None) -> None:
        self._base = base
        self._roots = None if roots is None else [_real(root) for root in roots]

    def resolve(self, path: str) -> Path:
        """Return the file at a path, links resolved.

        :raises PathNotAllowed: it is outside the allowed folders, or a link leads out of them.
        :raises ImageNotFound: there is no file.
        """
        if not path or "\0" in path:
            raise ImageNotFound("The path of the image file is empty or not valid. Choose a file.")
        if not _is_text(path):
            raise ImageNotFound(
                f"The path {path!r} is not valid UTF-8, which Globus requires. Rename the file."
            )
        given = Path(path) if self._roots is None else Path(*PurePosixPath(path).parts)
        if self._roots is None:
            # An unknown user has no home. Then the path stays unchanged.
            given = Path(os.path.expanduser(given))  # noqa: PTH111
        try:
            # Links are resolved first, because they must not lead out of the allowed folders.
            resolved = _real(self._base / given)
            if self._roots is not None and not any(
                resolved.is_relative_to(root) for root in self._roots
            ):
                raise PathNotAllowed(
                    f"{path!r} is outside the folders that this server may send from. An "
                    "administrator can add a folder to SRegistryGlobus.allowed_roots."
                )
            if not resolved.exists():
                raise ImageNotFound(f"There is no file {path!r}. Check its path.")
            if not resolved.is_file():
                raise ImageNotFound(
                    f"{path!r} is not a file. If it is an unpacked image, build a .sif file "
                    "from it."
                )
        except OSError as error:
            raise ImageNotFound(
                f"The file {path!r} cannot be reached: {error.strerror}."
            ) from error
        return resolved


def _real(path: Path) -> Path:
    # Unlike Path.resolve(), realpath accepts links that lead in a circle.
    return Path(os.path.realpath(path))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
