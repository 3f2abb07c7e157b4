"""``jupyter sregistry-globus purge``."""

from __future__ import annotations

from pathlib import Path

import click

from ..commands.grammar.command import json_option
from .demo import DEMO_FOLDER
from .session import make_face


@click.command("purge")
@click.option("--yes", is_flag=True, help="Remove it without asking.")
@json_option
def purge(yes: bool, as_json: bool) -> int:
    """Show what this package left on this machine, and remove it after asking.

    Disconnects the account, and removes the connection, the record of transfers with its receipts,
    cached listings, staged images, and the demo. Images in registries and on endpoints stay, and so
    do configuration files and everything that this package did not make.
    """
    from ..configfiles import load_settings
    from ..demo.folder import MARK
    from ..folders import with_home
    from ..output import json_text
    from ..setup.purge import Purged, check_ended, configuration_files, leftovers, remove
    from ..units import human_bytes
    from .service_factory import service_factory

    asker = make_face().asker
    with service_factory() as make_services:
        services = make_services(load_settings())
        demo = with_home(Path(DEMO_FOLDER))
        found = leftovers(services, demo if (demo / MARK).is_file() else None)
        for leftover in found:
            asker.tell(f"{leftover.path}  {human_bytes(leftover.size_bytes)}, {leftover.what}")
        for file in configuration_files():
            asker.tell(f"{file}  stays: your settings")
        is_removed = False
        if found:
            check_ended(services)
            is_removed = yes or asker.confirm("Remove these files?")
            if is_removed:
                services.disconnecting.disconnect("cancel")
                services.close()
                remove(found)
    if as_json:
        click.echo(json_text(Purged(tuple(found), is_removed)))
    elif not found:
        click.echo("Nothing to remove.")
    else:
        click.echo("Removed." if is_removed else "Nothing was removed. To remove it, use --yes.")
    return 0
