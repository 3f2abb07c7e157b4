"""A transfer in words."""

from __future__ import annotations

from ...models.transfers import GlobusTask, Transfer
from ...units import human_bytes

STATE_WORDS = {
    "written": "Waiting for Globus",
    "active": "In progress",
    "succeeded": "Completed",
    "failed": "Failed",
    "canceled": "Canceled",
}


def describe(transfer: Transfer) -> str:
    """Return a line for the transfer, and one for each of its tasks and images."""
    lines = [
        f"{transfer.label} → {transfer.destination_name}:{transfer.destination.path} "
        f"— {outcome(transfer)}"
    ]
    for task in transfer.tasks:
        lines.append(f"  {_describe_task(task)}")
        digests = {arrival.destination_path: arrival.digest for arrival in task.arrivals}
        for image in task.images:
            digest = digests.get(image.destination_path) or image.digest or ""
            name = image.source.reference or image.source.path
            lines.append(f"  {name} → {image.destination_path} {digest}".rstrip())
    return "\n".join(line.replace("\n", "\ufffd") for line in lines)


def outcome(transfer: Transfer) -> str:
    """Return the state, and why the transfer does not make progress or has failed."""
    words = STATE_WORDS[transfer.state]
    texts = reasons(transfer)
    return f"{words}: {' '.join(texts)}" if texts else words


def reasons(transfer: Transfer) -> list[str]:
    """Return what Globus says is wrong, each once, as sentences."""
    texts = (task.reason for task in transfer.tasks if task.reason)
    return list(
        dict.fromkeys(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts)
    )


def is_ended(transfer: Transfer) -> bool:
    """Return whether nothing more will happen to the transfer."""
    return transfer.state in ("succeeded", "failed", "canceled")


def _describe_task(task: GlobusTask) -> str:
    if task.state == "staging":
        return (
            f"downloading to this machine first, {human_bytes(task.bytes_staged)} so far; "
            "continues while JupyterLab runs, or with --wait"
        )
    return f"task {task.task_id}" if task.task_id else "not yet accepted by Globus"
