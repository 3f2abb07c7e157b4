"""The user's consents to an app, as a forest of scopes."""

from __future__ import annotations

from typing import Any

from ..clock import iso_micro
from ..world import World
from .model import Consent
from .scopes import Requested, record


def grant(
    world: World, identity: str, app: str, trees: list[Requested], *, allows_refresh: bool
) -> None:
    """Store a consent for each scope and dependent scope, or renew it."""
    for tree in trees:
        _grant(world, identity, app, app, tree, [], [], allows_refresh)


def covers(world: World, identity: str, app: str, trees: list[Requested]) -> bool:
    """Whether consents for all of these exist."""

    def covered(tree: Requested, above: list[str]) -> bool:
        path = [*above, tree.scope]
        return find(world, identity, app, path) is not None and all(
            covered(below, path) for below in tree.dependents
        )

    return all(covered(tree, []) for tree in trees)


def find(world: World, identity: str, app: str, path: list[str]) -> Consent | None:
    """Return the consent at the end of a path of scopes, or None."""
    for consent in world.consents.values():
        if consent.identity == identity and consent.app == app and consent.path == path:
            return consent
    return None


def rescind(
    world: World, *, identity: str | None = None, app: str | None = None, scope: str | None = None
) -> int:
    """Rescind consents, with all consents below them.

    :param scope: any node with this scope; None for whole trees.
    :returns: how many were rescinded.
    """
    rescinded: set[int] = set()
    for consent in world.consents.values():
        if identity is not None and consent.identity != identity:
            continue
        if app is not None and consent.app != app:
            continue
        if scope is None or consent.scope == scope:
            rescinded.add(consent.id)
    doomed = [row for row in world.consents.values() if rescinded & set(row.path_ids)]
    for consent in doomed:
        world.consents.delete(str(consent.id))
        if len(consent.path) == 1:
            _revoke_tokens(world, consent)
    return len(doomed)


def document(world: World, consent: Consent) -> dict[str, Any]:
    """Return a consent as `GET /v2/api/identities/{id}/consents` shows it."""
    registered = record(world, consent.scope)
    return {
        "id": consent.id,
        "client": consent.client,
        "scope": registered.id if registered else None,
        "scope_name": consent.scope,
        "effective_identity": consent.identity,
        "dependency_path": consent.path_ids,
        "created": iso_micro(consent.created),
        "updated": iso_micro(consent.updated),
        "last_used": iso_micro(consent.last_used),
        "status": "approved",
        "allows_refresh": consent.allows_refresh,
        "auto_approved": False,
        "atomically_revocable": consent.optional,
    }


def _grant(
    world: World,
    identity: str,
    app: str,
    client: str,
    tree: Requested,
    above: list[str],
    above_ids: list[int],
    allows_refresh: bool,
) -> None:
    now = world.clock.now()
    path = [*above, tree.scope]
    consent = find(world, identity, app, path)
    if consent is None:
        number = 1000 + world.next_number("consent")
        consent = Consent(
            id=number,
            identity=identity,
            app=app,
            client=client,
            scope=tree.scope,
            path=path,
            path_ids=[*above_ids, number],
            optional=tree.optional,
            allows_refresh=allows_refresh,
            created=now,
            updated=now,
            last_used=now,
        )
    else:
        consent.allows_refresh = consent.allows_refresh or allows_refresh
        consent.updated = now
    world.consents.put(str(consent.id), consent)
    registered = record(world, tree.scope)
    fixed = [Requested(name) for name in registered.dependents] if registered else []
    requested = {below.scope for below in tree.dependents}
    for below in [
        *tree.dependents,
        *(dependent for dependent in fixed if dependent.scope not in requested),
    ]:
        server = registered.client if registered else client
        _grant(world, identity, app, server, below, path, consent.path_ids, allows_refresh)


def _revoke_tokens(world: World, consent: Consent) -> None:
    for token in world.tokens.values():
        same = token.identity == consent.identity and token.app == consent.app
        root = token.path[0] if token.path else None
        if same and (root == consent.scope or (root is None and consent.scope in token.scopes)):
            world.tokens.delete(token.digest)
