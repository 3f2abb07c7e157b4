"""``jupyter sregistry-globus mkdir``."""

from __future__ import annotations

import click

from .session import going_on, json_option, show


@click.command("mkdir")
@click.argument("target", metavar="ENDPOINT:PATH")
@json_option
def mkdir(target: str, as_json: bool) -> None:
    """Create a folder: ENDPOINT:PATH."""
    from ..verbs import endpoints

    show(going_on(lambda here: endpoints.mkdir(here, target)), as_json)
