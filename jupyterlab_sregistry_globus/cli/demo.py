"""``jupyter sregistry-globus demo``: JupyterLab on sample images and a Globus played on this machine."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("~/sregistry-globus-demo"),
    show_default=True,
    help="Where the sample images, the played endpoints and the notebooks are kept; made if missing.",
)
@click.option("--port", type=int, default=8888, show_default=True, help="First port to try.")
@click.option(
    "--browser/--no-browser", default=None, help="Open a browser; by default if there is a screen."
)
@click.option("--fresh", is_flag=True, help="Begin anew: delete what an earlier demo left there.")
def demo(folder: Path, port: int, browser: bool | None, fresh: bool) -> int:
    """Open JupyterLab with this extension, on a Globus played on this machine.

    Needs no account and no network. Ends with Ctrl+C and leaves nothing running.
    """
    from .demo_run import run

    return run(folder.expanduser().resolve(), port=port, browser=browser, fresh=fresh)
