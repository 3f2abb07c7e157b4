"""``jupyter sregistry-globus tasks``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("tasks")
@json_option
def tasks(as_json: bool) -> None:
    """List what was sent, newest first."""
    from ..verbs import transfers

    show(transfers.tasks(services()), as_json)
