"""Tokens: issued, checked, refreshed and revoked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from ..errors import Refused
from ..world import World, new_secret
from .idtoken import id_token
from .model import Client, Token
from .scopes import AUTH, record
from .sessions import linked_ids

ACCESS_LIFETIME_S = 172_800
REFRESH_UNUSED_S = 180 * 86_400


@dataclass(frozen=True)
class Caller:
    """The user and app behind a bearer token.

    :param identities: the whole identity set, including the token's own.
    :param app: the app at the root of the consents.
    :param path: scopes from that root to the service that was called.
    """

    identity: str
    identities: tuple[str, ...]
    client: str
    app: str
    path: tuple[str, ...]
    session: str
    scopes: tuple[str, ...]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def issue(
    world: World,
    client: Client,
    *,
    app: str,
    path: list[str],
    identity: str,
    session: str,
    scopes: list[str],
    offline: bool,
) -> list[dict[str, Any]]:
    """Issue a token document for each resource server, in the order of the scopes.

    :param path: scopes above these tokens, if they are dependent ones.
    :param offline: whether to issue refresh tokens.
    """
    by_server: dict[str, list[str]] = {}
    for scope in scopes:
        registered = record(world, scope)
        if registered is not None:
            by_server.setdefault(registered.resource_server, []).append(scope)
    documents = []
    for server, granted in by_server.items():
        refresh = None
        if offline:
            refresh = new_secret()
            _put(
                world,
                refresh,
                kind="refresh",
                client=client.id,
                app=app,
                path=path,
                identity=identity,
                session=session,
                scopes=granted,
                resource_server=server,
                lifetime_s=REFRESH_UNUSED_S,
            )
        documents.append(
            _access(world, client, app, path, identity, session, granted, server, refresh)
        )
    # The document with the id_token comes first, where clients look for it.
    return sorted(documents, key=lambda document: "id_token" not in document)


def refresh(world: World, client: Client, secret: str, requested: list[str]) -> dict[str, Any]:
    """Issue an access token for a refresh token.

    The refresh token stays the same, as at Globus, unless the setting rotate_refresh_tokens is on.

    :param wanted: fewer scopes than were granted; empty for all.
    :raises Refused: invalid_grant.
    """
    token = _live(world, secret, "refresh")
    if token is None or token.client != client.id:
        raise invalid_grant()
    scopes = [scope for scope in token.scopes if not requested or scope in requested]
    if not scopes:
        raise Refused(
            400, "INVALID_SCOPE", "Those scopes were not granted", extra={"error": "invalid_scope"}
        )
    shown = secret
    if world.setting("rotate_refresh_tokens", False):
        world.tokens.delete(token.digest)
        shown = new_secret()
        token.digest = digest(shown)
    token.expires = world.clock.now() + REFRESH_UNUSED_S
    world.tokens.put(token.digest, token)
    return {
        **_access(
            world,
            client,
            token.app,
            token.path,
            token.identity,
            token.session,
            scopes,
            token.resource_server,
            shown,
        ),
        "other_tokens": [],
    }


def revoke(world: World, secret: str) -> None:
    """Revoke a token. With a refresh token, the access tokens that came from it are revoked too."""
    name = digest(secret)
    token = world.tokens.get(name)
    if token is None:
        return
    world.tokens.delete(name)
    if token.kind == "refresh":
        for other in world.tokens.values():
            if other.refresh == name:
                world.tokens.delete(other.digest)


def live(world: World, secret: str) -> Token | None:
    """Return the token with a secret, or None if it is unknown, revoked or expired."""
    return _live(world, secret, None)


def bearer(world: World, header: str | None, resource_server: str) -> Caller | None:
    """Return the caller of an Authorization header; None if the token is not for this service."""
    scheme, _, secret = (header or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = _live(world, secret.strip(), "access")
    if token is None or token.resource_server != resource_server:
        return None
    return Caller(
        identity=token.identity,
        identities=tuple(linked_ids(world, token.identity)),
        client=token.client,
        app=token.app,
        path=(*token.path, token.scopes[0]),
        session=token.session,
        scopes=tuple(token.scopes),
    )


def invalid_grant() -> Refused:
    return Refused(400, "invalid_grant", "invalid_grant", extra={"bare": True})


def _live(world: World, secret: str, kind: str | None) -> Token | None:
    token = world.tokens.get(digest(secret))
    if token is None or (kind is not None and token.kind != kind):
        return None
    return token if token.expires > world.clock.now() else None


def _access(
    world: World,
    client: Client,
    app: str,
    path: list[str],
    identity: str,
    session: str,
    scopes: list[str],
    resource_server: str,
    refresh_secret: str | None,
) -> dict[str, Any]:
    secret = new_secret()
    _put(
        world,
        secret,
        kind="access",
        client=client.id,
        app=app,
        path=path,
        identity=identity,
        session=session,
        scopes=scopes,
        resource_server=resource_server,
        lifetime_s=ACCESS_LIFETIME_S,
        refresh=digest(refresh_secret) if refresh_secret else None,
    )
    document: dict[str, Any] = {
        "access_token": secret,
        "scope": " ".join(scopes),
        "expires_in": ACCESS_LIFETIME_S,
        "token_type": "Bearer",
        "resource_server": resource_server,
    }
    if refresh_secret is not None:
        document["refresh_token"] = refresh_secret
    if resource_server == AUTH and "openid" in scopes:
        document["id_token"] = id_token(world, client.id, identity, scopes)
    return document


def _put(
    world: World,
    secret: str,
    *,
    kind: str,
    client: str,
    app: str,
    path: list[str],
    identity: str,
    session: str,
    scopes: list[str],
    resource_server: str,
    lifetime_s: float,
    refresh: str | None = None,
) -> None:
    now = world.clock.now()
    name = digest(secret)
    world.tokens.put(
        name,
        Token(
            digest=name,
            kind=kind,
            client=client,
            app=app,
            path=list(path),
            identity=identity,
            session=session,
            scopes=list(scopes),
            resource_server=resource_server,
            issued=now,
            expires=now + lifetime_s,
            refresh=refresh,
        ),
    )
