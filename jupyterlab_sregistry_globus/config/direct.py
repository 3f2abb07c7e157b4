"""Settings of uploads over HTTPS, the direct route."""

from __future__ import annotations

from traitlets import HasTraits, Integer


class DirectSettings(HasTraits):
    """Whether this host may upload images itself, and how fast."""

    direct_limit_bytes = Integer(
        20_000_000_000,
        min=0,
        help=(
            "Size in bytes up to which an image may be uploaded from this machine over HTTPS, or "
            "downloaded to it (the direct route). Larger ones require a Globus endpoint that "
            "serves their folder. 0 turns the direct route off."
        ),
    ).tag(config=True)

    direct_rate_limit = Integer(
        0,
        min=0,
        help="Bytes per second that all uploads over HTTPS together may take; 0 means no limit.",
    ).tag(config=True)

    direct_at_once = Integer(
        2,
        min=1,
        max=16,
        help=(
            "How many uploads over HTTPS may run at once, and how many downloads; further ones "
            "wait."
        ),
    ).tag(config=True)

    direct_read_back_bytes = Integer(
        1_000_000_000,
        min=0,
        help=(
            "Size in bytes up to which an uploaded file is read back and its checksum compared. A "
            "larger one is checked by Globus, which copies it to its final name and needs room for "
            "both; without that room, only its size is compared."
        ),
    ).tag(config=True)
