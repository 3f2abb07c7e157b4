"""``logout``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("logout")
def logout(invocation: Invocation) -> Fact:
    """Disconnect: revoke and delete the stored tokens."""
    from .drawing.tables import Fact

    outcome = invocation.services.account.disconnect()
    text = f"Disconnected. To end your browser's Globus session too, open {outcome.logout_url}"
    if not outcome.is_revoked:
        text += (
            "\nCould not reach Globus to revoke the tokens. They were deleted from this machine, "
            "and will expire."
        )
    return Fact(text, outcome)
