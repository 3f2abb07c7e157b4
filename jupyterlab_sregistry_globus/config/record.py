"""Settings of the record of transfers."""

from __future__ import annotations

from traitlets import HasTraits, Integer


class RecordSettings(HasTraits):
    """How long transfers stay on the list."""

    keep_days = Integer(
        0,
        min=0,
        help=(
            "Days after which a finished transfer is taken off the list of transfers, as if the "
            "user had removed it: its receipt stays. 0 keeps every transfer on the list. Done when "
            "a server starts, and when a transfer ends."
        ),
    ).tag(config=True)
