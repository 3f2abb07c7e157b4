"""``images``, and the commands of this group."""

from __future__ import annotations

import click

from ..grammar.lazy import LazyGroup

NAMES = ("collections", "ls", "search", "inspect", "refresh")
PACKAGE_BY_NAME = dict.fromkeys(NAMES, __name__)


@click.group(
    "images",
    cls=LazyGroup,
    members=PACKAGE_BY_NAME,
    default="collections",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def images() -> None:
    """Find images in the registries. Without a command, list the collections."""
