"""A list of transfers, drawn."""

from __future__ import annotations

from ...models.transfers import Transfer, TransferPage
from ...units import human_moment
from .tables import Table
from .transfertext import STATE_WORDS


def draw_transfers(page: TransferPage) -> Table:
    """Return a page of transfers as a table."""
    return Table(
        ("Images", "Destination", "State", "Submitted", "ID"),
        [_draw_row(transfer) for transfer in page.transfers],
        empty="No transfers yet.",
        data=page,
    )


def _draw_row(transfer: Transfer) -> tuple[str, ...]:
    return (
        transfer.label,
        f"{transfer.destination_name}:{transfer.destination.path}",
        STATE_WORDS[transfer.state],
        human_moment(transfer.created_at),
        transfer.id[:12],
    )
