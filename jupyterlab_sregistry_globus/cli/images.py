"""``jupyter sregistry-globus images``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("images")
@click.argument("collection", required=False)
@click.option("--search", "text", help="Only images that match these words.")
@json_option
def images(collection: str | None, text: str | None, as_json: bool) -> None:
    """List collections, the images of one COLLECTION, or the images that match."""
    from ..verbs import images as verbs

    if text is not None:
        show(verbs.search(services(), text), as_json)
    elif collection is not None:
        show(verbs.ls(services(), collection), as_json)
    else:
        show(verbs.collections(services()), as_json)
