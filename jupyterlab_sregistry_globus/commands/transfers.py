"""``transfers``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Table
    from .grammar.invocation import Invocation


@command("transfers")
def transfers(invocation: Invocation) -> Table:
    """List transfers, newest first."""
    from .drawing.transfers import draw_transfers

    return draw_transfers(invocation.services.transfers.page())
