"""``jupyter sregistry-globus task``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("task")
@click.argument("transfer_id", metavar="ID")
@json_option
def task(transfer_id: str, as_json: bool) -> None:
    """Show one transfer, asked for anew at Globus."""
    from ..verbs import transfers

    show(transfers.task(services(), transfer_id), as_json)
