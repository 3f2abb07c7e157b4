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
from ...errors import ImageChanged, ImageNotFound, SRegistryGlobusError, TransferNotFound
from ...images.inspect import inspect_file
from ...images.reference import parse
from ...models.images import Image
from ...models.plans import PlannedImage
from ...models.tasks import GlobusTask, TaskState
from ...models.transfers import Transfer
from ...net.deadline import CancelGroup
from ...registry.base import Download
from ...store.files import check_file
from ..outbox import Outbox
from ..running.progress import globus_tasks, with_task
from .fetch import fetch, hashed
from .room import StagingRoom

log = logging.getLogger(__name__)

Change = Callable[[GlobusTask], GlobusTask]


class Stopped(Exception):
    """The user canceled, another program holds the lease, or this program is ending."""


class PutOff(Exception):
    """The same image is being downloaded already."""


class Stager:
    """Downloads images into a folder that this host's endpoint serves.

    :param pool: where downloads run.
    :param at_once: how many of its threads downloads may take; further ones wait.
    :param on_activity: called about once a second while a download runs, from its thread.
    :param on_ended: called when a download has ended, from its thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        outbox: Outbox,
        room: StagingRoom,
        pool: Executor,
        *,
        at_once: int,
        on_activity: Callable[[], None] = lambda: None,
        on_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._catalog = catalog
        self._outbox = outbox
        self._room = room
        self._pool = pool
        self._at_once = at_once
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
        """Download a task's images, now or after others; return at once."""
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
        is_put_off = False
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
                self._record_failure(
                    transfer_id, submission_id, error.message, may_go_on=error.retryable
                )
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            next_step = (
                "It continues once there is room." if is_full else "Check the disk, then retry."
            )
            reason = f"Staging failed: {error.strerror or error}. {next_step}"
            self._record_failure(transfer_id, submission_id, reason, may_go_on=is_full)
        except Exception:
            log.exception("staging of transfer %s failed", transfer_id)
            reason = "Staging failed. See the server log for details."
            self._record_failure(transfer_id, submission_id, reason, may_go_on=False)
        finally:
            with self._lock:
                del self._running[submission_id]
                del self._requests[submission_id]
                if is_put_off:
                    self._put_off[submission_id] = transfer_id
                else:
                    self._waiting.update(self._put_off)
                    self._put_off.clear()
            self._on_ended()
            with contextlib.suppress(RuntimeError):  # the pool may be closed by now
                self._begin()

    def _stage_all(self, transfer_id: str, submission_id: str) -> None:
        if not self._outbox.claim(transfer_id):
            raise Stopped
        before = 0
        images = _staging(self._outbox.get(transfer_id), submission_id).images
        for number, image in enumerate(images):
            with self._claimed(image.source_path):
                done = self._stage(transfer_id, submission_id, image, before)
            before += done.size_bytes or 0
            self._change(transfer_id, submission_id, _with_image(number, done))
        self._change(
            transfer_id,
            submission_id,
            lambda task: msgspec.structs.replace(
                task,
                state="written",
                reason="",
                is_stuck=False,
                bytes_staged=before,
                bytes_total=before,
            ),
        )

    def _stage(
        self, transfer_id: str, submission_id: str, image: PlannedImage, before: int
    ) -> PlannedImage:
        # The plan chose the path; Connect Personal's paths are those of this host.
        target = Path(image.source_path)

        def report(count: int, size_bytes: int | None) -> None:
            self._keep_going(transfer_id, str(target))
            self._room.check(target, size_bytes if size_bytes is not None else image.size_bytes)
            self._change(transfer_id, submission_id, _with_progress(before + count))

        self._room.make(target.parent)
        if check_file(target):
            fetched = hashed(target, report) if image.digest is None else None
            digest = fetched.digest if fetched else image.digest
            return msgspec.structs.replace(image, digest=digest, size_bytes=target.stat().st_size)
        self._room.check(target, image.size_bytes)
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
        return _described(
            target,
            msgspec.structs.replace(image, digest=fetched.digest, size_bytes=fetched.size_bytes),
        )

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
                lambda transfer: with_task(transfer, change(_staging(transfer, submission_id))),
            )
        except TransferNotFound:
            raise Stopped from None

    def _record_failure(
        self, transfer_id: str, submission_id: str, reason: str, *, may_go_on: bool
    ) -> None:
        state: TaskState = "staging" if may_go_on else "failed"
        with contextlib.suppress(Stopped, SRegistryGlobusError):
            self._change(
                transfer_id,
                submission_id,
                lambda task: msgspec.structs.replace(
                    task, state=state, reason=reason, is_stuck=may_go_on
                ),
            )


def _described(file: Path, image: PlannedImage) -> PlannedImage:
    """Return the image with what the header of the downloaded file says."""
    details = inspect_file(file, Image("", "", "", image.name, ""))
    return msgspec.structs.replace(image, arch=details.image.arch or image.arch, uuid=details.uuid)


def _staging(transfer: Transfer, submission_id: str) -> GlobusTask:
    for task in globus_tasks(transfer):
        is_staging = task.submission_id == submission_id and task.state == "staging"
        if is_staging and not transfer.is_cancel_asked:
            return task
    raise Stopped


def _with_image(number: int, image: PlannedImage) -> Change:
    def change(task: GlobusTask) -> GlobusTask:
        images = (*task.images[:number], image, *task.images[number + 1 :])
        sizes = [each.size_bytes for each in images]
        known = [size for size in sizes if size is not None]
        total = sum(known) if len(known) == len(sizes) else None
        return msgspec.structs.replace(task, images=images, bytes_total=total)

    return change


def _with_progress(count: int) -> Change:
    return lambda task: msgspec.structs.replace(task, bytes_staged=count, reason="", is_stuck=False)
