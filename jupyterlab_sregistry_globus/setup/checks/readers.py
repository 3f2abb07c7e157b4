"""Who can read each registry through Globus."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...errors import SRegistryGlobusError
from ...globus.sharing import Place, Rule, Sharing
from ...services import Services
from ..audience import PUBLIC_KINDS, covers
from .report import Check, fail, ok, warn


def checks(here: Services) -> Iterator[Check]:
    """Look at the guest collections that the registries lie on, and at their access rules."""
    sharing = Sharing(here.clients)
    for entry in here.settings.registries:
        if not entry.get("endpoint_id"):
            continue
        try:
            place = sharing.place(str(entry["endpoint_id"]))
            yield from _readers(here, sharing, entry, place)
        except SRegistryGlobusError:
            continue  # said by the check of the same endpoint's files


def _readers(
    here: Services, sharing: Sharing, entry: Mapping[str, Any], place: Place
) -> Iterator[Check]:
    name = f"readers of registry {entry['name']}"
    if place.is_personal:
        yield warn(
            name,
            f"{place.name!r} serves {place.owner or 'its owner'} alone.",
            "If others are to send from it, run: jupyter sregistry-globus setup --guest",
        )
        return
    if place.is_guest and place.host_id and place.host_id == here.local.endpoint_id():
        yield from _shared(here, entry)
    if not place.has_rules:
        return
    rules = sharing.rules(place.id)
    public = sorted(rule.path for rule in rules if rule.kind in PUBLIC_KINDS)
    private = sorted({rule.path for rule in rules if rule.kind not in PUBLIC_KINDS})
    if not rules:
        yield warn(
            name,
            f"No access rule of {place.name!r} lets anybody but you read.",
            "Run: jupyter sregistry-globus setup --public COLLECTION",
        )
        return
    words = f"Open to everybody: {', '.join(public) or 'nothing'}."
    if private:
        words += f" Open to some: {', '.join(private)}."
    writing = [rule.path for rule in rules if rule.kind in PUBLIC_KINDS and "w" in rule.permissions]
    bare = _bare(entry, public)
    if bare:
        yield fail(
            name,
            f"{words} So {', '.join(bare)} can be read by everybody, which the registry keeps "
            "private.",
            "Remove that rule, and let those people read who may: jupyter sregistry-globus setup "
            "--private COLLECTION=WHO",
        )
    elif writing:
        yield fail(
            name,
            f"{words} Everybody may write to {', '.join(writing)}.",
            "Make that rule one for reading, on the guest collection's page at Globus.",
        )
    elif _hollow(rules):
        yield warn(
            name,
            f"{words} As everything is open, the rules for some keep nobody out.",
            "Remove the rule on /, and open the public collections one by one.",
        )
    else:
        yield ok(name, words)


def _shared(here: Services, entry: Mapping[str, Any]) -> Iterator[Check]:
    """Whether Connect Personal lets the folder be shared, without which rules are idle."""
    paths = here.local.config_paths
    if not entry.get("path"):
        return
    line = paths.serving(Path(str(entry["path"])).expanduser())
    if line is None or not line.is_shared:
        yield fail(
            f"sharing of registry {entry['name']}",
            f"{paths.path} does not let {entry['path']} be shared, so nobody else can read it.",
            "Run: jupyter sregistry-globus setup, and start Connect Personal again.",
        )


def _bare(entry: Mapping[str, Any], public: list[str]) -> list[str]:
    """The folders of private images that a rule opens to everybody."""
    root = str(entry.get("endpoint_path") or "/")
    folders = {
        posixpath.join(root, str(one).rpartition("/")[0], "") for one in entry.get("private") or ()
    }
    return sorted(one for one in folders if any(covers(rule, one) for rule in public))


def _hollow(rules: list[Rule]) -> bool:
    everything = any(rule.kind in PUBLIC_KINDS and rule.path == "/" for rule in rules)
    return everything and any(rule.kind not in PUBLIC_KINDS for rule in rules)
