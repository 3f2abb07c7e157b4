"""This machine's own endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...errors import EndpointNotFound, PermissionRefused, SRegistryGlobusError
from ...globus.sharing import Place, Sharing
from ...services import Services
from ..program import NAME, find_program
from .report import Check, fail, ok, warn

SETUP = "Run: jupyter sregistry-globus setup"


def checks(here: Services, *, is_connected: bool) -> Iterator[Check]:
    """Look at Connect Personal: set up, running, ours, and serving the registries' folders.

    :param is_connected: whether somebody is connected, so that Globus can be asked.
    """
    name = "Connect Personal"
    endpoint_id = here.local.endpoint_id()
    if endpoint_id is None:
        unserved = [one["name"] for one in _folders(here) if not one["endpoint_id"]]
        if unserved:
            yield warn(
                name,
                f"It is not set up here, so nothing that lies on this machine can be sent; of the "
                f"registries, not {', '.join(unserved)}.",
                f"{SETUP}, or have the folder served by another endpoint.",
            )
        else:
            yield ok(name, "It is not set up here, and no registry needs it.")
        return
    place = None
    if is_connected:
        try:
            place = Sharing(here.clients).place(endpoint_id)
        except EndpointNotFound:
            yield fail(
                name,
                f"It is set up here as {endpoint_id}, which Globus no longer has.",
                f"Move {here.local.config_paths_file.parent} away. {SETUP}",
            )
            return
        except PermissionRefused:
            yield warn(
                name,
                f"It is set up here as {endpoint_id}, by somebody else, and serves nobody else.",
                "Connect as its owner.",
            )
            return
        except SRegistryGlobusError as error:
            yield fail(name, f"Globus does not tell of {endpoint_id}: {error.message}", SETUP)
            return
    yield _state(here, name, endpoint_id, place)
    yield from _folders_served(here)


def _state(here: Services, name: str, endpoint_id: str, place: Place | None) -> Check:
    if place is None:
        return ok(name, f"It is set up here, as {endpoint_id}.")
    words = f"It is set up here, as {place.name!r} ({endpoint_id}),"
    mine = {one.id for one in here.credentials.read().identities}
    if place.owner_id and place.owner_id not in mine:
        return warn(
            name,
            f"{words} by {place.owner}, and serves nobody else.",
            "Connect as its owner.",
        )
    if place.is_connected is False:
        return fail(name, f"{words} but is not running.", f"Start it: {_program()} -start &")
    if place.is_paused:
        return fail(name, f"{words} but is paused.", f"Un-pause it: {_program()} -unpause")
    return ok(name, f"{words} and is running.")


def _folders_served(here: Services) -> Iterator[Check]:
    paths = here.local.config_paths
    for one in _folders(here):
        folder = Path(str(one["path"])).expanduser()
        name = f"folder of registry {one['name']}"
        if not folder.is_dir():
            continue  # said by the registry's own check
        try:
            line = paths.serving(folder)
        except SRegistryGlobusError as error:
            yield fail(name, error.message, f"Mend {paths.path}.")
            return
        if line is not None:
            writing = "" if not line.is_writable else ", for writing too"
            yield ok(name, f"Connect Personal serves {folder}{writing}.")
        elif one["endpoint_id"]:
            yield ok(name, f"{folder} is served by another endpoint.")
        else:
            yield fail(
                name,
                f"Connect Personal does not serve {folder}, so its images cannot be sent.",
                f"{SETUP}, or add the line {folder}/,0,0 to {paths.path} and start it again.",
            )


def _folders(here: Services) -> list[dict[str, str]]:
    return [
        {
            "name": str(entry.get("name", "")),
            "path": str(entry["path"]),
            "endpoint_id": str(entry.get("endpoint_id") or ""),
        }
        for entry in here.settings.registries
        if entry.get("kind", "folder") == "folder" and entry.get("path")
    ]


def _program() -> str:
    found = find_program()
    return str(found) if found is not None else NAME
