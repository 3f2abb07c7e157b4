"""``ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_place
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Table
    from .grammar.invocation import Invocation


@command("ls")
@click.argument("folder", metavar="ENDPOINT[:PATH]", shell_complete=complete_place)
def ls(invocation: Invocation, folder: str) -> Table:
    """List a folder on an endpoint."""
    from .drawing.endpoints import draw_folder
    from .grammar.parameters import find_location

    services = invocation.services
    return draw_folder(services.endpoints.folder(find_location(services, folder)))
