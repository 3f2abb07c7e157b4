"""``send``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from .completion.parameters import complete_source_or_place
from .grammar.command import command
from .pairs import Complaints, read_pairs

if TYPE_CHECKING:
    from ..models.plans import PlanRequest, TransferOptions
    from .drawing.handle import TransferHandle
    from .grammar.invocation import Invocation


@command("send", can_wait=True)
@click.argument(
    "words",
    metavar="IMAGE… ENDPOINT:PATH",
    nargs=-1,
    shell_complete=complete_source_or_place,
)
@click.option("--label", help="Label shown in Globus. The default is made from the images' names.")
@click.option(
    "--when-exists",
    "sync",
    type=click.Choice(["checksum", "size", "mtime", "exists", "always"]),
    default="checksum",
    show_default=True,
    help=(
        "If the file already exists, replace it if its checksum or size differs, or if it is "
        "older ('mtime'); 'exists' always keeps it, 'always' always replaces it."
    ),
)
@click.option(
    "--route",
    type=click.Choice(["served", "local", "direct", "staged"]),
    help=(
        "Preferred route; an image that cannot take it takes its best one. The default is the "
        "first possible one, in this order."
    ),
)
@click.option("--parents", "-p", is_flag=True, help="Create the folder if it is missing.")
@click.option("--encrypt", is_flag=True, help="Encrypt in transit.")
@click.option("--notify", is_flag=True, help="Email me when it finishes.")
def send(
    invocation: Invocation,
    words: tuple[str, ...],
    label: str | None,
    sync: Literal["checksum", "size", "mtime", "exists", "always"],
    route: Literal["served", "local", "direct", "staged"] | None,
    parents: bool,
    encrypt: bool,
    notify: bool,
) -> TransferHandle | list[TransferHandle]:
    """Send images to a folder on an endpoint.

    IMAGE is a reference such as tacos/avocados:latest, or a path that begins with / ./ ../ or ~.
    ENDPOINT is an id, a bookmark's name, or a display name that only one endpoint has.

    In a notebook, a cell that begins with %%globus send has one IMAGE and its ENDPOINT:PATH on each
    line.
    """
    from ..models.plans import TransferOptions
    from .drawing.handle import TransferHandle

    options = TransferOptions(
        label=label,
        create_folders=parents,
        sync=sync,
        encrypt_data=encrypt,
        notify=notify,
        route=route,
    )
    transfers = invocation.services.transfers
    requests = _read_requests(invocation, words, options)
    handles = [
        TransferHandle(
            invocation.services,
            invocation.once(
                number, partial(transfers.start, request, origin=invocation.face.origin)
            ),
        )
        for number, request in enumerate(requests)
    ]
    return handles[0] if len(handles) == 1 else handles


def _read_requests(
    invocation: Invocation, words: Sequence[str], options: TransferOptions
) -> list[PlanRequest]:
    """Return a request for each destination.

    With several, every problem shows before anything is sent.
    """
    from ..models.plans import PlanRequest
    from .grammar.parameters import find_location, read_source

    services = invocation.services
    complaints = Complaints()
    images_by_target: dict[str, list[str]] = {}
    for image, target in read_pairs(words, invocation.body, complaints):
        images_by_target.setdefault(target, []).append(image)
    requests = []
    for target, images in images_by_target.items():
        with complaints.collecting():
            location = find_location(services, target)
            requests.append(PlanRequest(tuple(map(read_source, images)), location, options))
            if len(images_by_target) > 1 or complaints.errors:
                services.transfers.check(requests[-1])
    complaints.check()
    return requests
