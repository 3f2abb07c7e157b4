"""Disconnect the account while images are being uploaded in its name."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Literal

from ..errors import SRegistryGlobusError, TransferFinished, UploadsActive
from ..models.accounts import Disconnected
from ..models.transfers import Transfer
from .outbox import Outbox
from .running.uploads.record import uploads
from .service import Transfers

# How long a disconnect waits for canceled uploads to remove their files.
CANCEL_S = 15.0
PAUSE_S = 0.1

Choice = Literal["finish", "cancel", "keep"]


class Disconnecting:
    """Decides what becomes of uploads when the user disconnects. The tokens are revoked last.

    :param disconnect: forgets and revokes the tokens.
    """

    def __init__(
        self, outbox: Outbox, transfers: Transfers, disconnect: Callable[[], Disconnected]
    ) -> None:
        self._outbox = outbox
        self._transfers = transfers
        self._disconnect = disconnect
        self._is_pending = False

    def disconnect(self, choice: Choice | None = None) -> Disconnected:
        """Disconnect the account.

        :param choice: for uploads that have not ended. ``finish``: disconnect once they have;
            ``cancel``: cancel them first; ``keep``: they continue after the next login.
        :raises UploadsActive: there are such uploads, and no choice was made.
        """
        active = self._active()
        if active and choice is None:
            raise UploadsActive(
                f"Uploads have not ended: {', '.join(transfer.label for transfer in active)}. "
                "Finish them, cancel them, or keep them for the next login."
            )
        if active and choice == "finish":
            self._is_pending = True
            return Disconnected("", is_revoked=False, is_pending=True)
        if active and choice == "cancel":
            self._cancel(active)
        for transfer in active:
            self._transfers.interrupt(transfer.id)
        return self._disconnect()

    def finish(self) -> Disconnected:
        """Wait until every upload has ended, then disconnect."""
        for transfer in self._active():
            self._transfers.wait(transfer.id)
        self._is_pending = False
        return self._disconnect()

    def check_pending(self) -> None:
        """Disconnect if the user asked for that once the uploads end, and they have."""
        if self._is_pending and not self._active():
            self._is_pending = False
            with contextlib.suppress(SRegistryGlobusError):
                self._disconnect()

    def _active(self) -> list[Transfer]:
        return [
            transfer
            for transfer in self._outbox.unfinished()
            if any(not task.is_final for task in uploads(transfer))
        ]

    def _cancel(self, transfers: list[Transfer]) -> None:
        """Cancel uploads, and wait a little until their temporary files are gone."""
        for transfer in transfers:
            with contextlib.suppress(TransferFinished):
                self._transfers.cancel(transfer.id)
        until = time.monotonic() + CANCEL_S
        while self._active() and time.monotonic() < until:
            for transfer in self._active():
                self._transfers.refresh(transfer.id)
            time.sleep(PAUSE_S)
