"""``images refresh``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..grammar.command import command

if TYPE_CHECKING:
    from ..drawing.tables import Table
    from ..grammar.invocation import Invocation


@command("refresh")
def refresh(invocation: Invocation) -> Table:
    """Refresh the registries, and list the collections."""
    from ..drawing.images import draw_collections

    return draw_collections(invocation.services.catalog.refresh())
