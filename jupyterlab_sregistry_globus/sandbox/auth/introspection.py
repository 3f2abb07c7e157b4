"""What a token or a person is, told to those who may ask."""

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
    """All about a token, for the app that holds it or the service it opens.

    :param include: comma-separated; "session_info" adds when who was authenticated.
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
        answer["identity_set"] = [one.id for one in linked(world, token.identity)]
    return answer


def userinfo(world: World, caller: Caller) -> dict[str, Any]:
    """The person as far as the token's scopes show them.

    :raises Refused: the token is not for openid.
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
    # Globus shows the set to apps that asked for this scope only.
    if VIEW_IDENTITY_SET in caller.scopes:
        answer["identity_set"] = [
            {
                "sub": one.id,
                "username": one.username,
                "name": one.name,
                "email": one.email,
                "organization": one.organization,
                "identity_provider": one.identity_provider,
                "identity_provider_display_name": one.identity_provider_name,
                "last_authentication": (
                    int(session.authentications[one.id])
                    if session and one.id in session.authentications
                    else None
                ),
            }
            for one in linked(world, caller.identity)
        ]
    return answer


def identity_document(identity: Identity) -> dict[str, Any]:
    """As `GET /v2/api/identities` shows it."""
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
