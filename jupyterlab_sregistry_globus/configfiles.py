"""Reading the settings from files.

The same settings reach the server, the magics and the command line: each reads
``jupyter_sregistry_globus_config.py`` or ``.json`` from Jupyter's configuration path; the server
adds its own command line and configuration on top.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from .config import SRegistryGlobus
from .config.locks import Locks, lock_folders
from .errors import SettingWrong, SRegistryGlobusError
from .text import one_line

CONFIG_FILE_NAME = "jupyter_sregistry_globus_config"

_SECTION = SRegistryGlobus.__name__

_MAX_REASON = 300


def load_settings(
    overlay: Config | None = None,
    overlay_place: str = "the server's command line or configuration",
) -> SRegistryGlobus:
    """Read the settings from Jupyter's configuration path, nearest folder last.

    :param overlay: what beats the files, such as the server's own configuration, except where a
        setting is locked.
    :param overlay_place: where the overlay is from, for messages; or the file that it is about to
        be written to.
    :raises SettingWrong: a file cannot be read, or a setting has an impossible value.
    """
    try:
        locks = read_locks()
        config = Config()
        for folder in reversed(jupyter_config_path()):
            for file, section in _read_folder(Path(folder)):
                locks.check(str(file), section)
                config.merge(Config({_SECTION: section}))
        if overlay is not None:
            locks.check(overlay_place, overlay.get(_SECTION, {}))
            config.merge(overlay)
        locks.check_environment()
        kept = {
            name: locks.values[name] for name in locks.files if locks.files[name] != overlay_place
        }
        config.merge(Config({_SECTION: {**kept, "locked": list(locks.values)}}))
        settings = SRegistryGlobus(config=config)
        settings.locks = locks.files
        # Defaults are made lazily, and must not fail later, outside of this guard.
        for name in settings.trait_names(config=True):
            getattr(settings, name)
    except SRegistryGlobusError:
        raise
    except Exception as error:
        raise SettingWrong(
            f"The settings are invalid: {_reason(error)} Fix {CONFIG_FILE_NAME}.py or .json; "
            "`jupyter --paths` lists the folders to look in."
        ) from error
    return settings


def read_locks() -> Locks:
    """Read which settings an administrator has locked.

    :raises SettingWrong: a file cannot be read, or locks what it does not set.
    """
    locks = Locks()
    for folder in lock_folders():
        values: dict[str, Any] = {}
        names: dict[Path, Any] = {}
        for file, section in _read_folder(folder):
            values.update(section)
            if "locked" in section:
                names[file] = section["locked"]
        for file, listed in names.items():
            locks.add(file, {**values, "locked": listed})
    return locks


def _read_folder(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Return our section of each configuration file of a folder, the one that wins last."""
    for loader in (JSONFileConfigLoader, PyFileConfigLoader):
        suffix = ".json" if loader is JSONFileConfigLoader else ".py"
        file = folder / (CONFIG_FILE_NAME + suffix)
        section = _read_file(loader, file).get(_SECTION, {})
        yield file, dict(section)


def _read_file(loader: type[JSONFileConfigLoader | PyFileConfigLoader], path: Path) -> Config:
    try:
        return _read_any(loader, path)
    except ConfigFileNotFound:
        return Config()
    except (Exception, SystemExit) as error:  # a Python file may raise anything
        raise SettingWrong(
            f"Cannot read {path}: {_reason(error)} Fix the file, or move it aside."
        ) from error


def _read_any(loader: type[JSONFileConfigLoader | PyFileConfigLoader], path: Path) -> Config:
    with contextlib.suppress(OSError):
        if not stat.S_ISREG(path.stat().st_mode):  # reading a named pipe would never end
            raise TypeError("it is not a regular file")
    config: Config = loader(path.name, path=str(path.parent)).load_config()
    if not isinstance(config.get(SRegistryGlobus.__name__, {}), dict):
        raise TypeError(f"{SRegistryGlobus.__name__} is not a section")
    return config


def _reason(error: BaseException) -> str:
    text = one_line(str(error).strip() or type(error).__name__)
    return (text if len(text) <= _MAX_REASON else text[:_MAX_REASON] + "…").rstrip(".") + "."
