"""``jupyter sregistry-globus``: one file a command."""

from __future__ import annotations

import sys


def main() -> None:
    """The program's entry point."""
    from ..output import make_streams_safe
    from .group import program

    make_streams_safe()
    sys.exit(program())
