"""``jupyter sregistry-globus whoami``."""

from __future__ import annotations

import click

from .session import json_option, services, show


@click.command("whoami")
@json_option
def whoami(as_json: bool) -> None:
    """Say who is connected."""
    from ..verbs import account

    show(account.whoami(services()), as_json)
