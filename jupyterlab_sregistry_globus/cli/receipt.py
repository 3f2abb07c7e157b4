"""``jupyter sregistry-globus receipt``."""

from __future__ import annotations

from typing import Literal

import click

from .session import json_option, services, show


@click.command("receipt")
@click.argument("transfer_id", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "ro-crate"]),
    help="Print the document itself: the receipt, or the metadata of its RO-Crate.",
)
@click.option(
    "-o", "--output", type=click.Path(), help="Write it there; an RO-Crate is a folder or a .zip."
)
@json_option
def receipt(
    transfer_id: str, form: Literal["json", "ro-crate"] | None, output: str | None, as_json: bool
) -> None:
    """Show what a transfer moved, and the proof; or save that.

    An RO-Crate (a Process Run Crate) needs the package rocrate.
    """
    from ..verbs import receipts

    sheet = receipts.receipt(services(), transfer_id)
    if output is not None:
        click.echo(f"Wrote {sheet.save(output, form or 'json')}")
    elif form is not None:
        click.echo(sheet.text(form))
    else:
        show(sheet, as_json)
