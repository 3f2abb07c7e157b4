"""The routes of Globus Timers."""

from __future__ import annotations

from typing import Any

from ..auth.scopes import TIMER, TIMERS
from ..auth.tokens import Caller, bearer
from ..errors import Refused
from ..timers import documents, runs
from .routes import Call, Reply, Routes


def shape(refused: Refused, call: Call) -> dict[str, Any]:
    """Return an error as Globus Timers words it."""
    if "detail" in refused.extra:
        return {"detail": refused.extra["detail"]}
    error = {"code": refused.code, "detail": refused.message, "status": refused.status}
    return {"error": error, **_requirements(refused)}


routes = Routes("timers", shape)


@routes.add("POST", "/v2/timer")
def create(call: Call) -> Reply:
    body = call.document if isinstance(call.document, dict) else {}
    with call.world.change():
        made = runs.create(call.world, _caller(call), body.get("timer"))
    return Reply({"timer": documents.v2(made)}, status=201)


@routes.add("POST", "/jobs/")
def create_job(call: Call) -> Reply:
    body = call.document if isinstance(call.document, dict) else {}
    with call.world.change():
        made = runs.create_job(call.world, _caller(call), body)
    return Reply(documents.v1(made), status=201)


@routes.add("GET", "/jobs/")
def list_jobs(call: Call) -> Reply:
    with call.world.change():
        rows = [documents.v1(row) for row in runs.mine(call.world, _caller(call))]
    return Reply({"jobs": rows})


@routes.add("GET", "/jobs/{job_id}")
def show(call: Call) -> Reply:
    with call.world.change():
        return Reply(documents.v1(runs.find(call.world, _caller(call), call.arguments["job_id"])))


@routes.add("PATCH", "/jobs/{job_id}")
def update(call: Call) -> Reply:
    body = call.document if isinstance(call.document, dict) else {}
    with call.world.change():
        timer = runs.find(call.world, _caller(call), call.arguments["job_id"])
        runs.update(call.world, timer, body)
        return Reply(documents.v1(timer))


@routes.add("DELETE", "/jobs/{job_id}")
def delete(call: Call) -> Reply:
    with call.world.change():
        timer = runs.find(call.world, _caller(call), call.arguments["job_id"])
        call.world.timers.delete(timer.job_id)
        return Reply(documents.v1(timer))


@routes.add("POST", "/jobs/{job_id}/pause")
def pause(call: Call) -> Reply:
    with call.world.change():
        timer = runs.find(call.world, _caller(call), call.arguments["job_id"])
        runs.pause(call.world, timer)
    return Reply({"message": f"Successfully paused job {timer.job_id}."})


@routes.add("POST", "/jobs/{job_id}/resume")
def resume(call: Call) -> Reply:
    body = call.document if isinstance(call.document, dict) else {}
    with call.world.change():
        caller = _caller(call)
        timer = runs.find(call.world, caller, call.arguments["job_id"])
        runs.resume(
            call.world, caller, timer, update_credentials=bool(body.get("update_credentials"))
        )
    return Reply({"message": f"Successfully resumed job {timer.job_id}."})


def _caller(call: Call) -> Caller:
    caller = bearer(call.world, call.authorization, TIMERS)
    if caller is None or TIMER not in caller.scopes:
        raise Refused(401, "UNAUTHORIZED", "The token is missing or not active")
    call.caller = caller
    return caller


def _requirements(refused: Refused) -> dict[str, Any]:
    """Return what programs expect at the top level if a login would help."""
    if "authorization_parameters" not in refused.extra:
        return {}
    return {
        "code": refused.code,
        "authorization_parameters": refused.extra["authorization_parameters"],
    }
