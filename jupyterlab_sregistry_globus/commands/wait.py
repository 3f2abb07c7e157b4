"""``wait``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("wait")
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
def wait(invocation: Invocation, transfer_id: str) -> TransferHandle:
    """Wait until a transfer ends, and show its progress.

    Exits with code 1 if the transfer fails.
    """
    from .drawing.handle import TransferHandle

    transfer = invocation.services.transfers.find(transfer_id)
    handle = TransferHandle(invocation.services, transfer)
    return handle.wait(show_progress=not invocation.is_json_wanted)
