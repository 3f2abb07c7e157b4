"""``images search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..grammar.command import command

if TYPE_CHECKING:
    from ..drawing.tables import Table
    from ..grammar.invocation import Invocation

LIMIT = 100


@command("search")
@click.argument("text", nargs=-1)
def search(invocation: Invocation, text: tuple[str, ...]) -> Table:
    """Search images by any part of a name, tag, or label, and list the 100 best matches."""
    from ..drawing.images import FIRST_LISTING_S, draw_images

    return draw_images(
        invocation.services.catalog.images(
            text=" ".join(text), limit=LIMIT, patience_s=FIRST_LISTING_S
        )
    )
