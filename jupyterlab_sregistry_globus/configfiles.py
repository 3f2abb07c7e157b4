"""Reading the settings from files.

The same settings reach the server, the magics and the command line: each reads
``jupyter_sregistry_globus_config.py`` or ``.json`` from Jupyter's configuration path; the server
adds its own command line and configuration on top.
"""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from .config import SRegistryGlobus
from .errors import SettingWrong, SRegistryGlobusError
from .text import one_line

CONFIG_FILE_NAME = "jupyter_sregistry_globus_config"

_MAX_REASON = 300


def load_settings(overlay: Config | None = None) -> SRegistryGlobus:
    """Read the settings from Jupyter's configuration path, nearest folder last.

    :param overlay: what beats the files, such as the server's own configuration.
    :raises SettingWrong: a file cannot be read, or a setting has an impossible value.
    """
    try:
        config = Config()
        for folder in reversed(jupyter_config_path()):
            for loader in (JSONFileConfigLoader, PyFileConfigLoader):
                suffix = ".json" if loader is JSONFileConfigLoader else ".py"
                config.merge(_read_file(loader, Path(folder, CONFIG_FILE_NAME + suffix)))
        if overlay is not None:
            config.merge(overlay)
        settings = SRegistryGlobus(config=config)
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
