"""The routes of Globus Transfer: creating endpoints, sharing, and roles."""

from __future__ import annotations

import uuid

from ..transfer import access, documents, manage, taskdocs
from .routes import Call, Reply
from .transfer import V, body_of, caller_of, result, routes


@routes.add("POST", f"{V}/endpoint")
def create_endpoint(call: Call) -> Reply:
    with call.world.change():
        made = manage.create(call.world, caller_of(call), body_of(call))
    answer = result(
        call,
        "endpoint_create_result",
        "Created",
        "Endpoint created successfully",
        id=made.id,
        globus_connect_setup_key=made.setup_key,
    )
    return Reply(answer, status=201)


@routes.add("POST", f"{V}/shared_endpoint")
def create_shared_endpoint(call: Call) -> Reply:
    with call.world.change():
        made = manage.share(call.world, caller_of(call), body_of(call))
    answer = result(
        call,
        "endpoint_create_result",
        "Created",
        "Shared endpoint created successfully",
        id=made.id,
        globus_connect_setup_key=None,
    )
    return Reply(answer, status=201)


@routes.add("PUT", f"{V}/endpoint/{{endpoint_id}}")
def update_endpoint(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        manage.update(call.world, caller, call.arguments["endpoint_id"], body_of(call))
    return Reply(result(call, "result", "Updated", "Endpoint updated successfully"))


@routes.add("DELETE", f"{V}/endpoint/{{endpoint_id}}")
def delete_endpoint(call: Call) -> Reply:
    with call.world.change():
        manage.delete(call.world, caller_of(call), call.arguments["endpoint_id"])
    return Reply(result(call, "result", "Deleted", "Endpoint deleted successfully"))


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}/access_list")
def access_list(call: Call) -> Reply:
    endpoint_id = call.arguments["endpoint_id"]
    with call.world.change():
        rules = manage.rules(call.world, caller_of(call), endpoint_id)
    rows = [manage.rule_document(rule) for rule in rules]
    return Reply({"DATA_TYPE": "access_list", "endpoint": endpoint_id, "DATA": rows})


@routes.add("POST", f"{V}/endpoint/{{endpoint_id}}/access")
def add_access(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        made = manage.add_rule(call.world, caller, call.arguments["endpoint_id"], body_of(call))
    answer = result(
        call,
        "access_create_result",
        "Created",
        "Access rule created successfully.",
        access_id=made.id,
    )
    return Reply(answer, status=201)


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}/access/{{rule_id}}")
def show_access(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        rule = manage.find_rule(
            call.world, caller, call.arguments["endpoint_id"], call.arguments["rule_id"]
        )
    return Reply(manage.rule_document(rule))


@routes.add("PUT", f"{V}/endpoint/{{endpoint_id}}/access/{{rule_id}}")
def update_access(call: Call) -> Reply:
    permissions = body_of(call).get("permissions")
    with call.world.change():
        caller = caller_of(call)
        rule = manage.find_rule(
            call.world, caller, call.arguments["endpoint_id"], call.arguments["rule_id"]
        )
        if permissions in ("r", "rw"):
            rule.permissions = permissions
            call.world.rules.put(rule.id, rule)
    message = f"Access rule '{rule.id}' permissions updated successfully."
    return Reply(result(call, "result", "Updated", message))


@routes.add("DELETE", f"{V}/endpoint/{{endpoint_id}}/access/{{rule_id}}")
def delete_access(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        rule = manage.find_rule(
            call.world, caller, call.arguments["endpoint_id"], call.arguments["rule_id"]
        )
        call.world.rules.delete(rule.id)
    message = f"Access rule '{rule.id}' deleted successfully."
    return Reply(result(call, "result", "Deleted", message))


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}/role_list")
def role_list(call: Call) -> Reply:
    endpoint_id = call.arguments["endpoint_id"]
    with call.world.change():
        row = access.administered(call.world, endpoint_id, caller_of(call))
    rows = [
        {
            "DATA_TYPE": "role",
            "id": str(uuid.uuid5(uuid.UUID(row.id), principal)),
            "principal_type": "identity",
            "principal": principal,
            "role": "administrator",
        }
        for principal in dict.fromkeys([row.owner_id, *row.admins])
    ]
    return Reply({"DATA_TYPE": "role_list", "DATA": rows})


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}/my_shared_endpoint_list")
def my_shared_endpoint_list(call: Call) -> Reply:
    with call.world.change():
        caller = caller_of(call)
        host = access.existing(call.world, call.arguments["endpoint_id"])
        rows = [
            documents.endpoint(call.world, row, caller.identities, call.base_url)
            for row in call.world.endpoints.values()
            if row.is_guest
            and not row.deleted
            and host.id in (row.host_endpoint_id, row.mapped_collection_id)
            and row.owner_id in caller.identities
        ]
    return Reply({"DATA_TYPE": "endpoint_list", "DATA": rows})


@routes.add("GET", f"{V}/endpoint/{{endpoint_id}}/my_effective_pause_rule_list")
def my_effective_pause_rule_list(call: Call) -> Reply:
    with call.world.change():
        caller_of(call)
        row = access.existing(call.world, call.arguments["endpoint_id"])
    rows = [] if row.pause_message is None else [taskdocs.pause_rule(row)]
    return Reply({"DATA_TYPE": "pause_rule_limited_list", "DATA": rows})
