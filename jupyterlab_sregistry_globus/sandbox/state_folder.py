"""The state folder: its owner's alone, with the secret part of the sandbox's address."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

STATE_FILE = "state.sqlite"
SECRET_FILE = "secret"  # noqa: S105 - the name of the file that holds it

_SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}", re.ASCII)
_OTHERS = 0o077


class StateRefused(Exception):
    """The state folder can't be used. The message says why, and what to do."""


def prepare(folder: Path) -> None:
    """Create the folder, or make an existing state folder private.

    :param folder: without links.
    :raises StateRefused: it belongs to another account, contains other files, or can't be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
        if status.st_uid != os.geteuid():
            raise StateRefused(f"{folder} belongs to another account. Choose another folder.")
        # Access to somebody's home must not change because it was named by mistake.
        is_ours = (folder / STATE_FILE).is_file() or (folder / SECRET_FILE).is_file()
        if not is_ours and any(folder.iterdir()):
            raise StateRefused(f"{folder} contains other files. Choose another folder.")
        if status.st_mode & _OTHERS:
            folder.chmod(0o700)
    except OSError as error:
        raise StateRefused(f"{folder} cannot be used: {error.strerror}.") from error


def read_or_create_secret(folder: Path) -> str:
    """Return the secret part of the address, which stays the same for a state folder.

    :raises StateRefused: the folder can't be used, or the file is not ours alone.
    """
    prepare(folder)
    path = folder / SECRET_FILE
    secret = secrets.token_urlsafe(16)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            return _read(path)
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
    except OSError as error:
        raise StateRefused(f"{path} cannot be used: {error.strerror}.") from error
    return secret


def _read(path: Path) -> str:
    # A pipe must not make the sandbox wait.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        text = file.read(100).decode("ascii", "replace") if stat.S_ISREG(status.st_mode) else ""
    is_private = status.st_uid == os.geteuid() and not status.st_mode & _OTHERS
    if not is_private or not _SECRET.fullmatch(text):
        raise StateRefused(f"{path} was changed, or others could read it. Delete it.")
    return text
