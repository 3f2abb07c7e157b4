"""``jupyter sregistry-globus cancel``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("cancel")
@click.argument("send_id", metavar="ID")
@json_option
def cancel(send_id: str, as_json: bool) -> None:
    """Ask Globus to stop a transfer; files that arrived stay."""
    from ..verbs import sends

    show(sends.cancel(services(), send_id), as_json)
