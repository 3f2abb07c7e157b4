"""``mkdir``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .completion.parameters import complete_place
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("mkdir")
@click.argument("folder", metavar="ENDPOINT:PATH", shell_complete=complete_place)
@click.option(
    "--parents",
    "-p",
    is_flag=True,
    help="Create missing parent folders too. An existing folder is not an error.",
)
def mkdir(invocation: Invocation, folder: str, parents: bool) -> Fact:
    """Create a folder on an endpoint."""
    from .drawing.tables import Fact
    from .grammar.parameters import find_location

    services = invocation.services
    created = services.endpoints.create_folder(find_location(services, folder), parents=parents)
    return Fact(f"Created {created.path}", created)
