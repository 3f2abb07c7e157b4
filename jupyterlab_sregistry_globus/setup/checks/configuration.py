"""The settings, and the files that they come from."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_config_path

from ...config import SRegistryGlobus
from ...configfiles import CONFIG_FILE_NAME
from ...store.regular import read_small
from ..registration import CALLBACK, REGISTER_AT
from .report import Check, fail, ok, warn


def config_files() -> list[Path]:
    """Return the configuration files that exist, the one with the highest priority first."""
    return [
        file
        for folder in jupyter_config_path()
        for suffix in (".py", ".json")
        if (file := Path(folder) / f"{CONFIG_FILE_NAME}{suffix}").exists()
    ]


def unreadable(error: Exception) -> Check:
    """Return the failure of a check that could not read the settings."""
    files = ", ".join(map(str, config_files())) or "no file"
    return fail(
        "settings",
        f"Cannot read the settings from {files}: {error}",
        "Correct that file, or move it aside.",
    )


def checks(settings: SRegistryGlobus) -> Iterator[Check]:
    """Check the settings, without any request."""
    files = config_files()
    sources = ", ".join(map(str, files))
    yield ok("settings", f"Read from {sources}." if sources else "No file, so defaults are used.")
    for name, file in settings.locks.items():
        yield ok(
            f"{name} is locked", f"Its value is that of {file}, which nothing else may change."
        )
    if not settings.enabled:
        yield warn(
            "Globus turned on",
            "The administrator turned Globus off.",
            "Set SRegistryGlobus.enabled = True where it is set to False.",
        )
        return
    yield _client_id(settings)
    if settings.is_service and not settings.client_secret:
        yield fail(
            "client secret",
            "The server is set to act as the app itself, which requires client_secret.",
            "Run: jupyter sregistry-globus setup --app service",
        )
    elif settings.client_secret:
        yield _secret(files)
    yield from _redirect(settings)


def _client_id(settings: SRegistryGlobus) -> Check:
    if not settings.client_id:
        return fail(
            "client id",
            "No client id is set, so users cannot connect.",
            "Run: jupyter sregistry-globus setup. To try everything without an account, run: "
            "jupyter sregistry-globus demo",
        )
    try:
        uuid.UUID(settings.client_id)
    except ValueError:
        return fail(
            "client id",
            f"{settings.client_id!r} is not a client id, because it is not a UUID.",
            f"Copy the client id from the app's page at {REGISTER_AT}.",
        )
    kind = "service" if settings.is_service else "confidential" if settings.client_secret else ""
    return ok("client id", f"{settings.client_id}, of a {kind or 'native'} app.")


def _secret(files: list[Path]) -> Check:
    for file in files:
        if "client_secret" not in text_of(file):
            continue
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            return fail(
                "client secret",
                f"It is in {file}, which others can read (mode {mode:04o}).",
                f"Run: chmod 600 {file}. If others use this machine, create a new secret at "
                "Globus too.",
            )
        return ok("client secret", f"It is in {file}, which only its owner can read.")
    if os.environ.get("SREGISTRY_GLOBUS_CLIENT_SECRET"):
        return ok("client secret", "It comes from the environment.")
    return ok("client secret", "It is set.")


def _redirect(settings: SRegistryGlobus) -> Iterator[Check]:
    if settings.is_service or not settings.redirect_uri:
        return
    parts = urlsplit(settings.redirect_uri)
    if not parts.path.endswith(f"/{CALLBACK}") or parts.scheme not in ("http", "https"):
        yield fail(
            "redirect_uri",
            f"{settings.redirect_uri!r} does not lead to this server. It must end in /{CALLBACK}.",
            "Run: jupyter sregistry-globus setup --server-url ADDRESS",
        )
    else:
        yield ok("redirect_uri", f"{settings.redirect_uri}. Register exactly this address.")


def text_of(file: Path) -> str:
    """Return the text of a file, or an empty text if it cannot be read."""
    try:
        return read_small(file).decode(errors="replace")
    except OSError:
        return ""
