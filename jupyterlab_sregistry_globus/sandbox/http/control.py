"""Routes under /_sandbox/, with which tests and demos steer the sandbox from outside."""

from __future__ import annotations

from typing import Any

import msgspec

from ..errors import Refused
from ..faults import Fault
from .routes import Call, Reply, Routes


def shape(refused: Refused, call: Call) -> dict[str, Any]:
    return {"error": refused.code, "message": refused.message}


routes = Routes("control", shape)


@routes.add("POST", "/_sandbox/reset")
def reset(call: Call) -> Reply:
    call.services.reset()
    return Reply({"ok": True})


@routes.add("POST", "/_sandbox/seed")
def seed(call: Call) -> Reply:
    call.services.reset(str(_body(call).get("name", "default")))
    return Reply({"ok": True})


@routes.add("GET", "/_sandbox/faults")
def list_faults(call: Call) -> Reply:
    return Reply({"faults": msgspec.to_builtins(call.services.faults.current())})


@routes.add("PUT", "/_sandbox/faults")
@routes.add("POST", "/_sandbox/faults")
def set_faults(call: Call) -> Reply:
    try:
        faults = msgspec.convert(_body(call).get("faults", []), list[Fault])
    except msgspec.ValidationError as error:
        raise Refused(400, "BadRequest", str(error)) from None
    call.services.faults.replace(faults)
    return Reply({"faults": len(faults)})


@routes.add("DELETE", "/_sandbox/faults")
def clear_faults(call: Call) -> Reply:
    call.services.faults.replace([])
    return Reply({"faults": 0})


@routes.add("GET", "/_sandbox/clock")
def clock(call: Call) -> Reply:
    world = call.world
    return Reply({"now": world.clock.now(), "offset_s": world.clock.offset_s})


@routes.add("POST", "/_sandbox/clock")
def advance_clock(call: Call) -> Reply:
    seconds = _body(call).get("advance_s")
    if not isinstance(seconds, int | float):
        raise Refused(400, "BadRequest", "advance_s must be a number of seconds")
    call.world.advance_clock(seconds)
    return clock(call)


@routes.add("GET", "/_sandbox/requests")
def requests(call: Call) -> Reply:
    return Reply({"requests": msgspec.to_builtins(call.services.record.requests())})


@routes.add("DELETE", "/_sandbox/requests")
def clear_requests(call: Call) -> Reply:
    call.services.record.clear()
    return Reply({"requests": 0})


@routes.add("POST", "/_sandbox/tokens")
def mint(call: Call) -> Reply:
    body = _body(call)
    return Reply(
        call.services.mint(str(body["scopes"]), str(body["identity"]), str(body["client_id"]))
    )


@routes.add("POST", "/_sandbox/redirect_uris")
def add_redirect_uri(call: Call) -> Reply:
    body = _body(call)
    call.services.add_redirect_uri(str(body["client_id"]), str(body["uri"]))
    return Reply({"ok": True})


def _body(call: Call) -> dict[str, Any]:
    if call.document is None:
        return {}
    if not isinstance(call.document, dict):
        raise Refused(400, "BadRequest", "A JSON object is required")
    return call.document
