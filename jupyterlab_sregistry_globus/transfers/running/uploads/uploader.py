"""The direct route: upload images over HTTPS, a few at a time, in a server's threads."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

import msgspec

from ....errors import SRegistryGlobusError, TransferActive
from ....models.tasks import Upload, UploadedImage
from ....models.transfers import Transfer
from ....net.deadline import CancelGroup
from ...staging.changes import Stopped
from ...staging.pace import is_too_early
from ..workers import Workers
from .cleanup import has_needless
from .commit import TemporaryLost
from .kit import Kit
from .naming import Naming
from .record import UploadRecord, uploads, with_last_attempt
from .run import UploadRun

log = logging.getLogger(__name__)


class Uploader:
    """Uploads images to endpoints over HTTPS.

    :param pool: where uploads run.
    :param at_once: how many of its threads uploads may take; further ones wait.
    :param on_activity: called about once a second while an upload runs, from its thread.
    :param on_ended: called when an upload has ended, from its thread.
    """

    def __init__(
        self,
        kit: Kit,
        pool: Executor,
        *,
        at_once: int,
        on_activity: Callable[[], None] = lambda: None,
        on_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._kit = kit
        self._on_activity = on_activity
        self._on_ended = on_ended
        self._workers = Workers(pool, self._work, self._finish, at_once=at_once)

    @property
    def is_busy(self) -> bool:
        """Whether an upload is running."""
        return self._workers.is_busy

    def close(self) -> None:
        """End uploads at once; the next start begins them anew."""
        self._workers.close()

    def interrupt(self, transfer_id: str) -> None:
        """End what a canceled transfer is waiting for, however silent the other side is."""
        self._workers.interrupt(transfer_id)

    def advance(self, transfer: Transfer) -> None:
        """Work on a transfer's uploads, now or after others, unless it is too early."""
        for task in uploads(transfer):
            is_due = transfer.is_cancel_asked or any(
                not image.is_final and not is_too_early(image.retry_at) for image in task.images
            )
            if not task.is_final and is_due:
                self._workers.add(transfer.id, task.key)

    def clean(self, transfer: Transfer) -> None:
        """Remove the temporary files that a transfer has left at its destination.

        :raises TransferActive: its uploads have not ended.
        :raises SRegistryGlobusError: something could not be removed.
        """
        if any(not task.is_final for task in uploads(transfer)):
            raise TransferActive("This transfer has not ended. Cancel it first.")
        self._kit.cleanup.clean_all(transfer)

    def sweep(self, transfers: list[Transfer]) -> None:
        """Remove what ended uploads have left, because the program was killed meanwhile."""
        for transfer in transfers:
            if transfer.is_finished and has_needless(transfer):
                self._workers.add(transfer.id, f"{transfer.id} leftovers")

    def _work(self, transfer_id: str, key: str, group: CancelGroup) -> None:
        record = UploadRecord(self._kit.outbox, transfer_id, key)
        try:
            if not self._kit.outbox.claim(transfer_id):
                return
            transfer = record.transfer()
            if transfer.is_finished:
                self._kit.cleanup.clean_all(transfer)
            elif not transfer.is_cancel_asked:
                self._run(record, group)
        except Stopped:
            pass
        except SRegistryGlobusError as error:
            log.info("upload of transfer %s stopped: %s", transfer_id, error.code)
        except Exception:
            log.exception("upload of transfer %s failed", transfer_id)
            self._record_defect(record)

    def _run(self, record: UploadRecord, group: CancelGroup) -> None:
        def check_running() -> None:
            if self._workers.is_closed or group.is_canceled:
                raise Stopped
            self._on_activity()

        UploadRun(self._kit, record, check_running).run()

    def _finish(self, transfer_id: str, key: str) -> None:
        """End a canceled upload, and clear what an ended one kept on this host."""
        with contextlib.suppress(Stopped, SRegistryGlobusError):
            if self._kit.outbox.claim(transfer_id):
                self._end(UploadRecord(self._kit.outbox, transfer_id, key))

    def _end(self, record: UploadRecord) -> None:
        transfer = record.transfer()
        if transfer.is_cancel_asked:
            with contextlib.suppress(Stopped):
                for number, image in enumerate(record.task(transfer).images):
                    if not image.is_final:
                        self._cancel(record, number, image)
            self._kit.cleanup.clean_all(record.transfer())
        for task in uploads(record.transfer()):
            if task.key == record.key and task.is_final:
                for number in range(len(task.images)):
                    self._kit.sender.forget(record, number)
                self._on_ended()

    def _cancel(self, record: UploadRecord, number: int, image: UploadedImage) -> None:
        """Cancel one image, unless it has arrived."""
        naming = Naming(self._kit, record, lambda: None)
        with contextlib.suppress(TemporaryLost):
            if naming.has_arrived(number, image):
                return

        def canceled(image: UploadedImage) -> UploadedImage:
            if image.attempts and not image.attempts[-1].reason:
                image = with_last_attempt(image, reason="Canceled.", completed_at=time.time())
            return msgspec.structs.replace(
                image, state="canceled", problem="", bytes_per_second=None, retry_at=None
            )

        record.change_image(number, canceled, also_canceled=True)

    def _record_defect(self, record: UploadRecord) -> None:
        """Record that an upload failed for a reason that only the log has."""

        def failed(upload: Upload) -> Upload:
            problem = "The upload failed. See the server log for details."
            images = tuple(
                image
                if image.is_final
                else msgspec.structs.replace(image, state="failed", problem=problem)
                for image in upload.images
            )
            return msgspec.structs.replace(upload, images=images)

        with contextlib.suppress(Stopped, SRegistryGlobusError):
            record.change(failed, also_canceled=True)
