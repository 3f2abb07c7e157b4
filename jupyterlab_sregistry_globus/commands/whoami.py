"""``whoami``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("whoami")
def whoami(invocation: Invocation) -> Fact:
    """Show the connected account."""
    from .drawing.account import draw_account

    return draw_account(invocation.services.account.require())
