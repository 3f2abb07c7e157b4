"""``jupyter sregistry-globus``: one file a command."""

from __future__ import annotations

import sys


def main() -> None:
    """The program's entry point."""
    from .group import program

    sys.exit(program())
