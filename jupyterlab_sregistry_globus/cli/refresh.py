"""``jupyter sregistry-globus refresh``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("refresh")
@json_option
def refresh(as_json: bool) -> None:
    """List the registries again."""
    from ..verbs import images

    show(images.refresh(services()), as_json)
