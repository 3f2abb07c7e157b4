"""Endpoint search: scopes, words, pages."""

from __future__ import annotations

import re

from ..auth.tokens import Caller
from ..errors import Refused
from ..world import World
from . import access
from .documents import touched
from .model import Endpoint

MOST = 1000
PAGE = 100
_WORD = re.compile(r"[^\W_]+")


def search(
    world: World,
    caller: Caller,
    *,
    fulltext: str,
    scope: str,
    entity_types: list[str],
    owner_id: str | None,
    host_endpoint: str | None,
    non_functional: bool | None,
) -> list[Endpoint]:
    """Return all matches, best first, at most 1000.

    :param fulltext: words. Each must start a word of the name, the description and so on.
    :param non_functional: None for working and broken endpoints.
    :raises Refused: the scope is unknown, or is "all" without words to search for.
    """
    if scope not in _SCOPES:
        raise Refused(400, "BadRequest", f"Unknown filter_scope: {scope}")
    if scope == "all" and not (fulltext.strip() or owner_id or host_endpoint):
        raise Refused(400, "BadRequest", "filter_fulltext is required with filter_scope=all")
    identities = caller.identities
    rows = [row for row in _in_scope(world, scope, identities) if not row.deleted]
    if entity_types:
        rows = [row for row in rows if row.entity_type in entity_types]
    if owner_id is not None:
        rows = [row for row in rows if row.owner_id == owner_id]
    if host_endpoint is not None:
        rows = [
            row for row in rows if host_endpoint in (row.host_endpoint_id, row.mapped_collection_id)
        ]
    if non_functional is not None:
        rows = [row for row in rows if row.non_functional == non_functional]
    if fulltext.strip():
        scored = [(_score(world, row, fulltext), row) for row in rows]
        rows = [row for score, row in sorted(scored, key=lambda pair: -pair[0]) if score > 0]
    return rows[:MOST]


def _in_scope(world: World, scope: str, identities: tuple[str, ...]) -> list[Endpoint]:
    rows = sorted(world.endpoints.values(), key=lambda row: row.display_name.lower())
    mine = set(identities)
    if scope == "all":
        return [row for row in rows if access.visible(world, row, identities)]
    if scope == "my-endpoints":
        return [row for row in rows if row.owner_id in mine]
    if scope == "my-gcp-endpoints":
        return [row for row in rows if row.owner_id in mine and row.is_personal]
    if scope == "shared-with-me":
        return [
            row
            for row in rows
            if row.owner_id not in mine and access.is_shared(world, row, identities)
        ]
    if scope == "shared-by-me":
        return [row for row in rows if row.owner_id in mine and row.is_guest]
    if scope == "administered-by-me":
        return [row for row in rows if access.has_role(row, identities)]
    return _from_tasks(world, identities, only_active=scope == "in-use")


def _from_tasks(world: World, identities: tuple[str, ...], *, only_active: bool) -> list[Endpoint]:
    """Return the endpoints of the caller's tasks, the latest first."""
    endpoints: dict[str, Endpoint] = {}
    tasks = [task for task in world.tasks.values() if task.owner_id in identities]
    for task in sorted(tasks, key=lambda task: -task.request_time):
        if only_active and task.completion_time is not None:
            continue
        for name in reversed(touched(task.request)):
            row = world.endpoints.get(name)
            if row is not None:
                endpoints.setdefault(name, row)
    return list(endpoints.values())


def _score(world: World, row: Endpoint, fulltext: str) -> int:
    """Return how well the words match, or 0 if one of them does not."""
    if fulltext.strip().lower() == row.id:
        return 100
    owner = world.identities.get(row.owner_id)
    fields = (
        (8, row.display_name),
        (4, row.keywords),
        (3, row.organization),
        (2, row.department),
        (2, owner.username if owner else ""),
        (1, row.description),
    )
    total = 0
    for word in _WORD.findall(fulltext.lower()):
        best = max(
            (
                weight
                for weight, text in fields
                if any(part.startswith(word) for part in _WORD.findall(text.lower()))
            ),
            default=0,
        )
        if best == 0:
            return 0
        total += best
    return total


_SCOPES = frozenset(
    {
        "all",
        "my-endpoints",
        "my-gcp-endpoints",
        "shared-with-me",
        "shared-by-me",
        "recently-used",
        "in-use",
        "administered-by-me",
    }
)
