"""Creating, changing and running timers."""

from __future__ import annotations

from typing import Any

from ..auth import consents
from ..auth.scopes import TIMER, TRANSFER_ALL
from ..auth.sessions import linked_ids
from ..auth.tokens import Caller
from ..clock import iso, iso_micro, parse
from ..errors import Refused
from ..transfer import submit, taskdocs
from ..world import World, new_uuid
from . import schedule
from .model import Timer

# The defaults of a timer's transfer.
_DEFAULTS = {
    "DATA_TYPE": "transfer",
    "delete_destination_extra": False,
    "encrypt_data": False,
    "fail_on_quota_errors": False,
    "notify_on_failed": True,
    "notify_on_inactive": True,
    "notify_on_succeeded": True,
    "preserve_timestamp": False,
    "skip_source_errors": False,
    "store_base_path_info": False,
    "verify_checksum": True,
}


def create(world: World, caller: Caller, document: Any) -> Timer:
    """Create a timer from the document of /v2/timer.

    :raises Refused: a member or the consent to transfer is missing, or a member is malformed.
    """
    if not isinstance(document, dict):
        raise schedule.invalid("field required", "value_error.missing", "timer")
    if document.get("timer_type") != "transfer":
        raise schedule.invalid("the sandbox only supports transfer", "value_error", "timer_type")
    body = document.get("body")
    if not isinstance(body, dict) or not body.get("DATA"):
        raise schedule.invalid("field required", "value_error.missing", "body")
    return _add(world, caller, str(document.get("name") or ""), document.get("schedule"), body)


def create_job(world: World, caller: Caller, document: dict[str, Any]) -> Timer:
    """Create a timer from the older document of /jobs/.

    :raises Refused: as `create`, but with all missing members.
    """
    missing = [
        {"loc": ["body", name], "msg": "field required", "type": "value_error.missing"}
        for name in ("start", "callback_url", "callback_body")
        if name not in document
    ]
    if missing:
        raise Refused(422, "VALIDATION_ERROR", "field required", extra={"detail": missing})
    inner = document["callback_body"].get("body", {})
    body = {
        "DATA_TYPE": "transfer",
        "source_endpoint": inner.get("source_endpoint_id"),
        "destination_endpoint": inner.get("destination_endpoint_id"),
        "label": inner.get("label"),
        "sync_level": inner.get("sync_level"),
        "skip_source_errors": inner.get("skip_source_errors", False),
        "verify_checksum": inner.get("verify_checksum", True),
        "DATA": [
            {"DATA_TYPE": "transfer_item", **item} for item in inner.get("transfer_items", [])
        ],
    }
    interval, count = document.get("interval"), document.get("stop_after_n")
    planned: dict[str, Any] = {"type": "once", "datetime": document["start"]}
    if interval:
        end = {"count": count} if count else {"datetime": document.get("stop_after")}
        planned = {
            "type": "recurring",
            "start": document["start"],
            "interval_seconds": int(interval),
            "end": end,
        }
    return _add(world, caller, str(document.get("name") or ""), planned, body)


def mine(world: World, caller: Caller) -> list[Timer]:
    return [row for row in world.timers.values() if row.owner_id in caller.identities]


def find(world: World, caller: Caller, job_id: str) -> Timer:
    """Return a timer.

    :raises Refused: the caller has no such timer.
    """
    for row in mine(world, caller):
        if row.job_id == job_id:
            return row
    raise Refused(404, "NOT_FOUND", f"No timer {job_id}")


def update(world: World, timer: Timer, body: dict[str, Any]) -> None:
    """Change name, interval or end.

    :raises Refused: a value is malformed.
    """
    if "name" in body:
        timer.name = str(body["name"])
    if body.get("interval"):
        timer.interval_s = int(body["interval"])
    if "stop_after_n" in body:
        timer.end_count = body["stop_after_n"]
    if body.get("stop_after"):
        timer.end_time = parse(str(body["stop_after"]))
    world.timers.put(timer.job_id, timer)


def pause(world: World, timer: Timer) -> None:
    """Pause a timer.

    :raises Refused: it has ended.
    """
    if timer.status == "ended":
        raise Refused(409, "CONFLICT", "The timer has ended")
    timer.status = "inactive"
    timer.inactive_reason = {"cause": "user", "detail": None}
    world.timers.put(timer.job_id, timer)


