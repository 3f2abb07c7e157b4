"""A transfer in words."""

from __future__ import annotations

from ...models.tasks import Download, Task, Upload
from ...models.transfers import Transfer
from ...text import one_line
from ...units import human_bytes

STATE_WORDS = {
    "written": "Waiting for Globus",
    "active": "In progress",
    "succeeded": "Completed",
    "failed": "Failed",
    "canceled": "Canceled",
}


def describe(transfer: Transfer) -> str:
    """Return lines for the transfer, its id, its tasks and its images."""
    lines = [
        f"{transfer.label} → {transfer.destination_name}:{transfer.destination.path} "
        f"— {outcome(transfer)}",
        f"  transfer {transfer.id}",
    ]
    for task in transfer.tasks:
        lines.append(f"  {_describe_task(task)}")
        digests = {arrival.destination_path: arrival.digest for arrival in task.arrivals}
        for image in task.images:
            digest = digests.get(image.destination_path) or image.digest or ""
            name = image.source.text
            lines.append(f"  {name} → {image.destination_path} {digest}".rstrip())
    return "\n".join(one_line(line) for line in lines)


def outcome(transfer: Transfer) -> str:
    """Return the state, and why the transfer does not make progress or has failed."""
    words = STATE_WORDS[transfer.state]
    return f"{words}: {' '.join(transfer.reasons)}" if transfer.reasons else words


def _describe_task(task: Task) -> str:
    if isinstance(task, Download):
        return f"downloading to this machine, {human_bytes(task.bytes_transferred)} so far"
    if isinstance(task, Upload):
        return f"uploading from this machine, {human_bytes(task.bytes_transferred)} so far"
    if task.state == "staging":
        return (
            f"downloading to this machine first, {human_bytes(task.bytes_staged)} so far; "
            "continues while JupyterLab runs, or with --wait"
        )
    return f"task {task.task_id}" if task.task_id else "not yet accepted by Globus"
