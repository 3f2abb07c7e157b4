"""A transfer, as an object in a notebook."""

from __future__ import annotations

import html
from typing import Any

import msgspec

from ...errors import TransferFailed
from ...models.tasks import Task
from ...models.transfers import Transfer
from ...services import Services
from ...text import printable
from .progress import Progress
from .receipts import ReceiptSheet
from .transfertext import describe, outcome

MIME_TYPE = "application/vnd.sregistry-globus.transfer+json"


class TransferHandle:
    """A transfer that draws itself: a live card in JupyterLab, text elsewhere.

    :param transfer: its state as last known, also as ``data``.
    """

    def __init__(self, services: Services, transfer: Transfer) -> None:
        self._services = services
        self._transfer = transfer

    @property
    def id(self) -> str:
        """The transfer's id."""
        return self._transfer.id

    @property
    def data(self) -> Transfer:
        """The transfer as last known, for programs."""
        return self._transfer

    @property
    def transfer(self) -> Transfer:
        """The transfer as the outbox has it now."""
        self._transfer = self._services.transfers.get(self.id)
        return self._transfer

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks, one for each source endpoint."""
        return self.transfer.tasks

    @property
    def status(self) -> str:
        """``written``, ``active``, ``succeeded``, ``failed`` or ``canceled``."""
        return self.transfer.state

    @property
    def receipt(self) -> ReceiptSheet:
        """What arrived and how that was verified; ``.receipt.save(FILE)`` saves it."""
        return ReceiptSheet(self._services.transfers.receipt(self.id))

    def wait(
        self, timeout_s: float | None = None, *, show_progress: bool = False
    ) -> TransferHandle:
        """Wait until the transfer ends. Prints what keeps it from making progress.

        :param timeout_s: stop waiting after this many seconds; the transfer continues. None waits
            without limit.
        :param show_progress: print a line with the progress, too.
        :raises TransferFailed: it failed or was canceled.
        :raises TimeoutError: it has not ended in time.
        """
        progress = Progress(is_quiet=not show_progress)
        self._transfer = self._services.transfers.wait(self.id, timeout_s, progress.show)
        if self._transfer.state != "succeeded":
            raise TransferFailed(f"{self._transfer.label}: {outcome(self._transfer)}")
        return self

    def cancel(self) -> TransferHandle:
        """Cancel the transfer. Files that have already arrived stay.

        :raises TransferFinished: it has ended.
        """
        self._transfer = self._services.transfers.cancel(self.id)
        return self

    def retry(self) -> TransferHandle:
        """Resend the images that did not arrive, or all of them if all arrived.

        :returns: a new transfer.
        :raises TransferActive: this one has not ended.
        :raises ImageChanged: an image's content has changed since.
        """
        return TransferHandle(self._services, self._services.transfers.retry(self.id))

    def __repr__(self) -> str:
        return printable(describe(self._transfer))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        text = repr(self)
        return {
            "text/plain": text,
            "text/html": f"<pre>{html.escape(text)}</pre>",
            MIME_TYPE: {"transfer": msgspec.to_builtins(self._transfer)},
        }
