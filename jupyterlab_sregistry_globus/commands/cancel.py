"""``cancel``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("cancel")
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
def cancel(invocation: Invocation, transfer_id: str) -> TransferHandle:
    """Cancel a transfer. Files that have already arrived stay."""
    from .drawing.handle import TransferHandle

    transfers = invocation.services.transfers
    return TransferHandle(invocation.services, transfers.cancel(transfers.find(transfer_id).id))
