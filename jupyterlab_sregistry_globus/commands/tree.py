"""The roots of the command tree that terminal and notebook share."""

from __future__ import annotations

import click

from . import images as images_package
from .grammar.lazy import LazyGroup

# In the order in which the help lists them.
NAMES = (
    "login",
    "logout",
    "whoami",
    "search",
    "ls",
    "mkdir",
    "images",
    "send",
    "pull",
    "transfers",
    "show",
    "wait",
    "cancel",
    "clean",
    "retry",
    "receipt",
)
PACKAGE_BY_NAME = dict.fromkeys(NAMES, __package__)
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


@click.group("globus", cls=LazyGroup, members=PACKAGE_BY_NAME, context_settings=HELP_OPTIONS)
def globus() -> None:
    """Send container images from a registry to Globus endpoints."""


sregistry = images_package.images
