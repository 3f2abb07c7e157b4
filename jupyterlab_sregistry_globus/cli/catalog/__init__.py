"""``jupyter sregistry-globus catalog``, and the commands of this group."""

from __future__ import annotations

import click

from ...commands.grammar.lazy import LazyGroup


@click.group(
    "catalog",
    cls=LazyGroup,
    members={"publish": __name__},
    context_settings={"help_option_names": ["-h", "--help"]},
)
def catalog() -> None:
    """Manage what users see of the registries."""
