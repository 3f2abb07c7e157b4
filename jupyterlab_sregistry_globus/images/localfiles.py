"""Files of this host that may be sent: which paths are allowed, and what is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ..errors import ImageNotFound, PathNotAllowed

Use = Literal["send from", "write to"]


class LocalFiles:
    """Turns a path given by the user into a file that this program may read.

    :param base: the folder that relative paths start from.
    :param roots: folders that must contain the file once links are resolved; None allows whatever
        the operating system lets this user read, as for a kernel or a command.
    :param is_strict: whether no other folder may be used, even if the settings name it elsewhere.
    """

    def __init__(
        self, base: Path, roots: Sequence[Path] | None, *, is_strict: bool = False
    ) -> None:
        self._base = base
        self._is_strict = is_strict
        self._roots = None if roots is None else [_real(root) for root in roots]

    @property
    def refusal(self) -> str:
        """Why no file at a relative path may be sent. Empty if some may."""
        return ""

    def resolve(self, path: str) -> Path:
        """Return the file at a path.

        :raises PathNotAllowed: it is outside the allowed folders, or links out of them.
        :raises ImageNotFound: there is no such file.
        """
        if not path or "\0" in path:
            raise ImageNotFound("The path of the image file is empty or not valid. Choose a file.")
        if not _is_text(path):
            raise ImageNotFound(
                f"The path {path!r} is not valid UTF-8, which Globus requires. Rename the file."
            )
        try:
            # Links are resolved first: a link must not lead out of the allowed folders.
            resolved = _real(self.on_disk(path))
            self.check(resolved, path)
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

    @property
    def is_confined(self) -> bool:
        """Whether only some folders may be used."""
        return self._roots is not None

    def check(
        self, path: Path, shown: str, use: Use = "send from", also: Sequence[Path] = ()
    ) -> None:
        """Refuse a path outside the allowed folders.

        :param path: absolute, with links resolved.
        :param shown: how the user named it.
        :param also: further folders, unless the settings rule them out.
        :raises PathNotAllowed: it is outside.
        """
        if self._roots is None:
            return
        roots = self._roots if self._is_strict else [*self._roots, *map(_real, also)]
        if not any(path.is_relative_to(root) for root in roots):
            raise not_allowed(shown, use, is_strict=self._is_strict)

    def on_disk(self, path: str) -> Path:
        """Return where a path leads, before links are resolved."""
        given = Path(path)
        if self._roots is None:
            # An unknown user has no home; the path is then taken literally.
            given = Path(os.path.expanduser(given))  # noqa: PTH111
        return self._base / given


def not_allowed(path: str, use: Use = "send from", *, is_strict: bool = False) -> PathNotAllowed:
    """Return the error that refuses a path outside the allowed folders."""
    reason = ", because SRegistryGlobus.allowed_roots_only is set" if is_strict else ""
    return PathNotAllowed(
        f"{path!r} is outside the folders that this server may {use}{reason}. An administrator can "
        "add a folder to SRegistryGlobus.allowed_roots."
    )


def _real(path: Path) -> Path:
    # Unlike Path.resolve(), it copes with links that form a circle.
    return Path(os.path.realpath(path))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
