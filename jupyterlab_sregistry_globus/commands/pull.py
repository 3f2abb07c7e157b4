"""``pull``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from ..errors import BadRequest
from .completion.parameters import complete_place
from .grammar.command import command

if TYPE_CHECKING:
    from ..models.plans import Sync
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
@click.option(
    "--when-exists",
    type=click.Choice(["checksum", "size", "mtime", "exists", "always"]),
    help=(
        "If the file already exists, replace it if its checksum or size differs, or if it is "
        "older ('mtime'); 'exists' always keeps it, 'always' always replaces it. Without this "
        "option, nothing is pulled then."
    ),
)
@click.option(
    "--route",
    type=click.Choice(["local", "direct"]),
    help=(
        "'local': a Globus endpoint of this machine writes the file; 'direct': this machine "
        "downloads it over HTTPS. The default is the first possible one."
    ),
)
def pull(
    invocation: Invocation,
    words: tuple[str, ...],
    registry: str | None,
    when_exists: Sync | None,
    route: Literal["local", "direct"] | None,
) -> TransferHandle:
    """Pull images from an endpoint into a folder registry on this machine.

    A Globus endpoint of this machine writes them if one serves the registry's folder with write
    access; otherwise, this machine downloads them over HTTPS if the other endpoint offers that.
    COLLECTION/ must end in a slash; if you omit it, the images go directly into the registry's
    folder.
    """
    from ..models.plans import PullRequest, TransferOptions
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
    options = TransferOptions(route=route)
    request = PullRequest(sources, collection, registry, when_exists, options)
    start = partial(services.transfers.pull, request, origin=invocation.face.origin)
    return TransferHandle(services, invocation.once("pull", start))
