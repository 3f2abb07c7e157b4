"""Transfers, as the outbox stores them and every face shows them."""

from __future__ import annotations

from typing import Literal

import msgspec

from .plans import Location, TransferOptions
from .tasks import Task

TransferState = Literal["written", "active", "succeeded", "failed", "canceled"]


class Transfer(msgspec.Struct, frozen=True):
    """What a user asked to be sent.

    :param state: ``written``: recorded, not yet accepted by Globus; then it follows the tasks:
        ``active`` while one is, ``failed`` if one failed, ``canceled`` if one was, else
        ``succeeded``.
    :param origin: the face that started it: ``panel``, ``magic`` or ``cli``.
    :param is_cancel_asked: whether the user has canceled and Globus has not confirmed it yet.
    :param retry_of: id of the transfer that this one repeats.
    :param software: versions of the software that sent it.
    """

    id: str
    label: str
    created_at: float
    state: TransferState
    destination: Location
    destination_name: str
    tasks: tuple[Task, ...]
    options: TransferOptions = TransferOptions()
    origin: str = "panel"
    is_cancel_asked: bool = False
    retry_of: str | None = None
    software: dict[str, str] = {}

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the transfer."""
        return self.state in ("succeeded", "failed", "canceled")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it does not progress, or why it failed: whole sentences, each once."""
        texts = (task.reason for task in self.tasks if task.reason)
        sentences = (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts)
        return tuple(dict.fromkeys(sentences))


class TransferPage(msgspec.Struct, frozen=True):
    """The user's transfers, newest first: a page of them, or those that changed.

    :param total: how many transfers the user has, beyond this page.
    :param revision: pass it as ``since`` to get what changes from now on. If it is lower than the
        one passed, the record was replaced, or no longer knows all that was removed since: read
        everything again.
    :param removed: ids of transfers removed since the revision asked for.
    """

    transfers: tuple[Transfer, ...]
    total: int
    revision: int
    removed: tuple[str, ...] = ()


class ClearedTransfers(msgspec.Struct, frozen=True):
    """Transfers that were taken off the record, which can be undone; their receipts stay."""

    ids: tuple[str, ...]
