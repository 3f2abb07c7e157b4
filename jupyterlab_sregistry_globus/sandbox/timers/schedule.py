"""The schedules of timers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..clock import parse
from ..errors import Refused
from .model import Timer


@dataclass(frozen=True)
class Schedule:
    """A parsed schedule. See `Timer` for the members."""

    start: float
    interval_s: int | None
    end_time: float | None
    end_count: int | None


def read(document: Any, now: float) -> Schedule:
    """Parse a schedule document.

    :raises Refused: a 422 with the list of errors.
    """
    if not isinstance(document, dict):
        raise invalid("field required", "value_error.missing", "schedule")
    kind = document.get("type")
    if kind == "once":
        when = document.get("datetime")
        return Schedule(_moment(when, now, "datetime"), None, None, 1)
    if kind != "recurring":
        raise invalid("type must be once or recurring", "value_error", "schedule", "type")
    interval = document.get("interval_seconds")
    if not isinstance(interval, int) or interval < 60:
        raise invalid(
            "interval_seconds must be at least 60", "value_error", "schedule", "interval_seconds"
        )
    end = document.get("end") or {}
    count = end.get("count", end.get("iterations"))
    until = end.get("datetime")
    return Schedule(
        _moment(document.get("start"), now, "start"),
        interval,
        _moment(until, now, "end") if until else None,
        int(count) if count else None,
    )


def after(timer: Timer, now: float) -> float | None:
    """Return the first run after now, or None.

    Missed runs, while nothing ran or after a clock was moved, are not made up for.
    """
    if timer.interval_s is None:
        return None
    if timer.end_count is not None and timer.runs >= timer.end_count:
        return None
    if now < timer.start:
        upcoming = timer.start
    else:
        upcoming = (
            timer.start + (int((now - timer.start) / timer.interval_s) + 1) * timer.interval_s
        )
    if timer.end_time is not None and upcoming > timer.end_time:
        return None
    return upcoming


def invalid(message: str, kind: str, *where: str) -> Refused:
    """Return an error as Timers words it for malformed documents."""
    detail = [{"loc": ["body", *where], "msg": message, "type": kind}]
    return Refused(422, "VALIDATION_ERROR", message, extra={"detail": detail})


def _moment(text: Any, now: float, name: str) -> float:
    if text is None:
        return now
    try:
        return parse(str(text))
    except ValueError:
        raise invalid("invalid datetime format", "value_error.datetime", "schedule", name) from None
