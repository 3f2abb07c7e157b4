"""``images inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..completion.parameters import complete_source
from ..grammar.command import command

if TYPE_CHECKING:
    from ..drawing.tables import Table
    from ..grammar.invocation import Invocation


@command("inspect")
@click.argument("image", metavar="IMAGE", shell_complete=complete_source)
def inspect(invocation: Invocation, image: str) -> Table:
    """Show an image's metadata.

    IMAGE is a reference such as tacos/avocados:latest, or a path that begins with / ./ ../ or ~.
    """
    from ..drawing.images import draw_details
    from ..grammar.parameters import read_source

    return draw_details(invocation.services.images.inspect(read_source(image)))
