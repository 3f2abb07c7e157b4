"""Access to endpoints."""

from __future__ import annotations

from typing import Any

from ..auth import consents, scopes, sessions
from ..auth.model import Policy
from ..auth.tokens import Caller
from ..errors import Refused
from ..world import World
from .model import Endpoint
from .paths import is_below

DENIED = "EndpointPermissionDenied"


def existing(world: World, endpoint_id: str) -> Endpoint:
    """Return an endpoint's row.

    :raises Refused: it does not exist, or was deleted.
    """
    endpoint = world.endpoints.get(endpoint_id)
    if endpoint is None:
        raise Refused(404, "EndpointNotFound", f"No such endpoint '{endpoint_id}'")
    if endpoint.deleted:
        raise Refused(404, "EndpointDeleted", f"Endpoint '{endpoint_id}' has been deleted")
    return endpoint


def visible(world: World, endpoint: Endpoint, identities: tuple[str, ...]) -> bool:
    """Whether a search may show the endpoint to these identities."""
    if endpoint.deleted:
        return False
    return (
        endpoint.public or has_role(endpoint, identities) or is_shared(world, endpoint, identities)
    )


def has_role(endpoint: Endpoint, identities: tuple[str, ...]) -> bool:
    return endpoint.owner_id in identities or bool(set(endpoint.admins) & set(identities))


def administered(world: World, endpoint_id: str, caller: Caller) -> Endpoint:
    """Return an endpoint that the caller may change.

    :raises Refused: it does not exist, or the caller lacks the role.
    """
    endpoint = existing(world, endpoint_id)
    if not has_role(endpoint, caller.identities):
        raise Refused(403, "PermissionDenied", "You need the administrator role on this endpoint")
    return endpoint


def is_shared(world: World, endpoint: Endpoint, identities: tuple[str, ...]) -> bool:
    """Whether a rule names one of these identities."""
    return any(
        rule.endpoint_id == endpoint.id
        and rule.principal_type == "identity"
        and rule.principal in identities
        for rule in world.rules.values()
    )


def permission(world: World, endpoint: Endpoint, identities: tuple[str, ...], path: str) -> str:
    """Return "", "r" or "rw": what these identities may do at a path.

    A guest collection follows its rules. A rule does not open the folders above its path.
    """
    if endpoint.is_guest:
        if has_role(endpoint, identities):
            return "rw"
        best = ""
        now = world.clock.now()
        for rule in world.rules.values():
            if rule.endpoint_id != endpoint.id or not is_below(path, rule.path.rstrip("/") or "/"):
                continue
            if rule.expires is not None and rule.expires < now:
                continue
            open_to_all = rule.principal_type in ("all_authenticated_users", "anonymous")
            if open_to_all or (rule.principal_type == "identity" and rule.principal in identities):
                best = max(best, rule.permissions, key=len)
        return best
    if endpoint.is_personal:
        return "rw" if endpoint.owner_id in identities else ""
    if endpoint.members is not None and not set(endpoint.members) & set(identities):
        return ""
    return "r" if endpoint.read_only else "rw"


def public_permission(world: World, endpoint: Endpoint, path: str) -> str:
    """Return "" or "r": what a caller without a token may do at a path."""
    now = world.clock.now()
    for rule in world.rules.values():
        covers = rule.endpoint_id == endpoint.id and is_below(path, rule.path.rstrip("/") or "/")
        is_live = rule.expires is None or rule.expires >= now
        if covers and is_live and endpoint.is_guest and rule.principal_type == "anonymous":
            return "r"
    return ""


def ready(
    world: World, endpoint: Endpoint, caller: Caller, operation: str, *, needs_storage: bool = True
) -> None:
    """Raise what prevents the caller from using the endpoint's files.

    :param operation: "DirListing", "Mkdir", "Rename" or "Submit", which names the error.
    :param needs_storage: False allows an offline Connect Personal.
    :raises Refused: not usable, offline, paused, consent missing, policy not met, session too old.
    """
    if endpoint.entity_type in ("GCSv5_endpoint", "GCSv4_host", "GCSv4_share"):
        raise Refused(
            409,
            "ClientError.EndpointNotUsable",
            f"{endpoint.display_name} is a {endpoint.entity_type}, which holds no files itself; "
            "use one of its collections",
        )
    if endpoint.non_functional:
        raise Refused(409, "ClientError.NonFunctional", f"{endpoint.display_name} does not work")
    host = endpoint
    if endpoint.is_personal and endpoint.host_endpoint_id:
        host = world.endpoints.get(endpoint.host_endpoint_id) or endpoint
    if needs_storage:
        _connected(endpoint, host, operation)
    # Consent before permission: both arrive as 403, and only consent is fixed by a login.
    if endpoint.wants_data_access:
        needed = scopes.data_access(endpoint.id)
        if consents.find(world, caller.identity, caller.app, [*caller.path, needed]) is None:
            raise consent_required([endpoint.id])
    check_session(world, endpoint, caller, operation)


