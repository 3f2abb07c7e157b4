"""The one configuration file that setup writes, merged into what stands there."""

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

from ..config import CONFIG_FILE_NAME
from ..errors import BadRequest, StoreUnavailable
from ..store.atomic_file import OWNER_ONLY, WORLD_READABLE, write_atomically

SECTION = "SRegistryGlobus"
HIDDEN = "(hidden)"

_SECRET_NAME = re.compile(r"secret|token|password|credential", re.IGNORECASE)


def config_folder(name: str) -> Path:
    """The folder that a person means: ``user``, ``env``, ``system``, or a path.

    :raises BadRequest: this environment has no such folder.
    """
    if name == "user":
        return Path(jupyter_config_dir())
    if name in ("env", "system"):
        known = ENV_CONFIG_PATH if name == "env" else SYSTEM_CONFIG_PATH
        if not known:
            raise BadRequest("Jupyter has no such folder here. Name the folder by its path.")
        return Path(known[0])
    folder = Path(name).expanduser()
    if not folder.is_absolute():
        raise BadRequest(f"{name!r} is none of user, env, system, and no absolute path.")
    return folder


class ConfigFile:
    """``jupyter_sregistry_globus_config.json`` in one folder.

    :param for_everyone: every account of this machine may read it; then it can hold no secret.
    """

    def __init__(self, folder: Path, *, for_everyone: bool = False) -> None:
        self.path = folder / f"{CONFIG_FILE_NAME}.json"
        self._mode = WORLD_READABLE if for_everyone else OWNER_ONLY
        self.for_everyone = for_everyone

    @property
    def is_read_by_jupyter(self) -> bool:
        """Whether the folder is one in which Jupyter, in this environment, looks."""
        here = self.path.parent.resolve()
        return any(Path(folder).resolve() == here for folder in jupyter_config_path())

    def settings(self) -> dict[str, Any]:
        """Our settings in the file; empty where there is no file.

        :raises StoreUnavailable: it cannot be read, or is no such JSON.
        """
        section = self._document().get(SECTION, {})
        return dict(section) if isinstance(section, dict) else {}

    def changes(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the settings that the file lacks or has otherwise."""
        present = self.settings()
        return {
            name: value
            for name, value in wanted.items()
            if name not in present or present[name] != value
        }

    def wrong_mode(self) -> int | None:
        """The file's mode, where others can do with it what they should not; None where it is fine."""
        try:
            mode = stat.S_IMODE(self.path.stat().st_mode)
        except OSError:
            return None
        return mode if mode & ~self._mode & 0o077 else None

    def overlay(self, wanted: Mapping[str, Any]) -> Config:
        """The settings as they would be in the file, for reading the others over them."""
        return Config({SECTION: {**self.settings(), **wanted}})

    def write(self, wanted: Mapping[str, Any]) -> None:
        """Put settings into the file; all else in it stays.

        :raises BadRequest: a secret would be readable by everybody.
        :raises StoreUnavailable: the file cannot be read or written; it is as it was then.
        """
        document = self._document()
        section = {**self.settings(), **wanted}
        if self.for_everyone and without_secrets(section) != section:
            raise BadRequest(
                "A secret cannot stand in a file that every account can read. Use a native app, "
                "which has none, or write a file for one account alone."
            )
        document[SECTION] = section
        write_atomically(self.path, json.dumps(document, indent=2) + "\n", self._mode)

    def _document(self) -> dict[str, Any]:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"{self.path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise StoreUnavailable(
                f"{self.path} is no JSON, so it is left as it is: {error}. Mend it or move it away."
            ) from error
        if not isinstance(document, dict):
            raise StoreUnavailable(
                f"{self.path} holds no JSON object, so it is left as it is. Move it away."
            )
        return document


def without_secrets(value: Any) -> Any:
    """A setting's value with every secret in it hidden; the value itself where it has none."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if one and _SECRET_NAME.search(name) else without_secrets(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    return value


def shown(name: str, value: Any) -> str:
    """A setting as it may be printed."""
    return f"{name} = {json.dumps(without_secrets({name: value})[name], ensure_ascii=False)}"
