"""``jupyter sregistry-globus catalog publish``."""

from __future__ import annotations

from pathlib import Path

import click

from ...commands.grammar.command import json_option

MINUTES = 60


@click.command("publish")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write. A file that is not a published listing is not replaced.",
)
@click.option(
    "--interval",
    "interval_minutes",
    type=click.FloatRange(min=1),
    default=MINUTES,
    show_default=True,
    help="Minutes between two runs. Doctor warns when the file is older than two intervals.",
)
@click.option(
    "--as-public",
    is_flag=True,
    help="Publish what everyone can read of registries whose entries have credentials.",
)
@click.option(
    "--force", is_flag=True, help="Publish even if more than half of the images are gone."
)
@json_option
def publish(
    *, output: Path, interval_minutes: float, as_public: bool, force: bool, as_json: bool
) -> int:
    """Write the listings of the public registries to one file for many users.

    Run this once an hour, from cron or as a service of the hub. Users' servers read the file if the
    registry's entry names it: "listing": "FILE". Credentials are never used, so the file has only
    what everyone can read.
    """
    from ...configfiles import load_settings
    from ...folders import with_home
    from ...output import json_text
    from ...units import human_bytes
    from ..service_factory import service_factory

    with service_factory() as make_services:
        services = make_services(load_settings())
        try:
            publication = services.publisher.publish(
                with_home(output),
                interval_s=interval_minutes * 60,
                is_public=as_public,
                is_forced=force,
            )
        finally:
            services.close()
    if as_json:
        click.echo(json_text(publication))
        return 0
    for listing in publication.registries:
        click.echo(f"{listing.registry}: {listing.images_count} images. {listing.remark}".strip())
    click.echo(f"Wrote {publication.path} ({human_bytes(publication.size_bytes)}).")
    return 0
