"""Local files that may be sent: which paths are allowed, and what stands at them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..errors import ImageNotFound, PathNotAllowed


class LocalFiles:
    """Turns a path that a person gave into a file this program may read.

    :param base: what relative paths are relative to: the contents root, or the current folder.
    :param roots: folders the file must lie in, links resolved; None allows whatever the operating
        system lets this user read, as for a kernel or a command.
    """

    def __init__(self, base: Path, roots: Sequence[Path] | None) -> None:
        self._base = base
        self._roots = None if roots is None else [_real(root) for root in roots]

    def resolve(self, path: str) -> Path:
        """The file at a path.

        :raises PathNotAllowed: it lies outside the allowed folders, or links out of them.
        :raises ImageNotFound: there is no file.
        """
        if not path or "\0" in path:
            raise ImageNotFound("The path of the image file is empty or malformed.")
        if not _is_text(path):
            raise ImageNotFound(
                f"The path {path!r} is no UTF-8 text, so Globus cannot be told of it. Rename the file."
            )
        given = Path(path) if self._roots is None else Path(*PurePosixPath(path).parts)
        if self._roots is None:
            # A person that does not exist has no home; the path is then taken as it is.
            given = Path(os.path.expanduser(given))  # noqa: PTH111
        try:
            # Resolved first: a link must not lead out of what is allowed.
            resolved = _real(self._base / given)
            if self._roots is not None and not any(
                resolved.is_relative_to(root) for root in self._roots
            ):
                raise PathNotAllowed(
                    f"{path!r} lies outside the folders that this server may send from. An "
                    "administrator can add a folder to SRegistryGlobus.allowed_roots."
                )
            if not resolved.exists():
                raise ImageNotFound(f"There is no file {path!r}.")
            if not resolved.is_file():
                raise ImageNotFound(
                    f"{path!r} is no file. An unpacked image is a folder; build a .sif file of it."
                )
        except OSError as error:
            raise ImageNotFound(
                f"The file {path!r} cannot be reached: {error.strerror}."
            ) from error
        return resolved


def _real(path: Path) -> Path:
    # Unlike Path.resolve(), it has an answer to links that lead round in circles.
    return Path(os.path.realpath(path))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
