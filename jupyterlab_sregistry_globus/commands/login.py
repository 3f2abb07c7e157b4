"""``login``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import NotConnected
from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("login")
@click.option(
    "--browser/--no-browser",
    default=None,
    help="Open the login page in a browser on this machine. On by default in a terminal.",
)
def login(invocation: Invocation, browser: bool | None) -> Fact:
    """Connect your Globus account for JupyterLab, notebooks, and commands."""
    import webbrowser

    from .drawing.account import draw_account

    face = invocation.face
    is_connected = invocation.log_in(
        "Connect your Globus account.",
        face.login_asker,
        on_address=lambda address: (
            webbrowser.open(address)
            if (face.opens_browser if browser is None else browser)
            else None
        ),
    )
    if not is_connected:
        raise NotConnected(f"No code was entered. {face.login_hint}")
    return draw_account(invocation.services.account.require())
