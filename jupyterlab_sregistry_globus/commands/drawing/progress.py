"""The progress of a transfer that a command waits for."""

from __future__ import annotations

import sys

from ...models.transfers import Transfer
from ...text import one_line
from .amount import amount_of
from .bars import NoBar, make_bar


class Progress:
    """A progress bar. What keeps the transfer from moving gets lines of its own.

    :param is_quiet: print only those lines, and to standard error.
    """

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._bar = NoBar() if is_quiet else make_bar()
        self._shown: set[str] = set()

    def show(self, transfer: Transfer) -> None:
        """Show how far the transfer is."""
        if not transfer.is_finished:
            for reason in transfer.reasons:
                self._show_reason(transfer, reason)
        self._bar.draw(amount_of(transfer))

    def _show_reason(self, transfer: Transfer, reason: str) -> None:
        if reason in self._shown:
            return
        self._shown.add(reason)
        text = one_line(
            f"{transfer.label}: {reason} Still waiting. Fix the problem, or cancel the transfer."
        )
        self._bar.interrupt()
        print(text, file=sys.stderr if self._is_quiet else sys.stdout, flush=True)
