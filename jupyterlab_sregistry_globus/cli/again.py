"""``jupyter sregistry-globus again``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("again")
@click.argument("transfer_id", metavar="ID")
@click.option("--wait", is_flag=True, help="Wait for the end, with a progress line.")
@json_option
def again(transfer_id: str, wait: bool, as_json: bool) -> None:
    """Send again what did not arrive, or all if all arrived.

    An image that has another content by now is refused.
    """
    from ..verbs import transfers

    handle = transfers.again(services(), transfer_id)
    if wait:
        handle.wait(show_progress=not as_json)
    show(handle, as_json)
