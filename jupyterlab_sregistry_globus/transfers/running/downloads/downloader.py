"""Pulls over HTTPS: download images, a few at a time, in a server's threads."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from ....errors import SRegistryGlobusError
from ....models.tasks import Download, DownloadedImage
from ....models.transfers import Transfer
from ....net.deadline import CancelGroup
from ...staging.changes import Stopped
from ...staging.pace import is_too_early
from ..workers import Workers
from .record import FOLDER_PREFIX, DownloadRecord, downloads
from .run import DownloadRun, Kit

log = logging.getLogger(__name__)


class Downloader:
    """Downloads images over HTTPS into folders of this host.

    :param pool: where downloads run.
    :param at_once: how many of its threads downloads may take; further ones wait.
    :param on_activity: called about once a second while a download runs, from its thread.
    :param on_ended: called when a download has ended, from its thread.
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
        """Whether a download is running."""
        return self._workers.is_busy

    def close(self) -> None:
        """End downloads at once; the next start resumes them."""
        self._workers.close()

    def interrupt(self, transfer_id: str) -> None:
        """End what a canceled transfer is waiting for, however silent the other side is."""
        self._workers.interrupt(transfer_id)

    def advance(self, transfer: Transfer) -> None:
        """Work on a transfer's downloads, now or after others, unless it is too early."""
        for task in downloads(transfer):
            if task.is_final or not _is_here(task):
                continue
            if transfer.is_cancel_asked or any(
                not image.is_final and not is_too_early(image.retry_at) for image in task.images
            ):
                self._workers.add(transfer.id, task.key)

    def sweep(self, transfers: list[Transfer]) -> None:
        """Remove what ended downloads have left, because the program was killed meanwhile."""
        for transfer in transfers:
            for task in downloads(transfer):
                if task.is_final and _is_here(task):
                    remove_unfinished(task)

    def _work(self, transfer_id: str, key: str, group: CancelGroup) -> None:
        def check_running() -> None:
            if self._workers.is_closed or group.is_canceled:
                raise Stopped
            self._on_activity()

        record = DownloadRecord(self._kit.outbox, transfer_id, key)
        try:
            if self._kit.outbox.claim(transfer_id) and not record.transfer().is_cancel_asked:
                DownloadRun(self._kit, record, check_running).run()
        except Stopped:
            pass
        except SRegistryGlobusError as error:
            log.info("download of transfer %s stopped: %s", transfer_id, error.code)
        except Exception:
            log.exception("download of transfer %s failed", transfer_id)
            self._end_all(record, "failed", "The download failed. See the server log for details.")

    def _finish(self, transfer_id: str, key: str) -> None:
        """End a canceled download, and remove the unfinished files of an ended one."""
        record = DownloadRecord(self._kit.outbox, transfer_id, key)
        with contextlib.suppress(Stopped, SRegistryGlobusError):
            if not self._kit.outbox.claim(transfer_id):
                return
            if record.transfer().is_cancel_asked:
                self._end_all(record, "canceled", "")
            for task in downloads(record.transfer()):
                if task.key == key and task.is_final:
                    remove_unfinished(task)
                    self._on_ended()

    def _end_all(self, record: DownloadRecord, state: str, problem: str) -> None:
        """Record the end of every image that has not ended yet."""

        def ended(download: Download) -> Download:
            images = tuple(
                image if image.is_final else _ended(image, state, problem)
                for image in download.images
            )
            return msgspec.structs.replace(download, images=images)

        with contextlib.suppress(Stopped, SRegistryGlobusError):
            record.change(ended, also_canceled=True)


def remove_unfinished(task: Download) -> None:
    """Remove the folder of a download's unfinished files."""
    folder = Path(task.folder)
    # The record is a file that users can change: only a folder of our own is removed.
    if folder.name == f"{FOLDER_PREFIX}{task.key}" and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


def _is_here(task: Download) -> bool:
    """Tell whether this computer has the folder; another one of a cluster may not."""
    return task.host == socket.gethostname() or Path(task.folder).parent.is_dir()


def _ended(image: DownloadedImage, state: str, problem: str) -> DownloadedImage:
    return msgspec.structs.replace(
        image, state=state, problem=problem, bytes_per_second=None, retry_at=None
    )
