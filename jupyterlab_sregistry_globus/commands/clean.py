"""``clean``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("clean")
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
def clean(invocation: Invocation, transfer_id: str) -> TransferHandle:
    """Remove temporary files that an upload left at its destination."""
    from .drawing.handle import TransferHandle

    transfers = invocation.services.transfers
    return TransferHandle(invocation.services, transfers.clean(transfers.find(transfer_id).id))
