"""The folders of our own: can they be written, and are they private."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...config import SRegistryGlobus
from ...globus.stored import DAMAGED
from ...services import Services
from .report import Check, fail, ok, warn

LOW_DISK_BYTES = 100 * 1024 * 1024


def checks(settings: SRegistryGlobus, here: Services) -> Iterator[Check]:
    """Look at the store and the cache; nothing is left behind."""
    store = Path(settings.store_dir).expanduser()
    yield _folder("store", store, "SRegistryGlobus.store_dir")
    yield _tokens(store / "tokens.db", here)
    yield _folder("cache", Path(settings.cache_dir).expanduser(), "SRegistryGlobus.cache_dir")


def _folder(name: str, folder: Path, setting: str) -> Check:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    cure = f"Give this account the right to write there, or set {setting} to another folder."
    if not there.is_dir():
        return fail(name, f"{folder} cannot be made: {there} is no folder.", cure)
    try:
        if there == folder:
            # Rights alone do not tell: a disk may be full, over quota or mounted read-only.
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x" * 4096)
        elif not os.access(there, os.W_OK | os.X_OK):
            return fail(name, f"{folder} cannot be made: {there} is not writable.", cure)
        free = shutil.disk_usage(there).free
    except OSError as error:
        return fail(name, f"{folder} cannot be written: {error.strerror}.", cure)
    if free < LOW_DISK_BYTES:
        return warn(name, f"{folder} has {free // 1024**2} MB left.", "Free some of the disk.")
    return ok(name, f"{folder} can be written.")


def _tokens(file: Path, here: Services) -> Check:
    name = "token store"
    if here.tokens.read().reason == DAMAGED:
        return fail(
            name,
            f"{file} cannot be read as one.",
            "Connect again: the damaged file is then set aside.",
        )
    try:
        status = file.stat()
    except FileNotFoundError:
        return ok(name, "Nothing is kept yet.")
    except OSError as error:
        return fail(name, f"{file} cannot be reached: {error.strerror}.", "See to its folder.")
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        return fail(name, f"{file} can be read by others (mode {mode:04o}).", f"chmod 600 {file}")
    if status.st_uid != os.getuid():
        return warn(
            name,
            f"{file} belongs to another account.",
            "Run this as the account that runs JupyterLab.",
        )
    return ok(name, f"{file} can be read by its owner alone.")
