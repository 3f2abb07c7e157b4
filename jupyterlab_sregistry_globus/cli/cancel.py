"""``jupyter sregistry-globus cancel``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("cancel")
@click.argument("transfer_id", metavar="ID")
@json_option
def cancel(transfer_id: str, as_json: bool) -> None:
    """Ask Globus to stop a transfer; files that arrived stay."""
    from ..verbs import transfers

    show(transfers.cancel(services(), transfer_id), as_json)
