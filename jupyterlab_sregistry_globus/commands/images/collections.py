"""``images collections``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..grammar.command import command

if TYPE_CHECKING:
    from ..drawing.tables import Table
    from ..grammar.invocation import Invocation


@command("collections")
def collections(invocation: Invocation) -> Table:
    """List the collections."""
    from ..drawing.images import FIRST_LISTING_S, draw_collections

    return draw_collections(invocation.services.catalog.overview(FIRST_LISTING_S))
