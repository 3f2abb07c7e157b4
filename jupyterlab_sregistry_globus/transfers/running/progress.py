"""How a transfer's state follows from its tasks."""

from __future__ import annotations

import msgspec

from ...errors import SRegistryGlobusError
from ...models.actions import LoginAction
from ...models.tasks import GlobusTask, Task
from ...models.transfers import Transfer, TransferState


def globus_tasks(transfer: Transfer) -> tuple[GlobusTask, ...]:
    """Return the transfer's tasks that Globus does."""
    return tuple(task for task in transfer.tasks if isinstance(task, GlobusTask))


def with_task(transfer: Transfer, task: Task, *, instead_of: str | None = None) -> Transfer:
    """Return the transfer with one of its tasks, identified by its key, replaced by a newer state.

    A task that has ended stays as it is: an answer requested before its end may arrive after it.
    But a task that was refused here, and then accepted when it was submitted once more, continues.

    :param instead_of: the key of the task that this one replaces; if the transfer no longer has it,
        another program was faster, and the transfer stays as it is.
    """
    key = instead_of or task.key

    def updated(old: Task) -> Task:
        return old if old.key != key or _has_ended(old, task) else task

    tasks = tuple(updated(old) for old in transfer.tasks)
    return msgspec.structs.replace(transfer, tasks=tasks, state=state_of(tasks))


def held_up(task: GlobusTask, error: SRegistryGlobusError) -> GlobusTask:
    """Return the task with the reason it does not progress, and the login that would help."""
    login = error.action if isinstance(error.action, LoginAction) else None
    return msgspec.structs.replace(task, reason=error.message, is_stuck=True, login=login)


def state_of(tasks: tuple[Task, ...]) -> TransferState:
    """Return the state of a transfer that has these tasks."""
    states = {task.state for task in tasks}
    if states & {"active", "staging"} or ("written" in states and len(states) > 1):
        return "active"
    for state in ("written", "failed", "canceled"):
        if state in states:
            return state
    return "succeeded"


def _has_ended(old: Task, new: Task) -> bool:
    if isinstance(old, GlobusTask) and isinstance(new, GlobusTask):
        return old.is_final and (old.task_id is not None or new.task_id is None)
    return old.is_final
