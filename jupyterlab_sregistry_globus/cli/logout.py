"""``jupyter sregistry-globus logout``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("logout")
@json_option
def logout(as_json: bool) -> None:
    """Disconnect: have the tokens revoked, and forget them."""
    from ..verbs import account

    show(account.logout(services()), as_json)
