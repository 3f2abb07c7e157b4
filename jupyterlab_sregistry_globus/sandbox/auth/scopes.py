"""Scope strings, and the scopes that exist."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from ..errors import Refused
from ..world import World
from .model import ScopeRecord

AUTH = "auth.globus.org"
TRANSFER = "transfer.api.globus.org"
TIMERS = "524230d7-ea86-4a52-8312-86065a9e0417"
GROUPS = "groups.api.globus.org"
SEARCH = "search.api.globus.org"
FLOWS = "flows.globus.org"
FLOWS_CLIENT = "eec9b274-0c81-4334-bdc2-54e90e689b9a"

TRANSFER_ALL = f"urn:globus:auth:scope:{TRANSFER}:all"
TIMER = f"https://auth.globus.org/scopes/{TIMERS}/timer"
VIEW_IDENTITY_SET = f"urn:globus:auth:scope:{AUTH}:view_identity_set"

_SERVICE_CLIENTS = {
    AUTH: "70f4a4a0-5f2e-4a5e-8b7c-0d5c6f6f1a01",
    TRANSFER: "2fbdda78-a599-4cb5-ac3d-1fbcfbc6a754",
    TIMERS: TIMERS,
    GROUPS: "04896e9e-b98e-437e-becd-8084b9e234a0",
    SEARCH: "4d9e2f4a-7f0d-4c5e-9a55-3a1c9b0c7b02",
    FLOWS: FLOWS_CLIENT,
}

_LABELS = {
    "openid": "Know who you are in Globus",
    "profile": "Know your name, organization and identity provider",
    "email": "Know your email address",
    VIEW_IDENTITY_SET: "View your linked identities",
    f"urn:globus:auth:scope:{AUTH}:view_identities": "View identities",
    f"urn:globus:auth:scope:{AUTH}:view_consents": "View your consents",
    f"urn:globus:auth:scope:{AUTH}:view_authentications": "View your recent logins",
    f"urn:globus:auth:scope:{AUTH}:view_clients": "View your apps",
    f"urn:globus:auth:scope:{AUTH}:view_clients_and_scopes": "View your apps and their scopes",
    f"urn:globus:auth:scope:{AUTH}:manage_projects": "Manage your projects",
    TRANSFER_ALL: "Transfer files using Globus Transfer",
    f"urn:globus:auth:scope:{TRANSFER}:gcp_install": "Set up Globus Connect Personal",
    TIMER: "Create and manage timers",
    f"urn:globus:auth:scope:{GROUPS}:all": "Manage your groups",
    f"urn:globus:auth:scope:{GROUPS}:view_my_groups_and_memberships": "View your groups",
    f"urn:globus:auth:scope:{SEARCH}:all": "Use Globus Search",
    f"urn:globus:auth:scope:{SEARCH}:search": "Search with Globus Search",
    f"https://auth.globus.org/scopes/{FLOWS_CLIENT}/all": "Use Globus Flows",
    f"https://auth.globus.org/scopes/{FLOWS_CLIENT}/view_flows": "View flows",
    f"https://auth.globus.org/scopes/{FLOWS_CLIENT}/run": "Run flows",
}

_ENDPOINT_SCOPE = re.compile(
    r"https://auth\.globus\.org/scopes/([0-9a-f-]{36})/(data_access|https)"
    r"|urn:globus:auth:scope:([0-9a-f-]{36}):(manage_collections)"
)


@dataclass
class Requested:
    """A requested scope, with its dependent scopes."""

    scope: str
    optional: bool = False
    dependents: list[Requested] = field(default_factory=list)


def data_access(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/data_access"


def https(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/https"


def parse(text: str) -> list[Requested]:
    """Parse `a b[c *d[e]]` into trees.

    :raises Refused: brackets or stars are misplaced.
    """
    parts = re.findall(r"[\[\]*]|[^\s\[\]*]+", text)
    position = 0

    def level(depth: int) -> list[Requested]:
        nonlocal position
        trees: list[Requested] = []
        optional = False
        while position < len(parts):
            part = parts[position]
            position += 1
            if part == "*":
                optional = True
            elif part == "[":
                if not trees or optional:
                    raise _malformed(text)
                trees[-1].dependents.extend(level(depth + 1))
            elif part == "]":
                if depth == 0 or optional or not trees:
                    raise _malformed(text)
                return trees
            else:
                trees.append(Requested(part, optional))
                optional = False
        if depth or optional:
            raise _malformed(text)
        return trees

    return level(0)


def record(world: World, scope: str) -> ScopeRecord | None:
    """Return the scope registered under a name, or None.

    A mapped collection has a data_access scope unless it is high assurance. Other collections have
    none, so requesting it is an error.
    """
    registered = world.scopes.get(scope)
    if registered is not None:
        return registered
    if scope in _LABELS:
        server = resource_server(scope)
        return ScopeRecord(
            scope=scope,
            id=_scope_id(scope),
            client=_SERVICE_CLIENTS[server],
            resource_server=server,
            label=_LABELS[scope],
        )
    match = _ENDPOINT_SCOPE.fullmatch(scope)
    if match is None:
        return None
    endpoint_id = match.group(1) or match.group(3)
    kind = match.group(2) or match.group(4)
    endpoint = world.endpoints.get(endpoint_id)
    if endpoint is None or endpoint.deleted:
        return None
    served = {
        "data_access": endpoint.wants_data_access,
        "https": endpoint.entity_type in ("GCSv5_mapped_collection", "GCSv5_guest_collection"),
        "manage_collections": endpoint.entity_type == "GCSv5_endpoint",
    }[kind]
    if not served:
        return None
    labels = {
        "data_access": f"Access data on {endpoint.display_name}",
        "https": f"Read and write files on {endpoint.display_name} by HTTPS",
        "manage_collections": f"Manage collections on {endpoint.display_name}",
    }
    return ScopeRecord(
        scope=scope,
        id=_scope_id(scope),
        client=endpoint_id,
        resource_server=endpoint_id,
        label=labels[kind],
    )


def resource_server(scope: str) -> str:
    """Return the server of a fixed scope."""
    if scope in ("openid", "profile", "email"):
        return AUTH
    if scope == TIMER:
        return TIMERS
    if f"/{FLOWS_CLIENT}/" in scope:
        return FLOWS
    return scope.removeprefix("urn:globus:auth:scope:").rpartition(":")[0]


def check(world: World, text: str) -> list[Requested]:
    """Parse scopes, and check that each exists, including dependents.

    :raises Refused: UNKNOWN_SCOPE_ERROR, or the text is malformed or empty.
    """
    trees = parse(text)
    if not trees:
        raise Refused(400, "INVALID_SCOPE", "No scopes were requested")
    unknown = sorted(scope for scope in _flat(trees) if record(world, scope) is None)
    if unknown:
        raise Refused(
            400,
            "UNKNOWN_SCOPE_ERROR",
            f"One or more requested scopes are unknown: {', '.join(unknown)}",
            extra={"error": "invalid_scope", "unknown_scopes": unknown},
        )
    return trees


def _flat(trees: list[Requested]) -> set[str]:
    names: set[str] = set()
    for tree in trees:
        names.add(tree.scope)
        names |= _flat(tree.dependents)
    return names


def _scope_id(scope: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, scope))


def _malformed(text: str) -> Refused:
    return Refused(
        400, "INVALID_SCOPE", f"Malformed scope string: {text}", extra={"error": "invalid_scope"}
    )
