"""The registries: can they be listed, and does Globus see the same files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...errors import SRegistryGlobusError
from ...models.actions import LoginAction, RetryAction
from ...models.plans import Location
from ...services import Services
from ...units import human_moment
from .report import Check, fail, ok, warn

LISTING_TIMEOUT_S = 60.0


def listed(here: Services) -> Iterator[Check]:
    """Whether each registry can be listed."""
    for one in here.catalog.settle(LISTING_TIMEOUT_S).registries:
        name = f"registry {one.name}"
        place = one.location or "its place"
        if one.state == "failed" and isinstance(one.action, LoginAction):
            yield warn(name, one.message, "Connect: jupyter sregistry-globus login")
        elif one.state == "failed" and isinstance(one.action, RetryAction) and one.listed_at:
            yield warn(name, one.message + _age(one.listed_at), "Look again later.")
        elif one.state == "failed":
            yield fail(
                name,
                one.message + _age(one.listed_at),
                f"See to {place}, or to the entry {one.name!r} in SRegistryGlobus.registries.",
            )
        elif one.state == "listing":
            yield warn(name, f"{place} is still being listed.", "Look again later.")
        elif not one.images_count:
            yield warn(name, f"{place} holds no images.", "Put images there, or name another.")
        else:
            yield ok(name, f"{one.images_count} images in {place}. {one.message}".strip())


def _age(listed_at: float | None) -> str:
    """From when that is which is shown meanwhile."""
    if listed_at is None:
        return ""
    return f" What is shown of it is from {human_moment(listed_at)}."


def served(here: Services) -> Iterator[Check]:
    """Whether Globus sees each registry that is said to lie on an endpoint."""
    for entry in here.settings.registries:
        if entry.get("endpoint_id"):
            yield _seen(here, entry)


def _seen(here: Services, entry: Mapping[str, Any]) -> Check:
    name = f"registry {entry['name']} at Globus"
    endpoint_id, path = str(entry["endpoint_id"]), str(entry.get("endpoint_path") or "/")
    cure = (
        f"See to endpoint_id and endpoint_path of {entry['name']!r} in SRegistryGlobus.registries."
    )
    try:
        endpoint = here.endpoints.get(endpoint_id)
        folder = here.endpoints.folder(Location(endpoint_id, path))
    except SRegistryGlobusError as error:
        return fail(name, f"{endpoint_id}:{path}: {error.message}", cure)
    where = f"{endpoint.display_name!r} shows {path}"
    seen = {one.name for one in folder.entries}
    missing = "" if folder.is_truncated else _missing(entry, seen) or _hidden(here, entry, seen)
    if missing:
        return fail(
            name, f"{where} without {missing!r}, which the registry has: another folder?", cure
        )
    return ok(name, f"{where}, {folder.total} entries.")


def _missing(entry: Mapping[str, Any], seen: set[str]) -> str:
    """The first folder on this disk that Globus does not show; empty where it shows them all."""
    if entry.get("kind", "folder") != "folder" or not entry.get("path"):
        return ""
    try:
        here = [
            one.name
            for one in sorted(Path(str(entry["path"])).expanduser().iterdir())
            if one.is_dir() and not one.name.startswith(".")
        ]
    except OSError:
        return ""
    return next((name for name in here if name not in seen), "")


def _hidden(here: Services, entry: Mapping[str, Any], seen: set[str]) -> str:
    """A collection of a registry server, if Globus shows a folder of none at all.

    One alone may well have no folder: not all that is pushed to such a server becomes a file.
    """
    if entry.get("kind") != "sregistry":
        return ""
    collections = [
        one.name.partition("/")[0]
        for one in here.catalog.overview().collections
        if one.registry == entry["name"]
    ]
    return "" if seen.intersection(collections) else next(iter(collections), "")
