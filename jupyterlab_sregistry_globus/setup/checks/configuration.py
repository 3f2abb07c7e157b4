"""The settings, and the files they come from."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_config_path

from ...config import CONFIG_FILE_NAME, SRegistryGlobus
from ..registration import CALLBACK
from .report import Check, fail, ok, warn


def config_files() -> list[Path]:
    """The configuration files that there are, the one that beats the others first."""
    return [
        file
        for folder in jupyter_config_path()
        for suffix in (".py", ".json")
        if (file := Path(folder) / f"{CONFIG_FILE_NAME}{suffix}").exists()
    ]


def unreadable(error: Exception) -> Check:
    """The settings cannot be read at all."""
    files = ", ".join(map(str, config_files())) or "no file"
    return fail(
        "settings",
        f"They cannot be read from {files}: {error}",
        "Mend that file, or move it away.",
    )


def checks(settings: SRegistryGlobus) -> Iterator[Check]:
    """Look at the settings; nothing is asked of anybody."""
    files = config_files()
    where = ", ".join(map(str, files)) or "no file; defaults and the environment are used"
    yield ok("settings", f"Read from {where}.")
    if not settings.enabled:
        yield warn(
            "Globus switched on",
            "An administrator has switched Globus off.",
            "Set SRegistryGlobus.enabled = True where it was set to False.",
        )
        return
    yield _client_id(settings)
    if settings.is_service and not settings.client_secret:
        yield fail(
            "client secret",
            "This server is to act as the app itself, which needs client_secret.",
            "Run: jupyter sregistry-globus setup --app service",
        )
    elif settings.client_secret:
        yield _secret(settings, files)
    yield from _redirect(settings)


def _client_id(settings: SRegistryGlobus) -> Check:
    if not settings.client_id:
        return fail(
            "client id",
            "None is set, so nobody can connect.",
            "Run: jupyter sregistry-globus setup. To try everything without an account, run: "
            "jupyter sregistry-globus demo",
        )
    try:
        uuid.UUID(settings.client_id)
    except ValueError:
        return fail(
            "client id",
            f"{settings.client_id!r} is no client id, which is a UUID.",
            "Copy it from the app's page at https://app.globus.org/settings/developers.",
        )
    kind = "service" if settings.is_service else "confidential" if settings.client_secret else ""
    return ok("client id", f"{settings.client_id}, of a {kind or 'native'} app.")


def _secret(settings: SRegistryGlobus, files: list[Path]) -> Check:
    for file in files:
        if "client_secret" not in text_of(file):
            continue
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            return fail(
                "client secret",
                f"{file} holds it and can be read by others (mode {mode:04o}).",
                f"chmod 600 {file}. If others use this machine, make a new secret at Globus too.",
            )
        return ok("client secret", f"Stands in {file}, which only its owner can read.")
    if os.environ.get("SREGISTRY_GLOBUS_CLIENT_SECRET"):
        return ok("client secret", "Comes from the environment.")
    return ok("client secret", "Is set.")


def _redirect(settings: SRegistryGlobus) -> Iterator[Check]:
    if settings.is_service or not settings.redirect_uri:
        return
    parts = urlsplit(settings.redirect_uri)
    if not parts.path.endswith(f"/{CALLBACK}") or parts.scheme not in ("http", "https"):
        yield fail(
            "redirect_uri",
            f"{settings.redirect_uri!r} does not lead to this server's route.",
            f"It ends in /{CALLBACK}. Run: jupyter sregistry-globus setup --server-url ADDRESS",
        )
    else:
        yield ok("redirect_uri", f"{settings.redirect_uri}, which must be registered as it is.")


def text_of(file: Path) -> str:
    """What a file holds; empty if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
