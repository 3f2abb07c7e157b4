"""``jupyter sregistry-globus ls``."""

from __future__ import annotations

import click

from .session import going_on, json_option, show


@click.command("ls")
@click.argument("target", metavar="ENDPOINT[:PATH]")
@json_option
def ls(target: str, as_json: bool) -> None:
    """List a folder: ENDPOINT[:PATH]."""
    from ..verbs import endpoints

    show(going_on(lambda here: endpoints.ls(here, target)), as_json)
