"""The state of Globus Timers."""

from __future__ import annotations

from typing import Any

import msgspec


class Timer(msgspec.Struct):
    """A transfer to submit repeatedly.

    :param interval_s: None if it runs once.
    :param end_time: no run after it; None for no such limit.
    :param end_count: the most runs; None for no such limit.
    :param next_run: None if no run is left.
    :param status: new, loaded, inactive or ended.
    :param inactive_reason: {cause, detail}, None while active.
    """

    job_id: str
    name: str
    owner_id: str
    app: str
    session: str
    body: dict[str, Any]
    schedule: dict[str, Any]
    submitted_at: float
    start: float
    interval_s: int | None
    end_time: float | None
    end_count: int | None
    next_run: float | None
    status: str = "new"
    inactive_reason: dict[str, Any] | None = None
    last_ran_at: float | None = None
    runs: int = 0
    errors: int = 0
    results: list[dict[str, Any]] = []
