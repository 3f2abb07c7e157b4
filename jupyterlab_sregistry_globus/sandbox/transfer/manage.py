"""Creating, changing and sharing endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..auth.tokens import Caller
from ..clock import iso, parse
from ..errors import Refused
from ..world import World, new_uuid
from . import access
from .model import AccessRule, Endpoint
from .paths import Outside, normalise, place

_CHANGEABLE = (
    "display_name",
    "description",
    "keywords",
    "organization",
    "department",
    "contact_email",
    "info_link",
    "user_message",
    "public",
    "default_directory",
    "force_encryption",
    "disable_verify",
    "subscription_id",
)
_PRINCIPALS = ("identity", "group", "all_authenticated_users", "anonymous")


def create(world: World, caller: Caller, body: dict[str, Any]) -> Endpoint:
    """Create a Connect Personal, which waits for its setup key and serves only its owner.

    :raises Refused: the document is not for a Connect Personal, or has no name.
    """
    if not body.get("is_globus_connect"):
        raise Refused(
            400, "BadRequest", "The sandbox only creates Globus Connect Personal endpoints"
        )
    row = Endpoint(
        id=new_uuid(),
        display_name=_name(body),
        entity_type="GCP_mapped_collection",
        owner_id=caller.identity,
        gcp_connected=False,
        gcp_paused=False,
        setup_key=new_uuid(),
        created=world.clock.now(),
    )
    _apply(row, body)
    world.endpoints.put(row.id, row)
    return row


def connect(world: World, setup_key: str, config_dir: Path, home: Path) -> Endpoint:
    """Do what `globusconnectpersonal -setup KEY` does, and start it. The key works once.

    :param config_dir: where its `lta` folder is created, as `~/.globusonline`.
    :param home: where `/~/` leads. All of it is served, writable and not shareable, until
        config-paths says otherwise.
    :raises Refused: no endpoint waits for this key.
    """
    for row in world.endpoints.values():
        if row.setup_key == setup_key and not row.deleted:
            break
    else:
        raise Refused(404, "NotFound", "No endpoint waits for this setup key")
    folder = config_dir / "lta"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "client-id.txt").write_text(f"{row.id}\n")
    paths = folder / "config-paths"
    if not paths.exists():
        paths.write_text(f"{home}/,0,1\n")
    row.setup_key = None
    row.config_folder = str(folder)
    row.home = str(home)
    row.gcp_connected = True
    world.endpoints.put(row.id, row)
    return row


def share(world: World, caller: Caller, body: dict[str, Any]) -> Endpoint:
    """Create a guest collection on a Connect Personal.

    :raises Refused: the caller does not own the host, or the host has no subscription or does not
        share the path.
    """
    host = access.administered(world, str(body.get("host_endpoint", "")), caller)
    if host.entity_type != "GCP_mapped_collection":
        raise Refused(
            400, "BadRequest", "The sandbox only creates guest collections on a Connect Personal"
        )
    # Globus's wording is not known. The status and the code are those of a missing role.
    if host.subscription_id is None:
        raise Refused(
            403,
            "PermissionDenied",
            "Sharing needs a Globus subscription: the host endpoint is not managed under one",
        )
    host_path = str(body.get("host_path", ""))
    try:
        folder = place(world, host, host_path)
    except Outside:
        raise Refused(403, access.DENIED, f"{host_path} is not served by the host") from None
    if not folder.local.is_dir():
        raise Refused(404, "NotFound", f"{host_path} is not a folder on the host")
    row = Endpoint(
        id=new_uuid(),
        display_name=_name(body),
        entity_type="GCP_guest_collection",
        owner_id=caller.identity,
        host_endpoint_id=host.id,
        host_path=f"{folder.path.rstrip('/')}/",
        gcp_connected=host.gcp_connected,
        gcp_paused=host.gcp_paused,
        default_directory="/",
        created=world.clock.now(),
    )
    _apply(row, body)
    row.subscription_id = None
    world.endpoints.put(row.id, row)
    return row


def update(world: World, caller: Caller, endpoint_id: str, body: dict[str, Any]) -> None:
    """Change an endpoint.

    :raises Refused: the caller lacks the role.
    """
    row = access.administered(world, endpoint_id, caller)
    if "display_name" in body:
        _name(body)
    _apply(row, body)
    world.endpoints.put(row.id, row)


def delete(world: World, caller: Caller, endpoint_id: str) -> None:
    """Delete an endpoint, with its guest collections.

    :raises Refused: the caller lacks the role.
    """
    row = access.administered(world, endpoint_id, caller)
    for endpoint in world.endpoints.values():
        if endpoint is row or (endpoint.is_guest and endpoint.host_endpoint_id == row.id):
            endpoint.deleted = True
            world.endpoints.put(endpoint.id, endpoint)


def rules(world: World, caller: Caller, endpoint_id: str) -> list[AccessRule]:
    """Return the access rules.

    :raises Refused: the caller lacks the role, or the endpoint has no rules.
    """
    row = _ruled(world, caller, endpoint_id)
    return [rule for rule in world.rules.values() if rule.endpoint_id == row.id]


def add_rule(world: World, caller: Caller, endpoint_id: str, body: dict[str, Any]) -> AccessRule:
    """Add an access rule.

    :raises Refused: the rule is malformed or exists already, or the caller lacks the role.
    """
    row = _ruled(world, caller, endpoint_id)
    kind = body.get("principal_type")
    principal = str(body.get("principal") or "")
    path = _rule_path(row, body.get("path"))
    permissions = body.get("permissions")
    if kind not in _PRINCIPALS:
        raise Refused(400, "BadRequest", f"Unknown principal_type: {kind}")
    if permissions not in ("r", "rw") or (kind == "anonymous" and permissions == "rw"):
        raise Refused(400, "BadRequest", f"Bad permissions: {permissions}")
    if kind in ("identity", "group"):
        if kind == "identity" and principal not in world.identities:
            raise Refused(400, "BadRequest", f"Unknown identity: {principal}")
    elif principal:
        raise Refused(400, "BadRequest", f"{kind} takes no principal")
    same = (row.id, path, kind, principal)
    for rule in world.rules.values():
        if (rule.endpoint_id, rule.path, rule.principal_type, rule.principal) == same:
            raise Refused(409, "Exists", "This rule already exists")
    expires = body.get("expiration_date")
    rule = AccessRule(
        id=new_uuid(),
        endpoint_id=row.id,
        path=path,
        permissions=str(permissions),
        principal_type=str(kind),
        principal=principal,
        create_time=world.clock.now(),
        expires=parse(str(expires)) if expires else None,
    )
    world.rules.put(rule.id, rule)
    return rule


def find_rule(world: World, caller: Caller, endpoint_id: str, rule_id: str) -> AccessRule:
    """Return an access rule.

    :raises Refused: the endpoint has no such rule, or the caller lacks the role.
    """
    for rule in rules(world, caller, endpoint_id):
        if rule.id == rule_id:
            return rule
    raise Refused(404, "AccessRuleNotFound", f"No such rule '{rule_id}'")


def rule_document(rule: AccessRule) -> dict[str, Any]:
    return {
        "DATA_TYPE": "access",
        "id": rule.id,
        "principal_type": rule.principal_type,
        "principal": rule.principal,
        "path": rule.path,
        "permissions": rule.permissions,
        "role_id": None,
        "role_type": None,
        "create_time": iso(rule.create_time),
        "expiration_date": iso(rule.expires) if rule.expires else None,
    }


def _ruled(world: World, caller: Caller, endpoint_id: str) -> Endpoint:
    row = access.administered(world, endpoint_id, caller)
    if not row.is_guest:
        raise Refused(409, "NotSupported", f"{row.display_name} has no access rules")
    return row


def _rule_path(row: Endpoint, path: Any) -> str:
    if not isinstance(path, str) or not path.startswith("/") or not path.endswith("/"):
        raise Refused(400, "BadRequest", "A rule's path begins and ends with /")
    clean = normalise(row, path)
    return clean if clean == "/" else f"{clean}/"


def _name(body: dict[str, Any]) -> str:
    name = body.get("display_name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 128:
        raise Refused(400, "BadRequest", "display_name has 1 to 128 characters")
    return name


def _apply(row: Endpoint, body: dict[str, Any]) -> None:
    for name in _CHANGEABLE:
        if name in body:
            value = body[name]
            if name == "keywords" and isinstance(value, list):
                value = ", ".join(map(str, value))
            if value is None and isinstance(getattr(row, name), str):
                value = ""
            setattr(row, name, value)
