"""Grants without a user: to an app for itself, and to a service for its caller."""

from __future__ import annotations

from typing import Any

from ..errors import Refused
from ..world import World
from . import clients, consents, scopes, sessions, tokens
from .model import Client


def client_credentials(world: World, client: Client, requested: str) -> dict[str, Any]:
    """Return tokens for the app's own identity, whose consent is implied.

    :raises Refused: a scope is unknown.
    """
    trees = scopes.check(world, requested)
    identity = clients.own_identity(world, client)
    consents.grant(world, identity, client.id, trees, allows_refresh=False)
    session = sessions.authenticate(world, None, [identity])
    first, *others = tokens.issue(
        world,
        client,
        app=client.id,
        path=[],
        identity=identity,
        session=session.id,
        scopes=list(dict.fromkeys(tree.scope for tree in trees)),
        offline=False,
    )
    return {**first, "other_tokens": others}


def dependent_tokens(
    world: World, client: Client, secret: str, *, offline: bool
) -> list[dict[str, Any]]:
    """Return tokens with which a service can act for its caller.

    They cover what is below the service's own scope in the caller's consents.

    :param secret: the token that the service was called with.
    :raises Refused: the token is not for this service, or there is no consent below it.
    """
    token = tokens.live(world, secret)
    if token is None or token.kind != "access":
        raise tokens.invalid_grant()
    served = client.resource_server or client.id
    if token.resource_server != served:
        raise Refused(
            403,
            "FORBIDDEN",
            "The token was not issued for this resource server",
            extra={"error": "unauthorized_client"},
        )
    documents: list[dict[str, Any]] = []
    for scope in token.scopes:
        path = [*token.path, scope]
        below = [
            consent.scope
            for consent in world.consents.values()
            if consent.identity == token.identity
            and consent.app == token.app
            and consent.path[:-1] == path
        ]
        missing = _missing(world, token.identity, token.app, path)
        if missing:
            raise Refused(
                403,
                "DEPENDENT_CONSENT_REQUIRED",
                "A consent that this service depends on is missing",
                extra={"error": "dependent_consent_required", "unapproved_scopes": missing},
            )
        documents += tokens.issue(
            world,
            client,
            app=token.app,
            path=path,
            identity=token.identity,
            session=token.session,
            scopes=below,
            offline=offline,
        )
    return documents


def _missing(world: World, identity: str, app: str, path: list[str]) -> list[str]:
    registered = scopes.record(world, path[-1])
    return [
        scope
        for scope in (registered.dependents if registered else [])
        if consents.find(world, identity, app, [*path, scope]) is None
    ]
