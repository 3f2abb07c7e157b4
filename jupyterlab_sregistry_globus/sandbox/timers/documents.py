"""Timers as the API shows them: in the form of /v2/timer, and in that of /jobs/."""

from __future__ import annotations

from typing import Any

from ..clock import iso
from .model import Timer

TRANSFER_ACTION = "https://actions.automate.globus.org/transfer/transfer/run"


def v2(timer: Timer) -> dict[str, Any]:
    schedule = dict(timer.schedule)
    if schedule.get("type") == "once":
        schedule["datetime"] = iso(timer.start)
    else:
        schedule["start"] = iso(timer.start)
    return {
        "job_id": timer.job_id,
        "name": timer.name,
        "timer_type": "transfer",
        "status": timer.status,
        "inactive_reason": timer.inactive_reason,
        "schedule": schedule,
        "body": timer.body,
        "submitted_at": iso(timer.submitted_at),
        "last_ran_at": _moment(timer.last_ran_at),
        "next_run": _moment(timer.next_run),
        "number_of_runs": timer.runs,
        "number_of_errors": timer.errors,
    }


def v1(timer: Timer) -> dict[str, Any]:
    ends = timer.end_time is not None or timer.end_count is not None
    return {
        "job_id": timer.job_id,
        "name": timer.name,
        "timer_type": "transfer",
        "start": iso(timer.start),
        "stop_after": (
            {"date": _moment(timer.end_time), "n_runs": timer.end_count} if ends else None
        ),
        "interval": float(timer.interval_s) if timer.interval_s else None,
        "callback_url": TRANSFER_ACTION,
        "callback_body": {"body": _action_body(timer.body)},
        "schedule": v2(timer)["schedule"],
        "scope": None,
        "status": timer.status,
        "inactive_reason": timer.inactive_reason,
        "activity": _activity(timer),
        "submitted_at": iso(timer.submitted_at),
        "last_ran_at": _moment(timer.last_ran_at),
        "next_run": _moment(timer.next_run),
        "n_runs": timer.runs,
        "n_errors": timer.errors,
        "results": {"data": timer.results[-10:], "page_next": None},
    }


def _action_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the transfer as the action that the older API ran."""
    kept = ("label", "sync_level", "skip_source_errors", "verify_checksum")
    return {
        **{name: body.get(name) for name in kept},
        "source_endpoint_id": body.get("source_endpoint"),
        "destination_endpoint_id": body.get("destination_endpoint"),
        "transfer_items": [
            {
                "source_path": item.get("source_path"),
                "destination_path": item.get("destination_path"),
                "recursive": bool(item.get("recursive", False)),
            }
            for item in body.get("DATA", [])
        ],
    }


def _activity(timer: Timer) -> dict[str, Any] | None:
    if timer.status == "ended":
        return None
    if timer.status == "inactive":
        return {"code": "paused", "start_timestamp": None}
    return {"code": "awaiting_next_run", "start_timestamp": None}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)
