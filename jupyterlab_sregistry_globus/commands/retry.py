"""``retry``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("retry", can_wait=True)
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
def retry(invocation: Invocation, transfer_id: str) -> TransferHandle:
    """Resend the images that did not arrive, or all of them if all arrived.

    An image whose content has changed since then is refused.
    """
    from .drawing.handle import TransferHandle

    transfers = invocation.services.transfers
    start = partial(transfers.retry, transfers.find(transfer_id).id)
    return TransferHandle(invocation.services, invocation.once("retry", start))
