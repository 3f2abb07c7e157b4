"""``send``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from ..errors import BadRequest
from .completion.parameters import complete_source_or_place
from .grammar.command import command

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
@click.option("--parents", "-p", is_flag=True, help="Create the folder if it is missing.")
@click.option("--encrypt", is_flag=True, help="Encrypt in transit.")
@click.option("--notify", is_flag=True, help="Email me when it finishes.")
def send(
    invocation: Invocation,
    words: tuple[str, ...],
    label: str | None,
    sync: Literal["checksum", "size", "mtime", "exists", "always"],
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
        label=label, create_folders=parents, sync=sync, encrypt_data=encrypt, notify=notify
    )
    transfers = invocation.services.transfers
    requests = _read_requests(invocation, words, options)
    if len(requests) > 1:
        # A problem with one must show before any other is sent.
        for request in requests:
            transfers.check(request)
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
    """Return a request for each destination."""
    from ..models.plans import PlanRequest
    from .grammar.parameters import find_location, read_source

    images_by_target: dict[str, list[str]] = {}
    for image, target in _read_pairs(invocation, words):
        images_by_target.setdefault(target, []).append(image)
    return [
        PlanRequest(
            tuple(map(read_source, images)), find_location(invocation.services, target), options
        )
        for target, images in images_by_target.items()
    ]


def _read_pairs(invocation: Invocation, words: Sequence[str]) -> list[tuple[str, str]]:
    if invocation.body is None:
        if len(words) < 2:
            raise BadRequest("Name one or more images, and then ENDPOINT:PATH.")
        return [(image, words[-1]) for image in words[:-1]]
    if words:
        raise BadRequest(f"Unexpected argument {words[0]!r}. Write the images on the lines below.")
    lines = [line for line in invocation.body if line and not line[0].startswith("#")]
    if not lines:
        raise BadRequest("The cell has no images. Write IMAGE ENDPOINT:PATH on each line.")
    pairs = []
    for line in lines:
        if len(line) < 2:
            raise BadRequest(
                f"Each line must be IMAGE ENDPOINT:PATH. Fix this line: {' '.join(line)!r}"
            )
        pairs += [(image, line[-1]) for image in line[:-1]]
    return pairs
