"""Tasks whose downloads only another computer can continue, because it alone has the folder."""

from __future__ import annotations

import msgspec

from ...models.tasks import GlobusTask
from ...store.nodes import this_node


def other_node(task: GlobusTask) -> str | None:
    """Return the computer that alone has the task's staging folder; None if this one has it."""
    if task.state != "staging":
        return None
    nodes = {image.node for image in task.images if image.node is not None}
    return next(iter(sorted(nodes - {this_node()})), None)


def waiting(task: GlobusTask, node: str) -> GlobusTask:
    """Return the task with what it waits for."""
    return msgspec.structs.replace(
        task,
        reason=f"Waiting for {node}: only that computer has the staged files. Start JupyterLab "
        "there, or cancel the transfer and send again from here.",
        is_stuck=True,
    )
