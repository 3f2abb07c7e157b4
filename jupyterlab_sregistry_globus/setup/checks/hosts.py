"""The endpoints that serve folders of this machine, besides Connect Personal."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from ...config.hosts import user_name
from ...errors import (
    EndpointNotUsable,
    EndpointOffline,
    LoginNeeded,
    SRegistryGlobusError,
)
from ...globus.hosts import HostEndpoints, ServedPath
from ...globus.hosts.check import PROBE
from ...globus.hosts.folders import HostFolder
from ...models.endpoints import Endpoint
from ...services import Services
from .report import Check, fail, ok, warn

_LOG_IN = "Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login"


def checks(services: Services, *, is_connected: bool) -> Iterator[Check]:
    """Check each mapping with a file of random name, which is removed again.

    :param is_connected: whether an identity is connected, so that Globus can be asked.
    """
    hosts = services.parts.hosts
    folders = hosts.site_folders()
    if hosts.problem:
        yield fail("host endpoints", hosts.problem, "Correct that environment variable.")
    if not is_connected:
        return
    for folder in folders:
        yield _check(services, folder)


def _check(services: Services, folder: HostFolder) -> Check:
    name = f"host endpoint for {folder.folder}"
    fix = f"Check {folder.origin}."
    if not folder.folder.is_dir():
        return fail(name, f"{folder.folder} is not a folder on this machine.", fix)
    try:
        endpoint = services.endpoints.get(folder.endpoint_id)
        _check_ready(endpoint)
        if endpoint.required_scopes:
            return warn(
                name,
                f"{endpoint.display_name} requires a consent, so it was not checked.",
                "Send something from this folder in JupyterLab, which asks for the consent.",
            )
        return _check_folder(services, name, folder, endpoint)
    except LoginNeeded as error:
        return warn(name, f"It was not checked: {error.message}", _LOG_IN)
    except SRegistryGlobusError as error:
        return fail(name, error.message, fix)


def _check_ready(endpoint: Endpoint) -> None:
    state, next_step = endpoint.readiness.state, endpoint.readiness.next_step
    if state in ("offline", "paused"):
        raise EndpointOffline(f"{endpoint.display_name} is {state}. {next_step}")
    if state in ("not_usable", "gone"):
        raise EndpointNotUsable(f"{endpoint.display_name} holds no files. {next_step}")


def _check_folder(services: Services, name: str, folder: HostFolder, endpoint: Endpoint) -> Check:
    """Check a mapping with a file in the folder, or in the first below it that is writable."""
    checker = services.parts.checks
    place = _writable_place(folder.folder)
    if place is None:
        return warn(
            name,
            f"It was not checked: this account can write to no folder in {folder.folder}.",
            "Run doctor as a user who has a folder there.",
        )
    with _test_file(place) as file:
        if file is None:
            return warn(name, f"It was not checked: {place} cannot be written to.", "Check it.")
        served = _served(services.parts.hosts, folder, file)
        if served is None:
            return ok(name, f"Another entry serves {place}, which is more specific.")
        seen = checker.file(served, endpoint)
        problem = seen.not_checked
        if folder.is_writable and not problem:
            above = _served(services.parts.hosts, folder, place)
            problem = checker.writing(above, endpoint) if above is not None else ""
    if problem:
        return warn(name, f"Not checked on {endpoint.display_name}: {problem}", "Try again later.")
    access = "reading and writing" if folder.is_writable else "reading"
    path = folder.endpoint_path or "/"
    return ok(name, f"{endpoint.display_name} serves it at {path} for {access}.")


def _served(hosts: HostEndpoints, folder: HostFolder, path: Path) -> ServedPath | None:
    return next((served for served in hosts.serving(path) if served.folder == folder), None)


def _writable_place(folder: Path) -> Path | None:
    """Return the folder, or the user's own below it; None if neither is writable."""
    for place in (folder, folder / user_name()):
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            return place
    return None


@contextlib.contextmanager
def _test_file(folder: Path) -> Iterator[Path | None]:
    """Make a file of random name that only this account may read; None if that is not possible."""
    file = folder / f"{PROBE}{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(secrets.token_bytes(1024))
    except OSError:
        yield None
        return
    try:
        yield file
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