def check_session(world: World, endpoint: Endpoint, caller: Caller, operation: str) -> None:
    """Raise what only another login solves.

    :raises Refused: an authentication policy is not met, or the session is too old.
    """
    _policy(world, endpoint, caller)
    _session(world, endpoint, caller, operation)


def consent_required(endpoint_ids: list[str]) -> Refused:
    """Return the error that names the scopes to log in with."""
    below = " ".join(f"*{scopes.data_access(endpoint_id)}" for endpoint_id in endpoint_ids)
    required = [f"{scopes.TRANSFER_ALL}[{below}]"]
    return Refused(
        403,
        "ConsentRequired",
        "Missing required data_access consent",
        extra={
            "required_scopes": required,
            "authorization_parameters": {
                "session_message": "Missing required data_access consent",
                "required_scopes": required,
            },
        },
    )


def _connected(endpoint: Endpoint, host: Endpoint, operation: str) -> None:
    if endpoint.unreachable and operation != "Submit":
        raise Refused(
            502,
            f"ExternalError.{operation}Failed.ConnectFailed",
            f"Could not connect to the server of {endpoint.display_name}",
        )
    if host.gcp_connected is False:
        message = f"The Globus Connect Personal of {endpoint.display_name} is not running"
        if operation == "Submit":
            raise Refused(409, "GCDisconnectedException", message)
        raise Refused(502, f"ExternalError.{operation}Failed.GCDisconnected", message)
    if host.gcp_paused and operation != "Submit":
        raise Refused(
            502,
            f"ExternalError.{operation}Failed.GCPaused",
            f"The Globus Connect Personal of {endpoint.display_name} is paused",
        )


def _policy(world: World, endpoint: Endpoint, caller: Caller) -> None:
    if endpoint.authentication_policy_id is None:
        return
    policy = world.policies.get(endpoint.authentication_policy_id)
    if policy is None or sessions.satisfies(world, caller.session, policy):
        return
    raise Refused(
        403,
        "AuthPolicyFailed",
        f"{endpoint.display_name} requires a login that its authentication policy allows",
        extra={
            "authorization_parameters": {
                "session_message": f"Log in as {policy.display_name} asks",
                # Here a comma-joined string, although all others are lists.
                "session_required_policies": policy.id,
            }
        },
    )


def _session(world: World, endpoint: Endpoint, caller: Caller, operation: str) -> None:
    has_timeout = not endpoint.is_guest and endpoint.authentication_timeout_mins is not None
    if not endpoint.high_assurance and endpoint.domains is None and not has_timeout:
        return
    policy = Policy(
        id="",
        display_name="",
        timeout_mins=endpoint.authentication_timeout_mins,
        domains=endpoint.domains,
    )
    if sessions.satisfies(world, caller.session, policy):
        return
    parameters: dict[str, Any] = {
        "session_message": f"{endpoint.display_name} requires a recent login",
    }
    if endpoint.domains is not None:
        parameters["session_required_single_domain"] = endpoint.domains
    else:
        parameters["session_required_identities"] = [caller.identity]
    message = (
        f"Command Failed: Error (login)\nEndpoint: {endpoint.display_name} ({endpoint.id})\n"
        "Message: Login Failed\n---\nDetails: 530-Login incorrect. : GlobusError: v=1 "
        "c=LOGIN_DENIED\\r\\n530 End.\\r\\n"
    )
    # The answer to a submission is not known. The same parameters with a 403 let programs that
    # understand one answer understand the other.
    status, code = 502, f"ExternalError.{operation}Failed.LoginFailed"
    if operation == "Submit":
        status, code = 403, "PermissionDenied"
    raise Refused(status, code, message, extra={"authorization_parameters": parameters})
