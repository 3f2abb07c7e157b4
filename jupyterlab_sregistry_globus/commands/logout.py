"""``logout``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from .grammar.command import command

if TYPE_CHECKING:
    from .drawing.tables import Fact
    from .grammar.invocation import Invocation


@command("logout")
@click.option(
    "--uploads",
    type=click.Choice(["finish", "cancel", "keep"]),
    help=(
        "If uploads have not ended: disconnect once they have ('finish'), "
        "cancel them, or keep them for the next login."
    ),
)
def logout(invocation: Invocation, uploads: Literal["finish", "cancel", "keep"] | None) -> Fact:
    """Disconnect: revoke and delete the stored tokens."""
    from .drawing.tables import Fact

    outcome = invocation.services.disconnecting.disconnect(uploads)
    if outcome.is_pending:
        outcome = invocation.services.disconnecting.finish()
    text = f"Disconnected. To end your browser's Globus session too, open {outcome.logout_url}"
    if not outcome.is_revoked:
        text += (
            "\nCould not reach Globus to revoke the tokens. They were deleted from this machine, "
            "and will expire."
        )
    return Fact(text, outcome)
