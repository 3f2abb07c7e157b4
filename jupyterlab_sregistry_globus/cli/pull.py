"""``jupyter sregistry-globus pull``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("pull")
@click.argument("words", metavar="ENDPOINT:PATH… [COLLECTION/]", nargs=-1, required=True)
@click.option(
    "--registry", help="The folder registry; the first that can be written to by default."
)
@click.option("--wait", is_flag=True, help="Wait for the end, with a progress line.")
@json_option
def pull(words: tuple[str, ...], registry: str | None, wait: bool, as_json: bool) -> None:
    """Get images from an endpoint into a folder registry of this machine.

    This machine's Globus Connect Personal must serve that folder, and may write there. COLLECTION/
    ends in a slash; without one, the images come into the registry's own folder.
    """
    from ..verbs import transfers

    handle = transfers.pull(services(), words, origin="cli", registry=registry)
    if wait:
        handle.wait(show_progress=not as_json)
    show(handle, as_json)
