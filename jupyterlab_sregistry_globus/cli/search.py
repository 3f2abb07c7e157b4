"""``jupyter sregistry-globus search``."""

from __future__ import annotations

import click

from ..models.endpoints import SearchScope
from .session import json_option, services, show


@click.command("search")
@click.argument("text", nargs=-1)
@click.option(
    "--scope",
    type=click.Choice(["all", "mine", "shared-with-me", "recent"]),
    default="all",
    show_default=True,
    help="Whose endpoints.",
)
@json_option
def search(text: tuple[str, ...], scope: SearchScope, as_json: bool) -> None:
    """Search endpoints."""
    from ..verbs import endpoints

    show(endpoints.search(services(), " ".join(text), scope), as_json)
