"""``jupyter sregistry-globus ls``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("ls")
@click.argument("target", metavar="ENDPOINT[:PATH]")
@json_option
def ls(target: str, as_json: bool) -> None:
    """List a folder: ENDPOINT[:PATH]."""
    from ..verbs import endpoints

    show(endpoints.ls(services(), target), as_json)
