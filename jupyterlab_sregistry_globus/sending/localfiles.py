"""Local files that may be sent: which paths are allowed, and what stands at them."""

from __future__ import annotations

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
        self._roots = None if roots is None else [root.resolve() for root in roots]

    def resolve(self, path: str) -> Path:
        """The file at a path.

        :raises PathNotAllowed: it lies outside the allowed folders, or links out of them.
        :raises ImageNotFound: there is no file.
        """
        if not path or "\0" in path:
            raise ImageNotFound("The path of the image file is empty or malformed.")
        given = Path(path) if self._roots is None else Path(*PurePosixPath(path).parts)
        if self._roots is None:
            given = given.expanduser()
        try:
            # Resolved first: a link must not lead out of what is allowed.
            resolved = (self._base / given).resolve()
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