def resume(world: World, caller: Caller, timer: Timer, *, update_credentials: bool) -> None:
    """Continue with the next run that is due.

    :param update_credentials: whether later runs use the login of this request.
    :raises Refused: the timer has ended.
    """
    if timer.status == "ended":
        raise Refused(409, "CONFLICT", "The timer has ended")
    if update_credentials:
        timer.app, timer.session = caller.app, caller.session
    timer.status, timer.inactive_reason = "loaded", None
    if timer.interval_s is not None:
        timer.next_run = schedule.after(timer, world.clock.now())
    world.timers.put(timer.job_id, timer)
    world.wake()


def run_due(world: World) -> None:
    """Submit the runs that are due. Requires the world's lock."""
    now = world.clock.now()
    for timer in world.timers.values():
        is_active = timer.status in ("new", "loaded")
        if is_active and timer.next_run is not None and timer.next_run <= now:
            _run(world, timer, now)


def _add(world: World, caller: Caller, name: str, planned: Any, body: dict[str, Any]) -> Timer:
    now = world.clock.now()
    times = schedule.read(planned, now)
    if consents.find(world, caller.identity, caller.app, [TIMER, TRANSFER_ALL]) is None:
        required = [f"{TIMER}[{TRANSFER_ALL}]"]
        raise Refused(
            403,
            "ConsentRequired",
            "Timers needs your consent to transfer for you",
            extra={"authorization_parameters": {"required_scopes": required}},
        )
    timer = Timer(
        job_id=new_uuid(),
        name=name,
        owner_id=caller.identity,
        app=caller.app,
        session=caller.session,
        body={**_DEFAULTS, **body},
        schedule=dict(planned),
        submitted_at=now,
        start=times.start,
        interval_s=times.interval_s,
        end_time=times.end_time,
        end_count=times.end_count,
        next_run=times.start,
    )
    world.timers.put(timer.job_id, timer)
    world.wake()
    return timer


def _run(world: World, timer: Timer, now: float) -> None:
    owner = Caller(
        identity=timer.owner_id,
        identities=tuple(linked_ids(world, timer.owner_id)),
        client=timer.app,
        app=timer.app,
        path=(TIMER, TRANSFER_ALL),
        session=timer.session,
        scopes=(TRANSFER_ALL,),
    )
    timer.status, timer.last_ran_at = "loaded", now
    timer.runs += 1
    try:
        document = {
            **timer.body,
            "submission_id": submit.new_submission_id(world, owner),
            "label": timer.body.get("label") or f"{timer.name[:100].strip()}, run {timer.runs}",
        }
        task, _ = submit.submit(world, owner, document, "TRANSFER")
        timer.results.append(_result(timer, taskdocs.task(world, task), now))
    except Refused as refused:
        timer.errors += 1
        parameters = refused.extra.get("authorization_parameters")
        if parameters:
            # The missing consent is below Timers, not below the app.
            scopes = [f"{TIMER}[{scope}]" for scope in parameters.get("required_scopes", [])]
            detail = dict(parameters) | ({"required_scopes": scopes} if scopes else {})
            timer.status = "inactive"
            timer.inactive_reason = {
                "cause": "globus_auth_requirements",
                "detail": {"code": refused.code, "authorization_parameters": detail},
            }
    timer.next_run = schedule.after(timer, now)
    if timer.next_run is None and timer.status != "inactive":
        timer.status = "ended"
    world.timers.put(timer.job_id, timer)


def _result(timer: Timer, task: dict[str, Any], now: float) -> dict[str, Any]:
    return {
        "data": {
            "action_id": task["task_id"],
            "status": task["status"],
            "display_status": task["status"],
            "label": task["label"],
            "creator_id": f"urn:globus:auth:identity:{timer.owner_id}",
            "start_time": iso_micro(now),
            "completion_time": None,
            "release_after": "P30D",
            "monitor_by": [],
            "manage_by": [],
            "details": {**task, "event_list": []},
        },
        "errors": None,
        "status": 202,
        "ran_at": iso(now),
    }
