"""Accepting a transfer or a delete: all checks before a task exists."""

from __future__ import annotations

import uuid
from typing import Any

from ..auth import consents, scopes
from ..auth.tokens import Caller
from ..clock import parse
from ..errors import Refused
from ..world import Setting, World, new_uuid
from . import access
from .model import Endpoint, Task

PENDING_MOST = 100
LABEL_MOST = 128
DEADLINE_S = 86_400
ALGORITHMS = ("MD5", "SHA1", "SHA256", "SHA512")


def new_submission_id(world: World, caller: Caller) -> str:
    """Return an id under which one task may be submitted, by the caller only."""
    submission_id = new_uuid()
    world.submissions.put(submission_id, Setting(caller.identity))
    return submission_id


def submit(world: World, caller: Caller, document: dict[str, Any], kind: str) -> tuple[Task, bool]:
    """Return the task for a document, and whether it is new.

    A used submission id returns its task, whatever else has changed since.

    :param kind: "TRANSFER" or "DELETE".
    :raises Refused: the document is wrong, an endpoint cannot be used, or the paths are in use.
    """
    submission_id = _submission_id(world, caller, document)
    for task in world.tasks.values():
        if task.submission_id == submission_id:
            return task, False
    _check_document(document, kind)
    names = ("source_endpoint", "destination_endpoint") if kind == "TRANSFER" else ("endpoint",)
    endpoints = [access.existing(world, str(document.get(name, ""))) for name in names]
    _check_endpoints(world, caller, endpoints)
    active = [
        task
        for task in world.tasks.values()
        if task.owner_id == caller.identity and task.completion_time is None
    ]
    if any(_same_paths(task.request, document) for task in active):
        raise Refused(409, "Conflict", "A transfer with identical paths has not yet completed")
    if len(active) >= PENDING_MOST:
        raise Refused(409, "ClientError.LimitExceeded", "You have 100 tasks that are not done yet")
    now = world.clock.now()
    task = Task(
        task_id=new_uuid(),
        type=kind,
        submission_id=submission_id,
        owner_id=caller.identity,
        app=caller.app,
        consent_path=list(caller.path),
        session=caller.session,
        request=document,
        request_time=now,
        deadline=deadline(document.get("deadline"), now),
        label=document.get("label") or None,
    )
    world.tasks.put(task.task_id, task)
    world.wake()
    return task, True


def deadline(text: Any, now: float) -> float:
    """Return when to give up a task; by default in a day.

    :raises Refused: it is not a time.
    """
    if text is None:
        return now + DEADLINE_S
    try:
        return parse(str(text))
    except ValueError:
        raise _bad(f"Malformed deadline: {text}") from None


def check_label(label: Any) -> None:
    """Check a label as Globus does.

    :raises Refused: Globus would reject it.
    """
    if label is None:
        return
    if not isinstance(label, str) or len(label) > LABEL_MOST or "\n" in label:
        raise _bad("A label has at most 128 characters and no newline")
    if label != label.strip():
        raise _bad("A label may not begin or end with a blank")


def _submission_id(world: World, caller: Caller, document: dict[str, Any]) -> str:
    submission_id = str(document.get("submission_id", "")).lower()
    try:
        uuid.UUID(submission_id)
    except ValueError:
        raise _bad("submission_id is missing or malformed") from None
    issued = world.submissions.get(submission_id)
    if issued is None or issued.value not in caller.identities:
        raise _bad("submission_id was not issued to you")
    return submission_id


def _check_document(document: dict[str, Any], kind: str) -> None:
    items = document.get("DATA")
    if not isinstance(items, list) or not items:
        if kind == "TRANSFER":
            raise Refused(
                400,
                "ClientError.BadRequest.NoTransferItems",
                "A transfer requires at least one item",
            )
        raise _bad("A delete requires at least one item")
    check_label(document.get("label"))
    sync_level = document.get("sync_level")
    if sync_level is not None and (not isinstance(sync_level, int) or not 0 <= sync_level <= 3):
        raise _bad(f"sync_level must be 0, 1, 2 or 3, not {sync_level}")
    for rule in document.get("filter_rules") or []:
        if not isinstance(rule, dict) or rule.get("method", "exclude") not in (
            "include",
            "exclude",
        ):
            raise _bad("Malformed filter rule")
    for item in items:
        _check_item(item, kind)


def _check_item(item: Any, kind: str) -> None:
    names = ("source_path", "destination_path") if kind == "TRANSFER" else ("path",)
    if not isinstance(item, dict):
        raise _bad("An item must be an object")
    for name in names:
        path = item.get(name)
        if not isinstance(path, str) or not path or "\x00" in path:
            raise _bad(f"An item needs a {name}")
    algorithm = item.get("checksum_algorithm")
    if algorithm is not None and str(algorithm).upper().replace("-", "") not in ALGORITHMS:
        raise _bad(f"Unknown checksum_algorithm: {algorithm}")
    if item.get("external_checksum") is not None and item.get("recursive"):
        raise _bad("external_checksum can't be used with recursive")


def _check_endpoints(world: World, caller: Caller, endpoints: list[Endpoint]) -> None:
    missing = [
        endpoint.id
        for endpoint in endpoints
        if endpoint.wants_data_access
        and consents.find(
            world, caller.identity, caller.app, [*caller.path, scopes.data_access(endpoint.id)]
        )
        is None
    ]
    if missing:
        raise access.consent_required(list(dict.fromkeys(missing)))
    for endpoint in endpoints:
        access.ready(world, endpoint, caller, "Submit")
        if not _is_admitted(world, endpoint, caller):
            raise Refused(403, "PermissionDenied", f"You have no access to {endpoint.display_name}")


def _is_admitted(world: World, endpoint: Endpoint, caller: Caller) -> bool:
    """Whether the caller may use any path at all. Which ones, the task will show."""
    if not endpoint.is_guest:
        return access.permission(world, endpoint, caller.identities, "/") != ""
    return access.has_role(endpoint, caller.identities) or any(
        access.permission(world, endpoint, caller.identities, rule.path.rstrip("/") or "/")
        for rule in world.rules.values()
        if rule.endpoint_id == endpoint.id
    )


def _same_paths(document: dict[str, Any], other: dict[str, Any]) -> bool:
    return _paths(document) == _paths(other)


def _paths(document: dict[str, Any]) -> tuple[Any, ...]:
    return (
        document.get("source_endpoint"),
        document.get("destination_endpoint"),
        document.get("endpoint"),
        sorted(
            (
                str(item.get("source_path")),
                str(item.get("destination_path")),
                str(item.get("path")),
            )
            for item in document.get("DATA", [])
        ),
    )


def _bad(message: str) -> Refused:
    return Refused(400, "ClientError.BadRequest", message)
