"""``search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .grammar.command import command

if TYPE_CHECKING:
    from ..models.endpoints import SearchScope
    from .drawing.tables import Table
    from .grammar.invocation import Invocation

LIMIT = 25


@command("search")
@click.argument("text", nargs=-1)
@click.option(
    "--scope",
    type=click.Choice(["all", "mine", "shared-with-me", "recent"]),
    default="all",
    show_default=True,
    help="Which endpoints to search.",
)
def search(invocation: Invocation, text: tuple[str, ...], scope: SearchScope) -> Table:
    """Search endpoints, and list the 25 best matches."""
    from .drawing.endpoints import draw_endpoints

    page = invocation.services.endpoints.search(" ".join(text), scope=scope, limit=LIMIT)
    return draw_endpoints(page)
