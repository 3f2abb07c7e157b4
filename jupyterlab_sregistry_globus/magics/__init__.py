"""``%globus`` and ``%sregistry``, over the same services as the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Make the magics known to a shell; nothing is opened or asked before their first use."""
    from .lines import SRegistryGlobusMagics

    shell.register_magics(SRegistryGlobusMagics)
