"""Who can read each registry through Globus."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...errors import SRegistryGlobusError
from ...globus.sharing import Place, Rule, Sharing
from ...services import Services
from ..audience import covers
from ..choices import PUBLIC_KINDS
from .report import Check, fail, ok, warn


def checks(services: Services) -> Iterator[Check]:
    """Check the guest collections of the registries, and their access rules."""
    sharing = Sharing(services.parts.clients)
    for entry in services.settings.registries:
        if not entry.get("endpoint_id"):
            continue
        try:
            place = sharing.place(str(entry["endpoint_id"]))
            yield from _check_readers(services, sharing, entry, place)
        except SRegistryGlobusError:
            continue  # reported by the check of the same endpoint's files


def _check_readers(
    services: Services, sharing: Sharing, entry: Mapping[str, Any], place: Place
) -> Iterator[Check]:
    name = f"readers of registry {entry['name']}"
    if place.is_personal:
        yield warn(
            name,
            f"{place.name!r} can be used only by {place.owner or 'its owner'}.",
            "To let others send from it, run: jupyter sregistry-globus setup --guest",
        )
        return
    if place.is_guest and place.host_id and place.host_id == services.parts.local.endpoint_id():
        yield from _check_sharing(services, entry)
    if place.has_rules:
        yield _check_rules(name, entry, place, sharing.rules(place.id))


def _check_rules(name: str, entry: Mapping[str, Any], place: Place, rules: list[Rule]) -> Check:
    if not rules:
        return warn(
            name,
            f"No access rule of {place.name!r} lets other users read.",
            "Run: jupyter sregistry-globus setup --public COLLECTION",
        )
    public = sorted(rule.path for rule in rules if rule.kind in PUBLIC_KINDS)
    private = sorted({rule.path for rule in rules if rule.kind not in PUBLIC_KINDS})
    writable = [
        rule.path for rule in rules if rule.kind in PUBLIC_KINDS and "w" in rule.permissions
    ]
    message = f"Open to everyone: {', '.join(public) or 'nothing'}."
    if private:
        message += f" Open to specific readers: {', '.join(private)}."
    exposed = _exposed_folders(entry, public)
    if exposed:
        return fail(
            name,
            f"{message} Everyone can read {', '.join(exposed)}, which the registry keeps private.",
            "Remove that rule, and name the readers: jupyter sregistry-globus setup "
            "--private COLLECTION=READER",
        )
    if writable:
        return fail(
            name,
            f"{message} Everyone can write to {', '.join(writable)}.",
            "Make that rule read-only, on the guest collection's page at Globus.",
        )
    if "/" in public and private:
        return warn(
            name,
            (
                f"{message} The rules for specific readers have no effect, because everyone can "
                "read everything."
            ),
            "Remove the rule on /, and open each public collection.",
        )
    return ok(name, message)


def _check_sharing(services: Services, entry: Mapping[str, Any]) -> Iterator[Check]:
    """Check that Connect Personal lets the folder be shared. Otherwise rules have no effect."""
    paths = services.parts.local.config_paths
    if not entry.get("path"):
        return
    served = paths.serving(Path(str(entry["path"])))
    if served is None or not served.is_shared:
        yield fail(
            f"sharing of registry {entry['name']}",
            f"{paths.path} does not share {entry['path']}, so other users cannot read it.",
            "Run: jupyter sregistry-globus setup. Then restart Connect Personal.",
        )


def _exposed_folders(entry: Mapping[str, Any], public: list[str]) -> list[str]:
    """Return the folders of private images that a rule opens to everyone."""
    root = str(entry.get("endpoint_path") or "/")
    folders = {
        posixpath.join(root, str(reference).rpartition("/")[0], "")
        for reference in entry.get("private") or ()
    }
    return sorted(folder for folder in folders if any(covers(rule, folder) for rule in public))
