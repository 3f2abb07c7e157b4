"""This machine's own endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...errors import EndpointNotFound, PermissionRefused, SRegistryGlobusError
from ...globus.sharing import Place, Sharing
from ...services import Services
from ..program import NAME, find_program
from .report import Check, fail, ok, warn

RUN_SETUP = "Run: jupyter sregistry-globus setup"


def checks(services: Services, *, is_connected: bool) -> Iterator[Check]:
    """Check that Connect Personal is set up, running, ours, and serving the registries' folders.

    :param is_connected: whether an identity is connected, so that Globus can be asked.
    """
    name = "Connect Personal"
    endpoint_id = services.parts.local.endpoint_id()
    if endpoint_id is None:
        yield _not_set_up(services, name)
        return
    place = None
    if is_connected:
        try:
            place = Sharing(services.parts.clients).place(endpoint_id)
        except EndpointNotFound:
            yield fail(
                name,
                f"It is set up here as {endpoint_id}, which no longer exists at Globus.",
                f"Move {services.parts.local.config_paths_file.parent} away. {RUN_SETUP}",
            )
            return
        except PermissionRefused:
            yield warn(
                name,
                f"It is set up here as {endpoint_id}, which only another identity can use.",
                "Connect as its owner.",
            )
            return
        except SRegistryGlobusError as error:
            yield fail(name, f"Cannot check {endpoint_id}: {error.message}", RUN_SETUP)
            return
    yield _check_state(services, name, endpoint_id, place)
    yield from _check_folders(services)


def _not_set_up(services: Services, name: str) -> Check:
    unserved = [
        folder["name"]
        for folder in _registry_folders(services)
        if not folder["endpoint_id"] and not _site_serves(services, Path(folder["path"]))
    ]
    if not unserved:
        return ok(name, "It is not set up here, and no registry requires it.")
    return warn(
        name,
        "It is not set up here, so files on this machine can only be sent directly over HTTPS, to "
        f"endpoints that accept that. This affects the registries: {', '.join(unserved)}.",
        f"{RUN_SETUP}, or let another endpoint serve the folder.",
    )


def _check_state(services: Services, name: str, endpoint_id: str, place: Place | None) -> Check:
    if place is None:
        return ok(name, f"It is set up here, as {endpoint_id}.")
    message = f"It is set up here, as {place.name!r} ({endpoint_id}),"
    own_ids = {identity.id for identity in services.parts.credentials.read().identities}
    if place.owner_id and place.owner_id not in own_ids:
        return warn(
            name, f"{message} and can be used only by {place.owner}.", "Connect as its owner."
        )
    if place.is_connected is False:
        return fail(name, f"{message} but is not running.", f"Start it: {_program()} -start &")
    if place.is_paused:
        return fail(name, f"{message} but is paused.", f"Resume it: {_program()} -unpause")
    return ok(name, f"{message} and is running.")


def _check_folders(services: Services) -> Iterator[Check]:
    paths = services.parts.local.config_paths
    for entry in _registry_folders(services):
        folder = Path(str(entry["path"]))
        name = f"folder of registry {entry['name']}"
        if not folder.is_dir():
            continue  # reported by the registry's own check
        try:
            served = paths.serving(folder)
        except SRegistryGlobusError as error:
            yield fail(name, error.message, f"Correct {paths.path}.")
            return
        if served is not None:
            access = "reading and writing" if served.is_writable else "reading"
            yield ok(name, f"Connect Personal serves {folder} for {access}.")
        elif entry["endpoint_id"] or _site_serves(services, folder):
            yield ok(name, f"Another endpoint serves {folder}.")
        else:
            yield fail(
                name,
                f"Connect Personal does not serve {folder}, so its images cannot be sent.",
                f"{RUN_SETUP}, or add the line {folder}/,0,0 to {paths.path} and restart it.",
            )


def _site_serves(services: Services, folder: Path) -> bool:
    """Return whether one of the site's endpoints serves a folder."""
    return any(not served.folder.is_personal for served in services.parts.hosts.serving(folder))


def _registry_folders(services: Services) -> list[dict[str, str]]:
    return [
        {
            "name": str(entry.get("name", "")),
            "path": str(entry["path"]),
            "endpoint_id": str(entry.get("endpoint_id") or ""),
        }
        for entry in services.settings.registries
        if entry.get("kind", "folder") == "folder" and entry.get("path")
    ]


def _program() -> str:
    program = find_program()
    return str(program) if program is not None else NAME
