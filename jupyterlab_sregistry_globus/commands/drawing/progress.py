"""The progress of a transfer that a command waits for."""

from __future__ import annotations

import sys

from ...models.tasks import GlobusTask
from ...models.transfers import Transfer
from ...text import one_line
from ...units import human_bytes
from .transfertext import STATE_WORDS


class Progress:
    """A line that is rewritten in place. What keeps the transfer from moving gets lines of its own.

    :param is_quiet: print only those lines, and to standard error.
    """

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._shown: set[str] = set()

    def show(self, transfer: Transfer) -> None:
        """Print how far the transfer is."""
        if not transfer.is_finished:
            for reason in transfer.reasons:
                self._show_reason(transfer, reason)
        if not self._is_quiet:
            end = "\n" if transfer.is_finished else ""
            print(f"\r{one_line(_line(transfer))}   ", end=end, flush=True)  # noqa: T201

    def _show_reason(self, transfer: Transfer, reason: str) -> None:
        if reason in self._shown:
            return
        self._shown.add(reason)
        text = one_line(
            f"{transfer.label}: {reason} Still waiting. Fix the problem, or cancel the transfer."
        )
        stream = sys.stderr if self._is_quiet else sys.stdout
        print(text if self._is_quiet else f"\n{text}", file=stream, flush=True)


def _line(transfer: Transfer) -> str:
    is_staging = any(task.state == "staging" for task in transfer.tasks)
    done_bytes = sum(
        task.bytes_staged
        if isinstance(task, GlobusTask) and task.state == "staging"
        else task.bytes_transferred
        for task in transfer.tasks
    )
    totals = [task.bytes_total for task in transfer.tasks]
    total_bytes = sum(size for size in totals if size is not None) if None not in totals else 0
    share = (
        f"{min(100, 100 * done_bytes // total_bytes)} %" if total_bytes else human_bytes(done_bytes)
    )
    state = "downloading to this machine" if is_staging else STATE_WORDS[transfer.state]
    return f"{transfer.label}: {state} {share}"
