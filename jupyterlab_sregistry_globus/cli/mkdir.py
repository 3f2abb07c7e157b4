"""``jupyter sregistry-globus mkdir``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("mkdir")
@click.argument("target", metavar="ENDPOINT:PATH")
@json_option
def mkdir(target: str, as_json: bool) -> None:
    """Create a folder: ENDPOINT:PATH."""
    from ..verbs import endpoints

    show(endpoints.mkdir(services(), target), as_json)
