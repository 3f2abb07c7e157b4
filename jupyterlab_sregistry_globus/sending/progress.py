"""How a send's state follows from its tasks."""

from __future__ import annotations

import msgspec

from ..errors import SRegistryGlobusError
from ..models.actions import LoginAction
from ..models.sends import Send, SendState, SendTask


def is_final(task: SendTask) -> bool:
    """Whether nothing more will happen to a task."""
    return task.state in ("succeeded", "failed", "canceled")


def is_finished(send: Send) -> bool:
    """Whether nothing more will happen to a send."""
    return send.state in ("succeeded", "failed", "canceled")


def with_task(send: Send, task: SendTask, *, instead_of: str | None = None) -> Send:
    """The send with one of its tasks (told by its submission_id) brought up to date.

    A task that has ended stays as it is: who asked before its end may come to write after it. But
    what was refused here, and accepted all the same when it was sent once more, goes on.

    :param instead_of: the submission_id of the task that this one takes the place of; if that is
        no longer there, somebody was faster, and the send stays as it is.
    """
    which = instead_of or task.submission_id

    def updated(old: SendTask) -> SendTask:
        has_ended = is_final(old) and (old.task_id is not None or task.task_id is None)
        return old if old.submission_id != which or has_ended else task

    tasks = tuple(updated(one) for one in send.tasks)
    return msgspec.structs.replace(send, tasks=tasks, state=state_of(tasks))


def held_up(task: SendTask, error: SRegistryGlobusError) -> SendTask:
    """The task with why it does not move, and with the login that would set it going."""
    login = error.action if isinstance(error.action, LoginAction) else None
    return msgspec.structs.replace(task, reason=error.message, is_stuck=True, login=login)


def state_of(tasks: tuple[SendTask, ...]) -> SendState:
    """How a send stands whose tasks are these."""
    states = {task.state for task in tasks}
    if states & {"active", "staging"} or ("written" in states and len(states) > 1):
        return "active"
    for state in ("written", "failed", "canceled"):
        if state in states:
            return state
    return "succeeded"
