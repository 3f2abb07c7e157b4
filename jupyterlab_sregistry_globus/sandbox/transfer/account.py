"""Collections that use this host's disk as another account.

The sandbox has one account, so the other one is acted out. It may use what the permissions of all
accounts allow, and what it created itself. Its files lose all permissions and its folders the one
to write, so that the account of the tests can neither read nor delete them, as in reality; root is
not stopped by this. The file itself is looked at, and for writing its folder, but nothing above.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .paths import Place

_FILE_MODE, _FOLDER_MODE = 0o000, 0o555
_READ = {stat.S_IFREG: 0o004, stat.S_IFDIR: 0o005}


def may_use(target: Place, want: str) -> bool:
    """Whether the collection's account may use a place.

    :param want: "r" or "w".
    """
    if target.endpoint.acts_as is None or not target.is_on_disk:
        return True
    local = target.local
    if want == "r":
        return not local.exists() or _allows(local, _READ.get(stat.S_IFMT(_mode(local)), 0o004))
    if local.exists() and not local.is_dir():
        return _allows(local, 0o002)
    folder = local if local.is_dir() else local.parent
    while not folder.exists():
        folder = folder.parent
    return _allows(folder, 0o002)


@contextmanager
def rights(*places: Place, content: bool = True) -> Iterator[None]:
    """Let the sandbox use what its other account created.

    :param content: whether places are read or written; False if only their names are changed.
    """
    lifted: list[tuple[Path, int]] = []
    for target in places:
        if target.endpoint.acts_as is None or not target.is_on_disk:
            continue
        for path in (target.local.parent, target.local) if content else (target.local.parent,):
            if path.exists() and _is_own(path):
                lifted.append((path, stat.S_IMODE(_mode(path))))
                path.chmod(0o700)
    try:
        yield
    finally:
        for path, mode in reversed(lifted):
            with suppress(FileNotFoundError):
                path.chmod(mode)


def own(target: Place) -> None:
    """Make a file or folder that was just created the other account's, if there is one."""
    if target.endpoint.acts_as is not None:
        target.local.chmod(_FOLDER_MODE if target.local.is_dir() else _FILE_MODE)


def described(target: Place, document: dict[str, Any]) -> dict[str, Any]:
    """Return a `file` document as the other account sees it."""
    account = target.endpoint.acts_as
    own_modes = {"file": ("0000", "0600"), "dir": ("0555", "0755")}
    shown, real = own_modes.get(document["type"], ("", ""))
    if account is None or document["permissions"] != shown:
        return document
    return {**document, "user": account, "group": account, "permissions": real}


def _allows(path: Path, bits: int) -> bool:
    return _is_own(path) or _mode(path) & bits == bits


def _is_own(path: Path) -> bool:
    mode = _mode(path)
    return stat.S_IMODE(mode) == (_FOLDER_MODE if stat.S_ISDIR(mode) else _FILE_MODE)


def _mode(path: Path) -> int:
    return path.stat().st_mode
