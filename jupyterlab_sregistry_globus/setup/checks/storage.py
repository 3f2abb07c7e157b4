"""Our own folders: whether they are writable and private."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...config import SRegistryGlobus
from ...errors import StoreUnavailable
from ...globus.stored import DAMAGED
from ...services import Services
from ...store.files import check_database
from ...units import human_bytes
from .report import Check, fail, ok, warn

LOW_DISK_BYTES = 100_000_000


def checks(settings: SRegistryGlobus, services: Services) -> Iterator[Check]:
    """Check the store and the cache. Leaves nothing behind."""
    store = Path(settings.store_dir)
    yield _check_folder("store", store, "SRegistryGlobus.store_dir")
    yield _check_tokens(store / "tokens.db", services)
    cache = Path(settings.cache_dir)
    yield _check_folder("cache", cache, "SRegistryGlobus.cache_dir")


def _check_folder(name: str, folder: Path, setting: str) -> Check:
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    fix = f"Give this account write access, or set {setting} to another folder."
    if not existing.is_dir():
        return fail(name, f"Cannot create {folder}, because {existing} is not a folder.", fix)
    try:
        if existing == folder:
            # Permissions do not show that a disk is full, over quota or mounted read-only.
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x" * 4096)
        elif not os.access(existing, os.W_OK | os.X_OK):
            return fail(name, f"Cannot create {folder}, because {existing} is read-only.", fix)
        free_bytes = shutil.disk_usage(existing).free
    except OSError as error:
        return fail(name, f"Cannot write to {folder}: {error.strerror}.", fix)
    if free_bytes < LOW_DISK_BYTES:
        return warn(name, f"{folder} has {human_bytes(free_bytes)} left.", "Free disk space.")
    return ok(name, f"{folder} is writable.")


def _check_tokens(file: Path, services: Services) -> Check:
    name = "token store"
    try:
        # Before it is read, because reading removes the access of others.
        status = file.stat()
    except FileNotFoundError:
        return ok(name, "It is empty.")
    except OSError as error:
        return fail(name, f"Cannot access {file}: {error.strerror}.", "Check its folder.")
    if services.parts.tokens.read().reason == DAMAGED:
        return fail(
            name, f"{file} is damaged.", "Connect again. This moves the damaged file aside."
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        return fail(
            name,
            f"Others could read {file} until now (mode {mode:04o}).",
            f"Run: chmod 600 {file}. If others use this machine, log out and connect again.",
        )
    try:
        check_database(file)
    except (OSError, StoreUnavailable) as error:
        return fail(name, str(error), "Then connect again.")
    return ok(name, f"Only its owner can read {file}.")
