"""``%globus`` and ``%sregistry``: the commands in notebook cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Add the magics to a shell. Opens no file and makes no request before their first use."""
    from .completer import complete_magic
    from .magics import SRegistryGlobusMagics

    shell.register_magics(SRegistryGlobusMagics)
    if complete_magic not in shell.Completer.custom_matchers:  # loaded twice
        shell.Completer.custom_matchers.append(complete_magic)
