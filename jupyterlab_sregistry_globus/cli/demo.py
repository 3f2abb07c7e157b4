"""``jupyter sregistry-globus demo``."""

from __future__ import annotations

from pathlib import Path

import click

from ..folders import with_home
from .terminal import TerminalAsker

DEMO_FOLDER = "~/sregistry-globus-demo"


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(DEMO_FOLDER),
    show_default=True,
    help="Folder for the sample images, the endpoints' files, and the notebooks. Created if "
    "missing.",
)
@click.option("--port", type=int, default=8888, show_default=True, help="First port to try.")
@click.option(
    "--browser/--no-browser",
    default=None,
    help="Open a browser. By default, one opens if a display is available.",
)
@click.option("--fresh", is_flag=True, help="Delete what an earlier demo left in the folder.")
def demo(folder: Path, port: int, browser: bool | None, fresh: bool) -> int:
    """Open JupyterLab with sample images and a Globus sandbox.

    Requires no account and no internet access. Press Ctrl+C to stop everything.
    """
    from ..demo.lab import DemoFailed, run_demo

    root = with_home(folder).resolve()
    terminal = TerminalAsker(is_interactive=False)
    try:
        run_demo(root, port=port, browser=browser, fresh=fresh, tell=terminal.tell)
    except DemoFailed as error:
        raise click.ClickException(str(error)) from error
    return 0
