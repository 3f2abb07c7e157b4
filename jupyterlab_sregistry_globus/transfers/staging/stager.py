"""The staged route: download into a folder that this host's endpoint serves, verify, hand over."""

from __future__ import annotations

import contextlib
import errno
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from ...catalog import Catalog
from ...errors import (
    ImageChanged,
    ImageNotFound,
    NotSendable,
    SRegistryGlobusError,
    StoreUnavailable,
    TransferNotFound,
)
from ...images.reference import parse
from ...models.plans import PlannedImage
from ...models.tasks import GlobusTask
from ...models.transfers import Transfer
from ...net.deadline import CancelGroup
from ...registry.base import Download
from ...store.files import check_file
from ..outbox import Outbox
from ..running.progress import with_task
from . import changes
from .changes import Change, Stopped
from .fetch import fetch, hashed, part_of
from .pace import RetryPace, is_too_early
from .room import StagingRoom, size_of

log = logging.getLogger(__name__)


class PutOff(Exception):
    """The same image is being downloaded already."""


class Stager:
    """Downloads images into a folder that this host's endpoint serves.

    :param pool: where downloads run.
    :param at_once: how many of its threads downloads may take; further ones wait.
    :param pace: how long to wait after a failed try.
    :param on_activity: called about once a second while a download runs, from its thread.
    :param on_ended: called when a download has ended, but not if it will be tried again, from its
        thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        outbox: Outbox,
        room: StagingRoom,
        pool: Executor,
        *,
        at_once: int,
        pace: RetryPace,
        on_activity: Callable[[], None] = lambda: None,
        on_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._catalog = catalog
        self._outbox = outbox
        self._room = room
        self._pool = pool
        self._at_once = at_once
        self._pace = pace
        self._on_activity = on_activity
        self._on_ended = on_ended
        self._running: dict[str, str] = {}
        self._requests: dict[str, CancelGroup] = {}
        self._waiting: dict[str, str] = {}
        self._put_off: dict[str, str] = {}
        self._paths: set[str] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a download is running."""
        return bool(self._running)

    def close(self) -> None:
        """End downloads at once; what they have is kept for the next start."""
        self._is_closed = True
        with self._lock:
            groups = list(self._requests.values())
        for group in groups:
            group.cancel()

    def interrupt(self, transfer_id: str) -> None:
        """End what a canceled transfer is waiting for, however silent its registry is."""
        with self._lock:
            groups = [
                self._requests[submission_id]
                for submission_id, running_id in self._running.items()
                if running_id == transfer_id
            ]
        for group in groups:
            group.cancel()

    def advance(self, transfer: Transfer, task: GlobusTask) -> None:
        """Download a task's images, now or after others, unless it is too early for another try."""
        if is_too_early(task.retry_at):
            return
        with self._lock:
            if task.submission_id not in self._running:
                self._waiting.setdefault(task.submission_id, transfer.id)
        self._begin()

    def _begin(self) -> None:
        with self._lock:
            while self._waiting and len(self._running) < self._at_once and not self._is_closed:
                submission_id = next(iter(self._waiting))
                transfer_id = self._waiting.pop(submission_id)
                self._running[submission_id] = transfer_id
                self._requests[submission_id] = CancelGroup()
                self._pool.submit(self._work, transfer_id, submission_id)

    def _work(self, transfer_id: str, submission_id: str) -> None:
        is_put_off = is_to_be_retried = False
        requests = self._requests[submission_id]
        try:
            with requests.entered():
                self._stage_all(transfer_id, submission_id)
        except Stopped:
            pass
        except PutOff:
            is_put_off = True
        except SRegistryGlobusError as error:
            if not requests.is_canceled:
                log.info("staging of transfer %s failed: %s", transfer_id, error.code)
                is_to_be_retried = error.retryable
                self._record_failure(transfer_id, submission_id, error.message, error)
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            next_step = (
                "It continues once there is room." if is_full else "Check the disk, then retry."
            )
            reason = f"Staging failed: {error.strerror or error}. {next_step}"
            is_to_be_retried = is_full
            cause = StoreUnavailable(reason) if is_full else None
            self._record_failure(transfer_id, submission_id, reason, cause)
        except Exception:
            log.exception("staging of transfer %s failed", transfer_id)
            reason = "Staging failed. See the server log for details."
            self._record_failure(transfer_id, submission_id, reason, None)
        finally:
            with self._lock:
                del self._running[submission_id]
                del self._requests[submission_id]
                if is_put_off:
                    self._put_off[submission_id] = transfer_id
                else:
                    self._waiting.update(self._put_off)
                    self._put_off.clear()
            if not is_put_off and not is_to_be_retried:
                self._on_ended()
            with contextlib.suppress(RuntimeError):  # the pool may be closed by now
                self._begin()

    def _stage_all(self, transfer_id: str, submission_id: str) -> None:
        if not self._outbox.claim(transfer_id):
            raise Stopped
        before = 0
        images = changes.staging_task(self._outbox.get(transfer_id), submission_id).images
        for number, image in enumerate(images):
            with self._claimed(image.path_here):
                done = self._stage(transfer_id, submission_id, number, before)
            before += done.size_bytes or 0
            self._change(transfer_id, submission_id, changes.with_image(number, done))
        self._change(
            transfer_id,
            submission_id,
            lambda task: msgspec.structs.replace(
                changes.progressed(task, before, new_bytes=changes.MUCH_BYTES),
                state="written",
                bytes_total=before,
            ),
        )

    def _stage(
        self, transfer_id: str, submission_id: str, number: int, before: int
    ) -> PlannedImage:
        image = changes.staging_task(self._outbox.get(transfer_id), submission_id).images[number]
        target = Path(image.path_here)
        present = size_of(part_of(target))

        def report(count: int, size_bytes: int | None) -> None:
            nonlocal image
            self._keep_going(transfer_id, str(target))
            if size_bytes is not None and size_bytes != image.size_bytes:
                # Remembered, so that the next try asks the registry only if there is room.
                image = msgspec.structs.replace(image, size_bytes=size_bytes)
                self._change(transfer_id, submission_id, changes.with_image(number, image))
            self._check_room(target, image.size_bytes)
            self._change(
                transfer_id,
                submission_id,
                lambda task: changes.progressed(task, before + count, new_bytes=count - present),
            )

        self._room.make(target.parent)
        if check_file(target):
            fetched = hashed(target, report) if image.digest is None else None
            digest = fetched.digest if fetched else image.digest
            return msgspec.structs.replace(image, digest=digest, size_bytes=target.stat().st_size)
        self._check_room(target, image.size_bytes)
        try:
            fetched = fetch(
                self._download(image),
                target,
                digest=image.digest,
                size_bytes=image.size_bytes,
                report=report,
            )
        except ImageChanged:
            # Whoever chooses the image again must get what the registry has now.
            self._catalog.forget(image.source.text)
            raise
        return changes.described(
            target,
            msgspec.structs.replace(image, digest=fetched.digest, size_bytes=fetched.size_bytes),
        )

    def _check_room(self, target: Path, size_bytes: int | None) -> None:
        try:
            self._room.check(target, size_bytes)
        except NotSendable:
            # What can't be completed must not take the room of others.
            part_of(target).unlink(missing_ok=True)
            raise

    def _download(self, image: PlannedImage) -> Download:
        reference = image.source.text
        backend, listed = self._catalog.find(reference)
        storage = backend.storage(parse(listed.reference))
        if storage is None or storage.download is None:
            raise ImageNotFound(f"{reference} can no longer be downloaded.")
        return storage.download

    @contextlib.contextmanager
    def _claimed(self, path: str) -> Iterator[None]:
        """Hold a path exclusively, among this program's downloads and those of other programs."""
        with self._lock:
            if path in self._paths:
                raise PutOff
            self._paths.add(path)
        try:
            if not self._outbox.claim_path(path):
                raise PutOff
            try:
                yield
            finally:
                self._outbox.release_path(path)
        finally:
            with self._lock:
                self._paths.discard(path)

    def _keep_going(self, transfer_id: str, path: str) -> None:
        """Renew the leases; stop if another program holds one, or this one is ending."""
        if (
            self._is_closed
            or not self._outbox.claim(transfer_id)
            or not self._outbox.claim_path(path)
        ):
            raise Stopped
        self._on_activity()

    def _change(self, transfer_id: str, submission_id: str, change: Change) -> None:
        """Record a change of the task, unless it was canceled in the meantime."""
        try:
            self._outbox.update(
                transfer_id,
                lambda transfer: with_task(
                    transfer, change(changes.staging_task(transfer, submission_id))
                ),
            )
        except TransferNotFound:
            raise Stopped from None

    def _record_failure(
        self, transfer_id: str, submission_id: str, reason: str, cause: SRegistryGlobusError | None
    ) -> None:
        """Record why a download ended, and when it is tried again, if another try may help.

        :param cause: None if no other try will help.
        """

        with contextlib.suppress(Stopped, SRegistryGlobusError):
            self._change(transfer_id, submission_id, changes.failed(reason, cause, self._pace))
