"""``receipt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from .completion.parameters import complete_transfer
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.receipts import ReceiptSheet
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("receipt")
@click.argument("transfer_id", metavar="ID", shell_complete=complete_transfer)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "ro-crate"]),
    help="Return or save the receipt as JSON, or as an RO-Crate. Without --output, only the "
    "crate's metadata is returned.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Save the receipt to this file. For an RO-Crate, name a folder or a .zip file.",
)
def receipt(
    invocation: Invocation,
    transfer_id: str,
    form: Literal["json", "ro-crate"] | None,
    output: str | None,
) -> ReceiptSheet | Fact:
    """Show or save a record of what a transfer moved and how it was verified.

    An RO-Crate (a Process Run Crate) requires the package rocrate.
    """
    from .drawing.receipts import ReceiptSheet
    from .drawing.tables import Fact

    transfers = invocation.services.transfers
    transfer = transfers.find(transfer_id, also_cleared=True)
    if not transfer.is_finished:
        transfers.refresh(transfer.id)
    sheet = ReceiptSheet(transfers.receipt(transfer.id))
    if output is not None:
        return Fact(f"Wrote {sheet.save(output, form or 'json')}", sheet.receipt)
    return Fact(sheet.text(form), sheet.receipt) if form is not None else sheet
