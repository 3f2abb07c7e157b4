"""Folders as people write them in settings, made absolute in one place."""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

from .errors import SettingWrong

_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{([^}]*)\}|)")


def home_folder() -> Path:
    """Return the user's home: HOME if that is an absolute path, else what the account says.

    :raises SettingWrong: there is neither.
    """
    home = os.environ.get("HOME", "")
    if not home.startswith("/"):
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            home = ""
    if not home.startswith("/"):
        raise SettingWrong("Your account has no home folder. Set the environment variable HOME.")
    return Path(home)


def working_folder() -> Path:
    """Return the folder that relative paths start at.

    If it was deleted, nothing exists below the path that is returned.
    """
    try:
        return Path.cwd()
    except OSError:
        return Path(os.environ.get("PWD", "") or "/proc/self/cwd")


def with_home(path: Path) -> Path:
    """Replace a leading ``~`` in a path that a user typed.

    The home of an unknown user stays as it is, and then does not exist. Unlike this, pathlib's own
    method raises.
    """
    return Path(os.path.expanduser(path))  # noqa: PTH111


def expand_folder(text: str, setting: str) -> Path:
    """Make a path from a setting absolute.

    ``$NAME`` and ``${NAME}`` stand for environment variables, ``$$`` for a dollar sign, and a
    leading ``~`` or ``~user`` for a home. A relative path starts at the user's home, because
    servers, notebooks and terminals have different working folders.

    :param setting: what error messages call it.
    :raises SettingWrong: a variable is not set, a user has no home, or the path is malformed.
    """

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name = match[1] or match[2] or ""
        found = os.environ.get(name, "") if name else ""
        if not found:
            raise SettingWrong(
                f"{setting} names the environment variable {name or match[0]!r}, which is not "
                "set. Set it, or write the path in full."
            )
        return found

    path = _VARIABLE.sub(value, text.strip())
    if not path or "\0" in path:
        raise SettingWrong(f"{setting} is not a path. Write the path of a folder.")
    if path.startswith("~"):
        user, _, rest = path[1:].partition("/")
        path = os.path.join(_home_of(user, setting), rest)  # noqa: PTH118
    # Without ".." a check of what lies below a folder can compare texts.
    return Path(os.path.normpath(home_folder() / path))


def _home_of(user: str, setting: str) -> str:
    if not user:
        return str(home_folder())
    try:
        return pwd.getpwnam(user).pw_dir
    except (KeyError, ValueError):
        raise SettingWrong(
            f"{setting} refers to the home folder of {user!r}, but this machine has no such user. "
            "Write the full path."
        ) from None
