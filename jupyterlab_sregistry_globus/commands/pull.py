"""``pull``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from ..errors import BadRequest
from .completion.parameters import complete_place
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("pull", can_wait=True)
@click.argument(
    "words",
    metavar="ENDPOINT:PATH… [COLLECTION/]",
    nargs=-1,
    required=True,
    shell_complete=complete_place,
)
@click.option("--registry", help="Folder registry to pull into. Default: the first writable one.")
def pull(invocation: Invocation, words: tuple[str, ...], registry: str | None) -> TransferHandle:
    """Pull images from an endpoint into a folder registry on this machine.

    This machine's Globus Connect Personal must serve the registry's folder with write access.
    COLLECTION/ must end in a slash; if you omit it, the images go directly into the registry's
    folder.
    """
    from ..models.plans import PullRequest
    from ..models.sources import EndpointSource
    from .drawing.handle import TransferHandle
    from .grammar.parameters import find_location

    services = invocation.services
    files = list(words)
    is_last_collection = files[-1].endswith("/") and ":" not in files[-1]
    collection = files.pop() if is_last_collection else ""
    if not files:
        raise BadRequest("Name one or more image files as ENDPOINT:PATH.")
    locations = [find_location(services, file) for file in files]
    sources = tuple(EndpointSource(place.endpoint_id, place.path or "") for place in locations)
    request = PullRequest(sources, collection, registry)
    start = partial(services.transfers.pull, request, origin=invocation.face.origin)
    return TransferHandle(services, invocation.once("pull", start))
