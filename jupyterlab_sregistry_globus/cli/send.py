"""``jupyter sregistry-globus send``."""

from __future__ import annotations

from typing import Literal

import click

from .session import going_on, json_option, show


@click.command("send")
@click.argument("sources", metavar="REFERENCE…", nargs=-1, required=True)
@click.argument("target", metavar="ENDPOINT:PATH")
@click.option("--wait", is_flag=True, help="Wait for the end, with a progress line.")
@click.option("--label", help="What Globus shows for it; made from the images' names by default.")
@click.option(
    "--when-exists",
    "sync",
    type=click.Choice(["checksum", "size", "mtime", "exists", "always"]),
    default="checksum",
    show_default=True,
    help="Replace a file of the same name if this differs; 'exists' keeps it, 'always' replaces it.",
)
@click.option("--encrypt", is_flag=True, help="Encrypt the data channel.")
@click.option("--notify", is_flag=True, help="Let Globus write an e-mail at the end.")
@json_option
def send(
    sources: tuple[str, ...],
    target: str,
    wait: bool,
    label: str | None,
    sync: Literal["checksum", "size", "mtime", "exists", "always"],
    encrypt: bool,
    notify: bool,
    as_json: bool,
) -> None:
    """Send images to a folder on an endpoint.

    An image is a reference such as tacos/avocados:latest, or a path that begins with / ./ ../ or ~.
    ENDPOINT is an id, a bookmark's name, or a display name where only one has it.
    """
    from ..models.plans import TransferOptions
    from ..verbs import transfers

    options = TransferOptions(label=label, sync=sync, encrypt_data=encrypt, notify=notify)
    handle = going_on(
        lambda here: transfers.send(here, sources, target, origin="cli", options=options)
    )
    if wait:
        handle.wait(show_progress=not as_json)
    show(handle, as_json)
