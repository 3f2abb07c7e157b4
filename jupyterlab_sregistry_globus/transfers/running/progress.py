"""How a transfer's state follows from its tasks."""

from __future__ import annotations

import msgspec

from ...errors import SRegistryGlobusError
from ...models.actions import LoginAction
from ...models.transfers import GlobusTask, Transfer, TransferState


def is_final(task: GlobusTask) -> bool:
    """Whether nothing more will happen to a task."""
    return task.state in ("succeeded", "failed", "canceled")


def is_finished(transfer: Transfer) -> bool:
    """Whether nothing more will happen to a transfer."""
    return transfer.state in ("succeeded", "failed", "canceled")


def with_task(transfer: Transfer, task: GlobusTask, *, instead_of: str | None = None) -> Transfer:
    """The transfer with one of its tasks (told by its submission_id) brought up to date.

    A task that has ended stays as it is: who asked before its end may come to write after it. But
    what was refused here, and accepted all the same when it was sent once more, goes on.

    :param instead_of: the submission_id of the task that this one takes the place of; if that is
        no longer there, somebody was faster, and the transfer stays as it is.
    """
    which = instead_of or task.submission_id

    def updated(old: GlobusTask) -> GlobusTask:
        has_ended = is_final(old) and (old.task_id is not None or task.task_id is None)
        return old if old.submission_id != which or has_ended else task

    tasks = tuple(updated(one) for one in transfer.tasks)
    return msgspec.structs.replace(transfer, tasks=tasks, state=state_of(tasks))


def held_up(task: GlobusTask, error: SRegistryGlobusError) -> GlobusTask:
    """The task with why it does not move, and with the login that would set it going."""
    login = error.action if isinstance(error.action, LoginAction) else None
    return msgspec.structs.replace(task, reason=error.message, is_stuck=True, login=login)


def state_of(tasks: tuple[GlobusTask, ...]) -> TransferState:
    """How a transfer stands whose tasks are these."""
    states = {task.state for task in tasks}
    if states & {"active", "staging"} or ("written" in states and len(states) > 1):
        return "active"
    for state in ("written", "failed", "canceled"):
        if state in states:
            return state
    return "succeeded"
