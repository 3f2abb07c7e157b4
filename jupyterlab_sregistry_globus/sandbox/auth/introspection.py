"""Facts about tokens and identities, for callers that may read them."""

from __future__ import annotations

from typing import Any

from ..errors import Refused
from ..world import World
from .idtoken import ISSUER
from .model import Client, Identity
from .scopes import VIEW_IDENTITY_SET
from .sessions import linked
from .tokens import Caller, live


def introspect(world: World, client: Client, secret: str, include: str) -> dict[str, Any]:
    """Describe a token to the app that holds it, or to the service that it is for.

    :param include: comma-separated; "session_info" adds the time of each authentication.
    """
    token = live(world, secret)
    served = client.resource_server or client.id
    if token is None or (client.id != token.client and served != token.resource_server):
        return {"active": False}
    person = world.identities.get(token.identity)
    answer: dict[str, Any] = {
        "active": True,
        "token_type": "Bearer",
        "scope": " ".join(token.scopes),
        "client_id": token.client,
        "username": person.username if person else None,
        "name": person.name if person else None,
        "email": person.email if person else None,
        "exp": int(token.expires),
        "iat": int(token.issued),
        "nbf": int(token.issued),
        "sub": token.identity,
        "aud": [token.resource_server, token.client],
        "iss": ISSUER,
    }
    parts = include.split(",")
    if "session_info" in parts:
        session = world.sessions.get(token.session)
        answer["session_info"] = {
            "session_id": token.session,
            "authentications": {
                name: {
                    "auth_time": int(when),
                    "idp": _provider(world, name),
                    "acr": None,
                    "amr": None,
                    "custom_claims": {},
                }
                for name, when in (session.authentications if session else {}).items()
            },
        }
    if "identity_set" in parts:
        answer["identity_set"] = [member.id for member in linked(world, token.identity)]
    return answer


def userinfo(world: World, caller: Caller) -> dict[str, Any]:
    """Describe the user, as far as the token's scopes allow.

    :raises Refused: the token lacks the openid scope.
    """
    person = world.identities.get(caller.identity)
    if "openid" not in caller.scopes or person is None:
        raise Refused(403, "FORBIDDEN", "The token does not have the openid scope")
    answer: dict[str, Any] = {"sub": person.id}
    session = world.sessions.get(caller.session)
    times = session.authentications.values() if session else []
    last = int(max(times, default=world.clock.now()))
    if "profile" in caller.scopes:
        answer |= {**_profile(person), "last_authentication": last}
    if "email" in caller.scopes:
        answer["email"] = person.email
    # Globus shows the set only to apps with this scope.
    if VIEW_IDENTITY_SET in caller.scopes:
        answer["identity_set"] = [
            {
                "sub": member.id,
                "username": member.username,
                "name": member.name,
                "email": member.email,
                "organization": member.organization,
                "identity_provider": member.identity_provider,
                "identity_provider_display_name": member.identity_provider_name,
                "last_authentication": (
                    int(session.authentications[member.id])
                    if session and member.id in session.authentications
                    else None
                ),
            }
            for member in linked(world, caller.identity)
        ]
    return answer


def identity_document(identity: Identity) -> dict[str, Any]:
    """Return an identity as `GET /v2/api/identities` shows it."""
    return {
        "id": identity.id,
        "username": identity.username,
        "name": identity.name,
        "email": identity.email,
        "organization": identity.organization,
        "identity_provider": identity.identity_provider,
        "identity_type": "login",
        "status": identity.status,
    }


def _profile(person: Identity) -> dict[str, Any]:
    return {
        "name": person.name,
        "preferred_username": person.username,
        "organization": person.organization,
        "identity_provider": person.identity_provider,
        "identity_provider_display_name": person.identity_provider_name,
    }


def _provider(world: World, identity: str) -> str | None:
    row = world.identities.get(identity)
    return row.identity_provider if row else None
