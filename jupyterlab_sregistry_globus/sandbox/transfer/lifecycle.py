"""The life of a task: started, in trouble, ended. Requires the world's lock."""

from __future__ import annotations

from ..errors import Refused
from ..world import World
from .model import Event, Task
from .trouble import Trouble, describe, pause_messages

EVENTS_MOST = 1000


def start(world: World, task: Task) -> None:
    """Mark a task as running. A restarted task has been started before."""
    task.nice_status = "OK"
    if not task.is_started:
        task.is_started = True
        note(world, task, "STARTED", "started", "")
    world.tasks.put(task.task_id, task)


def note(
    world: World, task: Task, code: str, description: str, details: str, *, is_error: bool = False
) -> None:
    """Add an event, and drop the oldest if there are too many."""
    task.events.append(Event(code, description, details, is_error, world.clock.now()))
    del task.events[:-EVENTS_MOST]


def trouble(world: World, task: Task, met: Trouble) -> None:
    """Record a failed attempt: the task says why, and stays active unless it is fatal."""
    if task.completion_time is not None:
        return
    task.faults += 1
    note(world, task, met.code, met.description, met.details, is_error=True)
    quota = met.code in ("QUOTA_EXCEEDED", "NO_SPACE_LEFT")
    if met.is_fatal or (quota and task.request.get("fail_on_quota_errors")):
        finish(world, task, "FAILED", fatal=(met.code, met.description))
        return
    task.nice_status = met.code
    task.nice_details = met.details
    task.status = "INACTIVE" if met.inactive else "ACTIVE"
    world.tasks.put(task.task_id, task)


def recovered(task: Task) -> None:
    """Record that an attempt succeeded."""
    task.nice_status = "OK"
    task.nice_details = None
    task.status = "ACTIVE"


def pause(world: World, task: Task) -> bool:
    """Update whether an administrator has paused one of the task's endpoints.

    :returns: whether the task must wait.
    """
    paused_by = pause_messages(world, task)
    if bool(paused_by) == task.is_paused:
        return task.is_paused
    task.is_paused = bool(paused_by)
    if paused_by:
        task.nice_status = "PAUSED"
        note(world, task, "PAUSED", "paused", str(paused_by[0].pause_message))
    else:
        recovered(task)
        note(world, task, "UNPAUSED", "unpaused", "")
    world.tasks.put(task.task_id, task)
    return task.is_paused


def succeed(world: World, task: Task) -> None:
    details = f"bytes_transferred={task.bytes_transferred}, files={task.files_transferred}"
    note(world, task, "SUCCEEDED", "succeeded", details)
    finish(world, task, "SUCCEEDED")


def cancel(world: World, task: Task) -> str:
    """Cancel a task for its owner.

    :returns: Canceled; CancelAccepted if it takes effect later (the setting cancel_delay_s);
        TaskComplete if the task has ended.
    """
    if task.completion_time is not None:
        return "TaskComplete"
    delay = float(world.setting("cancel_delay_s", 0.0) or 0.0)
    if delay > 0:
        if task.cancel_at is None:
            task.cancel_at = world.clock.now() + delay
            world.tasks.put(task.task_id, task)
        return "CancelAccepted"
    _canceled(world, task)
    return "Canceled"


def due(world: World, task: Task) -> None:
    """End a task whose cancel or deadline is due."""
    now = world.clock.now()
    if task.completion_time is not None:
        return
    if task.cancel_at is not None and task.cancel_at <= now:
        _canceled(world, task)
    elif task.deadline <= now:
        note(world, task, "EXPIRED", "expired", "The deadline has passed", is_error=True)
        finish(world, task, "FAILED", fatal=("EXPIRED", "The task's deadline has passed"))


def update(world: World, task: Task, *, label: str | None, until: float | None) -> None:
    """Change the members of an active task that can be changed.

    :raises Refused: it has ended.
    """
    if task.completion_time is not None:
        raise Refused(409, "ClientError.Conflict.TaskComplete", "The task is complete")
    if label is not None:
        task.label = label
    if until is not None:
        task.deadline = until
    world.tasks.put(task.task_id, task)
    world.wake()


def finish(world: World, task: Task, status: str, *, fatal: tuple[str, str] | None = None) -> None:
    task.status = status
    task.completion_time = world.clock.now()
    task.nice_status = task.nice_details = None
    task.is_paused = False
    if fatal is not None:
        task.fatal_code, task.fatal_description = fatal
    world.tasks.put(task.task_id, task)
    world.wake()


def _canceled(world: World, task: Task) -> None:
    note(world, task, "CANCELED", "canceled", "Canceled by the task's owner")
    finish(world, task, "FAILED", fatal=("CANCELED", describe("CANCELED")))
