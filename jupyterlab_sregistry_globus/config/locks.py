"""Settings that an administrator has locked, so that no one changes them by accident.

This prevents accidents, and is no security boundary: who can start Python can call Globus anyway.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from traitlets import Dict, HasTraits, List, Unicode

from ..errors import SettingWrong
from ..folders import expand_folder
from ..text import one_line

SYSTEM_FOLDER = Path("/etc/jupyter")
FOLDER_VARIABLE = "SREGISTRY_GLOBUS_LOCK_DIR"

_MAX_SHOWN = 200

# Environment variables that stand for a setting without a value.
_VARIABLES = {
    "client_id": "SREGISTRY_GLOBUS_CLIENT_ID",
    "client_secret": "SREGISTRY_GLOBUS_CLIENT_SECRET",
    "connect_personal_dir": "SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR",
}


class LockSettings(HasTraits):
    """Which settings are locked."""

    locked = List(
        Unicode(),
        help=(
            "Names of settings whose values in this file nothing else may change: no other "
            "configuration file, command line or environment variable. Counts only in a file in "
            f"/etc/jupyter, or in the folder that the environment variable {FOLDER_VARIABLE} "
            "names. It prevents accidents, and is no security boundary."
        ),
    ).tag(config=True)

    # By the name of each locked setting: the file that locks it.
    locks = Dict(key_trait=Unicode(), value_trait=Unicode())


class Locks:
    """The locked settings, with their values and the file that locks each."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.files: dict[str, str] = {}
        self._listing: set[str] = set()

    def add(self, file: Path, section: Mapping[str, Any]) -> None:
        """Lock what an administrator's file lists.

        :raises SettingWrong: it lists a setting without giving it a value, or no list of names.
        """
        self._listing.add(str(file))
        names = section.get("locked", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise SettingWrong(
                f"{file}: 'locked' must be a list of names, such as ['registries', 'client_id']."
            )
        for name in names:
            if name not in section or name == "locked":
                raise SettingWrong(
                    f"{file} locks {name!r}, but does not set it. Set it there, or take it off "
                    "the list."
                )
            self.values[name], self.files[name] = section[name], str(file)

    def check(self, place: str, section: Mapping[str, Any]) -> None:
        """Refuse another value for a locked setting.

        :param place: where the values are from: a file's path, or words for the message. The file
            that locks a setting may change it.
        :raises SettingWrong: names the file that locks the setting.
        """
        for name, value in self.values.items():
            if name in section and section[name] != value and place != self.files[name]:
                raise self._refusal(name, f"Remove it from {place}.")
        if "locked" in section and section["locked"] and place not in self._listing:
            raise SettingWrong(
                f"{place} lists locked settings, but such a list counts only in a file in "
                f"{SYSTEM_FOLDER} or in the folder that {FOLDER_VARIABLE} names. Move it there."
            )

    def check_environment(self) -> None:
        """Refuse another value in an environment variable.

        :raises SettingWrong: names the file that locks the setting.
        """
        for name, variable in _VARIABLES.items():
            given = os.environ.get(variable, "").strip()
            if name in self.values and given and given != self.values[name]:
                raise self._refusal(name, f"Unset the environment variable {variable}.")

    def _refusal(self, name: str, remedy: str) -> SettingWrong:
        return SettingWrong(f"SRegistryGlobus.{name} is locked by {self.files[name]}. {remedy}")


def lock_folders() -> Iterator[Path]:
    """Return the folders whose files may lock settings; the last one has the last word.

    :raises SettingWrong: the variable names no folder.
    """
    named = os.environ.get(FOLDER_VARIABLE, "").strip()
    if named:
        folder = expand_folder(named, FOLDER_VARIABLE)
        is_folder = False
        with contextlib.suppress(OSError):  # a name that is too long
            is_folder = folder.is_dir()
        if not is_folder:
            shown = one_line(named)[:_MAX_SHOWN]
            raise SettingWrong(
                f"The environment variable {FOLDER_VARIABLE} names {shown}, which is no folder. "
                "Create it, or unset the variable."
            )
        yield folder
    yield SYSTEM_FOLDER
