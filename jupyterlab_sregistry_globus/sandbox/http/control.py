"""Routes under /_sandbox/, which control the sandbox from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ..errors import Refused
from ..faults import Fault
from ..seed import names
from ..transfer.model import TaskFault
from .routes import Call, Reply, Routes


def shape(refused: Refused, call: Call) -> dict[str, Any]:
    return {"error": refused.code, "message": refused.message}


routes = Routes("control", shape)


@routes.add("GET", "/_sandbox/names")
def seed_names(call: Call) -> Reply:
    """Return the ids of the seed world by name, for tests in other languages."""
    ids = {name: value for name, value in vars(names).items() if name.isupper()}
    return Reply({"names": ids})


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
    faults = _converted(call, "faults", list[Fault])
    call.services.faults.replace(faults)
    return Reply({"faults": len(faults)})


@routes.add("DELETE", "/_sandbox/faults")
def clear_faults(call: Call) -> Reply:
    call.services.faults.replace([])
    return Reply({"faults": 0})


@routes.add("PUT", "/_sandbox/task_faults")
@routes.add("POST", "/_sandbox/task_faults")
def set_task_faults(call: Call) -> Reply:
    faults = _converted(call, "faults", list[TaskFault])
    call.services.set_task_faults(faults)
    return Reply({"faults": len(faults)})


@routes.add("DELETE", "/_sandbox/task_faults")
def clear_task_faults(call: Call) -> Reply:
    call.services.set_task_faults([])
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
        call.services.mint(
            str(body.get("scopes", "")),
            str(body.get("identity", names.ADA)),
            str(body.get("client_id", names.NATIVE_APP)),
        )
    )


@routes.add("DELETE", "/_sandbox/consents")
def rescind(call: Call) -> Reply:
    count = call.services.rescind_consents(
        identity=call.value("identity"), app=call.value("client_id"), scope=call.value("scope")
    )
    return Reply({"rescinded": count})


@routes.add("POST", "/_sandbox/redirect_uris")
def add_redirect_uri(call: Call) -> Reply:
    body = _body(call)
    call.services.add_redirect_uri(
        str(body.get("client_id", names.CONFIDENTIAL_APP)), str(body.get("uri", ""))
    )
    return Reply({"ok": True})


@routes.add("PATCH", "/_sandbox/endpoints/{endpoint_id}")
def change_endpoint(call: Call) -> Reply:
    call.services.change_endpoint(call.arguments["endpoint_id"], _body(call))
    return Reply({"ok": True})


@routes.add("PUT", "/_sandbox/settings/{name}")
def change_setting(call: Call) -> Reply:
    call.services.change_setting(call.arguments["name"], _body(call).get("value"))
    return Reply({"ok": True})


@routes.add("POST", "/_sandbox/connect_personal")
def connect_personal(call: Call) -> Reply:
    body = _body(call)
    endpoint_id = call.services.connect_personal(
        str(body.get("setup_key", "")),
        Path(str(body.get("config_dir", ""))),
        Path(str(body.get("home", ""))),
    )
    return Reply({"endpoint_id": endpoint_id})


def _converted(call: Call, name: str, kind: Any) -> Any:
    try:
        return msgspec.convert(_body(call).get(name, []), kind)
    except msgspec.ValidationError as error:
        raise Refused(400, "BadRequest", str(error)) from None


def _body(call: Call) -> dict[str, Any]:
    if call.document is None:
        return {}
    if not isinstance(call.document, dict):
        raise Refused(400, "BadRequest", "A JSON object is required")
    return call.document
