"""``images ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..completion.parameters import complete_collection
from ..grammar.command import command

if TYPE_CHECKING:
    from ..drawing.tables import Table
    from ..grammar.invocation import Invocation

LIMIT = 1000


@command("ls")
@click.argument("collection", shell_complete=complete_collection)
def ls(invocation: Invocation, collection: str) -> Table:
    """List the images of a collection."""
    from ..drawing.images import FIRST_LISTING_S, draw_images

    return draw_images(
        invocation.services.catalog.images(
            collection=collection, limit=LIMIT, patience_s=FIRST_LISTING_S
        )
    )
