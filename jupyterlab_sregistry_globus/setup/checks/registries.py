"""The registries: whether they can be listed, and whether Globus sees the same files."""

from __future__ import annotations

import time
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


def check_listings(services: Services) -> Iterator[Check]:
    """Check that each registry can be listed."""
    for registry in services.catalog.settle(LISTING_TIMEOUT_S).registries:
        name = f"registry {registry.name}"
        place = registry.location or "its location"
        message = registry.message + _age(registry.listed_at)
        if registry.state == "failed" and isinstance(registry.action, LoginAction):
            yield warn(name, registry.message, "Connect: jupyter sregistry-globus login")
        elif (
            registry.state == "failed"
            and isinstance(registry.action, RetryAction)
            and registry.listed_at
        ):
            yield warn(name, message, "Try again later.")
        elif registry.state == "failed":
            yield fail(
                name,
                message,
                f"Check {place}, and the entry {registry.name!r} in SRegistryGlobus.registries.",
            )
        elif registry.state == "listing":
            yield warn(name, f"{place} is still being listed.", "Try again later.")
        elif not registry.images_count:
            yield warn(
                name,
                f"{place} has no images.",
                "Put images there, or configure another location.",
            )
        else:
            message = f"{registry.images_count} images in {place}. {registry.message}"
            yield ok(name, message.strip())


def check_published(services: Services) -> Iterator[Check]:
    """Check that each published listing can be read, and is not older than it should be."""
    for registry in services.catalog.published():
        name = f"published listing of {registry.name}"
        command = f"jupyter sregistry-globus catalog publish --output {registry.file.path}"
        problem = registry.problem()
        if problem:
            yield fail(name, problem, f"Publish it again: {command}")
            continue
        published = registry.published()
        message = (
            f"{published.images_count} images in {registry.file.path}, from "
            f"{human_moment(published.listed_at)}."
        )
        if time.time() - published.listed_at > 2 * published.interval_s:
            minutes = round(published.interval_s / 60)
            yield warn(
                name,
                f"{message} It should be replaced every {minutes} minutes.",
                f"Check the cron job or the service that runs: {command}",
            )
        else:
            yield ok(name, message)


def _age(listed_at: float | None) -> str:
    if listed_at is None:
        return ""
    return f" The listing shown is from {human_moment(listed_at)}."


def check_endpoints(services: Services) -> Iterator[Check]:
    """Check that Globus sees each registry that has an endpoint."""
    for entry in services.settings.registries:
        if entry.get("endpoint_id"):
            yield _check_endpoint(services, entry)


def _check_endpoint(services: Services, entry: Mapping[str, Any]) -> Check:
    name = f"registry {entry['name']} at Globus"
    endpoint_id, path = str(entry["endpoint_id"]), str(entry.get("endpoint_path") or "/")
    fix = f"Check endpoint_id and endpoint_path of {entry['name']!r} in SRegistryGlobus.registries."
    try:
        endpoint = services.endpoints.get(endpoint_id)
        folder = services.endpoints.folder(Location(endpoint_id, path))
    except SRegistryGlobusError as error:
        return fail(name, f"{endpoint_id}:{path}: {error.message}", fix)
    place = f"{path} on {endpoint.display_name!r}"
    visible = {file.name for file in folder.entries}
    missing = ""
    if not folder.is_truncated:
        missing = _missing_folder(entry, visible) or _missing_collection(services, entry, visible)
    if missing:
        return fail(
            name,
            f"{place} does not contain {missing!r}, which the registry has. It may be the wrong "
            "folder.",
            fix,
        )
    return ok(name, f"Globus sees {folder.total} entries in {place}.")


def _missing_folder(entry: Mapping[str, Any], visible: set[str]) -> str:
    """Return the first folder on this disk that Globus does not show, or an empty text."""
    if entry.get("kind", "folder") != "folder" or not entry.get("path"):
        return ""
    try:
        names = [
            folder.name
            for folder in sorted(Path(str(entry["path"])).iterdir())
            if folder.is_dir() and not folder.name.startswith(".")
        ]
    except OSError:
        return ""
    return next((name for name in names if name not in visible), "")


def _missing_collection(services: Services, entry: Mapping[str, Any], visible: set[str]) -> str:
    """Return a collection of a registry server if Globus shows no folder of any collection.

    A single collection may lack a folder, because not all that is pushed to a server becomes a
    file.
    """
    if entry.get("kind") != "sregistry":
        return ""
    collections = [
        collection.name.partition("/")[0]
        for collection in services.catalog.overview().collections
        if collection.registry == entry["name"]
    ]
    return "" if visible.intersection(collections) else next(iter(collections), "")
