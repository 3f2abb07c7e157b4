"""The configuration file that setup writes, merged with what it already contains."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import (
    ENV_CONFIG_PATH,
    SYSTEM_CONFIG_PATH,
    jupyter_config_dir,
    jupyter_config_path,
)
from traitlets.config import Config

from ..configfiles import CONFIG_FILE_NAME
from ..errors import BadRequest, StoreUnavailable
from ..folders import with_home
from ..store.atomic_file import OWNER_ONLY, WORLD_READABLE, write_atomically
from ..store.regular import read_small

SECTION = "SRegistryGlobus"
HIDDEN = "(hidden)"

_SECRET_NAME = re.compile(r"secret|token|password|credential", re.IGNORECASE)


def config_folder(name: str) -> Path:
    """Return the folder for ``user``, ``env``, ``system``, or a path.

    :raises BadRequest: this environment has no such folder, or the path is not absolute.
    """
    if name == "user":
        return Path(jupyter_config_dir())
    if name in ("env", "system"):
        folders = ENV_CONFIG_PATH if name == "env" else SYSTEM_CONFIG_PATH
        if not folders:
            raise BadRequest(f"Jupyter has no {name} folder here. Give the folder's path.")
        return Path(folders[0])
    folder = with_home(Path(name))
    if not folder.is_absolute():
        raise BadRequest(f"{name!r} is not a folder. Use user, env, system, or an absolute path.")
    return folder


class ConfigFile:
    """``jupyter_sregistry_globus_config.json`` in one folder.

    :param for_everyone: every account of this machine may read it. It then cannot hold a secret.
    """

    def __init__(self, folder: Path, *, for_everyone: bool = False) -> None:
        self.path = folder / f"{CONFIG_FILE_NAME}.json"
        self._mode = WORLD_READABLE if for_everyone else OWNER_ONLY
        self.for_everyone = for_everyone

    @property
    def is_read_by_jupyter(self) -> bool:
        """Whether Jupyter reads the folder in this environment."""
        own_folder = self.path.parent.resolve()
        return any(Path(folder).resolve() == own_folder for folder in jupyter_config_path())

    def settings(self) -> dict[str, Any]:
        """Return our settings in the file. Empty if the file does not exist.

        :raises StoreUnavailable: the file cannot be read, or is not a JSON object.
        """
        section = self._document().get(SECTION, {})
        return dict(section) if isinstance(section, dict) else {}

    def changes(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of the settings that the file does not have yet."""
        present = self.settings()
        return {
            name: value
            for name, value in settings.items()
            if name not in present or present[name] != value
        }

    def unsafe_mode(self) -> int | None:
        """Return the file's mode if it lets others do too much, or None."""
        try:
            mode = stat.S_IMODE(self.path.stat().st_mode)
        except OSError:
            return None
        return mode if mode & ~self._mode & 0o077 else None

    def overlay(self, settings: Mapping[str, Any]) -> Config:
        """Return the file's settings with others on top, to load over those of other files."""
        return Config({SECTION: {**self.settings(), **settings}})

    def write(self, settings: Mapping[str, Any]) -> None:
        """Put settings into the file. Everything else in it stays.

        :raises BadRequest: every account could read a secret.
        :raises StoreUnavailable: the file cannot be read or written. It is unchanged.
        """
        document = self._document()
        section = {**self.settings(), **settings}
        if self.for_everyone and without_secrets(section) != section:
            raise BadRequest(
                "The file would contain a secret that every account can read. Use a native app, "
                "which has no secret, or write a file for one account."
            )
        document[SECTION] = section
        write_atomically(self.path, json.dumps(document, indent=2) + "\n", self._mode)

    def _document(self) -> dict[str, Any]:
        try:
            document = json.loads(read_small(self.path))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"Cannot read {self.path}: {error.strerror}.") from error
        except ValueError as error:
            raise StoreUnavailable(
                f"{self.path} is not valid JSON, so setup leaves it unchanged: {error}. Correct "
                "it, or move it aside."
            ) from error
        if not isinstance(document, dict):
            raise StoreUnavailable(
                f"{self.path} is not a JSON object, so setup leaves it unchanged. Move it aside."
            )
        return document


def without_secrets(value: Any) -> Any:
    """Return a setting's value with every secret in it hidden."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if item and _SECRET_NAME.search(name) else without_secrets(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def displayed(name: str, value: Any) -> str:
    """Return a setting as it may be shown."""
    return f"{name} = {json.dumps(without_secrets({name: value})[name], ensure_ascii=False)}"
