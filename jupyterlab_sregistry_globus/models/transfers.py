"""Transfers, as the outbox stores them and every face shows them."""

from __future__ import annotations

from typing import Literal

import msgspec

from .plans import TransferOptions
from .tasks import Task

TransferState = Literal["written", "active", "succeeded", "failed", "canceled"]


class Place(msgspec.Struct, frozen=True):
    """Where a transfer brings images: a folder on an endpoint, or of this host.

    :param endpoint_id: None for a folder of this host, into which a download brings them.
    :param path: absolute; None for the endpoint's default folder.
    """

    endpoint_id: str | None
    path: str | None = None


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
    destination: Place
    destination_name: str
    tasks: tuple[Task, ...]
    options: TransferOptions = TransferOptions()
    origin: str = "panel"
    is_cancel_asked: bool = False
    retry_of: str | None = None
    software: dict[str, str] = {}

    @property
    def destination_endpoint_id(self) -> str:
        """The endpoint that receives the images; empty for a folder of this host."""
        return self.destination.endpoint_id or ""

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
