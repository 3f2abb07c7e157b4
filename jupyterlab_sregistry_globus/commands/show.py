"""``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("show")
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
def show(invocation: Invocation, transfer_id: str) -> TransferHandle:
    """Show a transfer's latest status from Globus."""
    from .drawing.handle import TransferHandle

    transfers = invocation.services.transfers
    return TransferHandle(invocation.services, transfers.refresh(transfers.find(transfer_id).id))
