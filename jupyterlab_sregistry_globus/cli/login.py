"""``jupyter sregistry-globus login``."""

from __future__ import annotations

import sys

import click

from ..errors import NotConnected
from .session import json_option, services, show


@click.command("login")
@click.option("--browser/--no-browser", default=True, help="Open the address in a browser.")
@json_option
def login(browser: bool, as_json: bool) -> None:
    """Connect your Globus account. JupyterLab and your notebooks are connected with it."""
    import webbrowser

    from ..verbs import account

    here = services()
    started = here.logins.begin_pasting()
    click.echo(f"Log in here, and copy the code:\n\n{started.authorize_url}\n", err=True)
    code: str
    if sys.stdin.isatty():
        if browser:
            webbrowser.open(started.authorize_url)
        code = click.prompt("Code")
    else:
        code = sys.stdin.readline()
    if not code.strip():
        raise NotConnected("No code came. Run this where you can paste one.")
    here.logins.finish_with_code(started.login_id, code)
    show(account.whoami(here), as_json)
