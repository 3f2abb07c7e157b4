"""``jupyter sregistry-globus inspect``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("inspect")
@click.argument("reference", metavar="REFERENCE")
@json_option
def inspect(reference: str, as_json: bool) -> None:
    """Say what an image says about itself: REFERENCE, or a path that begins with / ./ ../ or ~."""
    from ..verbs import images

    show(images.inspect(services(), reference), as_json)
