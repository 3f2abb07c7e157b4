"""The routes of Globus Transfer: submitting and following tasks."""

from __future__ import annotations

from typing import Any

from ..errors import Refused
from ..transfer import lifecycle, listing, submit, taskdocs
from ..transfer.model import Item, Task
from .routes import Call, Reply
from .transfer import V, body_of, caller_of, number, result, routes

LIST_MOST = 1000
MARKED_PAGE = 100


@routes.add("GET", f"{V}/submission_id")
def submission_id(call: Call) -> Reply:
    with call.world.change():
        value = submit.new_submission_id(call.world, caller_of(call))
    return Reply({"DATA_TYPE": "submission_id", "value": value})


@routes.add("POST", f"{V}/transfer")
def transfer(call: Call) -> Reply:
    return _submit(call, "TRANSFER", "transfer_result", "The transfer")


@routes.add("POST", f"{V}/delete")
def delete(call: Call) -> Reply:
    return _submit(call, "DELETE", "delete_result", "The delete")


@routes.add("GET", f"{V}/task_list")
def task_list(call: Call) -> Reply:
    limit = number(call, "limit", 10, LIST_MOST, least=1)
    offset = number(call, "offset", 0, 100_000_000)
    fields = [field for field in (call.value("fields") or "").split(",") if field]
    with call.world.change():
        caller = caller_of(call)
        rows = [
            taskdocs.task(call.world, task)
            for task in call.world.tasks.values()
            if task.owner_id in caller.identities
        ]
    for text in call.query.get("filter", []):
        if text:
            passes = _task_clause(text)
            rows = [row for row in rows if passes(row)]
    listing.order(rows, call.value("orderby") or "request_time DESC")
    page = rows[offset : offset + limit]
    if fields:
        page = [{name: row[name] for name in fields if name in row} for row in page]
    return Reply(_page(call, "task_list", page, len(rows), limit, offset))


@routes.add("GET", f"{V}/task/{{task_id}}")
def show_task(call: Call) -> Reply:
    with call.world.change():
        return Reply(taskdocs.task(call.world, _task(call)))


@routes.add("PUT", f"{V}/task/{{task_id}}")
def update_task(call: Call) -> Reply:
    body = body_of(call)
    with call.world.change():
        task = _task(call)
        label, until = body.get("label"), body.get("deadline")
        submit.check_label(label)
        when = None if until is None else submit.deadline(until, call.world.clock.now())
        lifecycle.update(call.world, task, label=label, until=when)
    return Reply(result(call, "result", "Updated", "The task has been updated successfully."))


@routes.add("POST", f"{V}/task/{{task_id}}/cancel")
def cancel_task(call: Call) -> Reply:
    with call.world.change():
        code = lifecycle.cancel(call.world, _task(call))
    message = {
        "Canceled": "The task has been cancelled successfully.",
        "CancelAccepted": "The task is being cancelled; that may take a while.",
        "TaskComplete": "The task completed before the cancel request was processed.",
    }[code]
    return Reply(result(call, "result", code, message))


@routes.add("GET", f"{V}/task/{{task_id}}/event_list")
def event_list(call: Call) -> Reply:
    limit = number(call, "limit", 10, LIST_MOST, least=1)
    offset = number(call, "offset", 0, 100_000_000)
    with call.world.change():
        task = _task(call)
        rows = [taskdocs.event(row, task.task_id) for row in reversed(task.events)]
    clause = call.value("filter")
    if clause in ("is_error:1", "is_error:0"):
        rows = [row for row in rows if row["is_error"] == clause.endswith("1")]
    elif clause:
        raise Refused(400, "ClientError.BadRequest", f"Bad filter: {clause}")
    page = rows[offset : offset + limit]
    return Reply(_page(call, "event_list", page, len(rows), limit, offset))


@routes.add("GET", f"{V}/task/{{task_id}}/successful_transfers")
def successful_transfers(call: Call) -> Reply:
    with call.world.change():
        task = _task(call)
        _only_transfers(task)
        rows = [
            taskdocs.successful_transfer(item)
            for item in _items(task)
            if item.state == "done" and not item.is_directory
        ]
    return _marked(call, "successful_transfers", rows)


@routes.add("GET", f"{V}/task/{{task_id}}/skipped_errors")
def skipped_errors(call: Call) -> Reply:
    with call.world.change():
        task = _task(call)
        _only_transfers(task)
        when = task.completion_time or call.world.clock.now()
        rows = [
            taskdocs.skipped_error(item, when)
            for item in _items(task)
            if item.state == "skipped_error"
        ]
    return _marked(call, "skipped_errors", rows)


@routes.add("GET", f"{V}/task/{{task_id}}/pause_info")
def pause_info(call: Call) -> Reply:
    with call.world.change():
        return Reply(taskdocs.pause_info(call.world, _task(call)))


def _submit(call: Call, kind: str, document: str, subject: str) -> Reply:
    body = body_of(call)
    with call.world.change():
        task, is_new = submit.submit(call.world, caller_of(call), body, kind)
    code = "Accepted" if is_new else "Duplicate"
    message = f"{subject} has been accepted and a task has been created and queued for execution"
    if not is_new:
        message = "This submission_id was already used; this is the task that it created"
    link = {
        "DATA_TYPE": "link",
        "href": f"{V}/task/{task.task_id}?format=json",
        "rel": "related",
        "resource": "task",
        "title": "related task",
    }
    answer = result(
        call,
        document,
        code,
        message,
        submission_id=task.submission_id,
        task_id=task.task_id,
        task_link=link,
    )
    return Reply(answer)


def _task(call: Call) -> Task:
    """Return the task that the path names.

    :raises Refused: the caller has no such task.
    """
    caller = caller_of(call)
    task = call.world.tasks.get(call.arguments["task_id"])
    if task is None or task.owner_id not in caller.identities:
        raise Refused(404, "ClientError.NotFound", f"No such task '{call.arguments['task_id']}'")
    return task


def _items(task: Task) -> list[Item]:
    return task.items or []


def _only_transfers(task: Task) -> None:
    if task.type != "TRANSFER":
        raise Refused(400, "ClientError.BadRequest", "Only transfers have such a list")


def _task_clause(text: str) -> Any:
    """Return a test like those of listings.

    Times are compared without their zone, as "2015-05-01 10:00:00".
    """
    parts = []
    for part in text.split("/"):
        name, _, values = part.partition(":")
        if name in ("request_time", "completion_time"):
            low, _, high = values.partition(",")
            parts.append(_between(name, low.replace(" ", "T"), high.replace(" ", "T")))
        else:
            parts.append(listing.clause(part))
    return lambda row: all(passes(row) for passes in parts)


def _between(name: str, low: str, high: str) -> Any:
    def passes(row: dict[str, Any]) -> bool:
        value = row[name]
        return value is not None and (not low or value >= low) and (not high or value <= high)

    return passes


def _page(
    call: Call, kind: str, rows: list[Any], total: int, limit: int, offset: int
) -> dict[str, Any]:
    return {
        "DATA_TYPE": kind,
        "DATA": rows,
        "length": len(rows),
        "limit": limit,
        "offset": offset,
        # As for the listing of a folder: an empty page has a total of 0.
        "total": total if rows else 0,
    }


def _marked(call: Call, kind: str, rows: list[Any]) -> Reply:
    marker = number(call, "marker", 0, 1_000_000_000)
    page = rows[marker : marker + MARKED_PAGE]
    after = marker + MARKED_PAGE
    return Reply(
        {
            "DATA_TYPE": kind,
            "DATA": page,
            "marker": marker,
            "next_marker": after if after < len(rows) else None,
        }
    )
