"""The staged route: download beside this host's own endpoint, verify, hand over."""

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
from ...errors import ImageNotFound, SRegistryGlobusError, TransferNotFound
from ...images.inspect import inspect_file
from ...images.reference import parse
from ...models.images import Image
from ...models.plans import PlannedImage
from ...models.transfers import GlobusTask, TaskState, Transfer
from ...registry.base import Download
from ..outbox import Outbox
from ..running.progress import with_task
from .fetch import fetch, hashed
from .room import StagingRoom

log = logging.getLogger(__name__)

Change = Callable[[GlobusTask], GlobusTask]


class Stopped(Exception):
    """The person asked to stop, the lease went to another program, or this one ends."""


class PutOff(Exception):
    """The same image is being downloaded already."""


class Stager:
    """Brings images that only a download reaches to a folder that this host's endpoint serves.

    :param pool: where downloads run.
    :param at_once: how many of its threads they may take; the others wait.
    """

    def __init__(
        self, catalog: Catalog, outbox: Outbox, room: StagingRoom, pool: Executor, *, at_once: int
    ) -> None:
        self._catalog = catalog
        self._outbox = outbox
        self.room = room
        self._pool = pool
        self._at_once = at_once
        # Called now and then while a download runs, and when one has ended.
        self.on_activity: Callable[[], None] = lambda: None
        self.on_ended: Callable[[], None] = lambda: None
        self._running: dict[str, str] = {}
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
        """Have downloads end soon; what they have is kept for the next start."""
        self._is_closed = True

    def advance(self, transfer: Transfer, task: GlobusTask) -> None:
        """See that a task's images are being downloaded, now or after others; returns at once."""
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
                self._pool.submit(self._work, transfer_id, submission_id)

    def _work(self, transfer_id: str, submission_id: str) -> None:
        is_put_off = False
        try:
            self._stage_all(transfer_id, submission_id)
        except Stopped:
            pass
        except PutOff:
            is_put_off = True
        except SRegistryGlobusError as error:
            log.info("transfer %s cannot be staged: %s", transfer_id, error.code)
            self._note(transfer_id, submission_id, error.message, may_go_on=error.retryable)
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            cure = "It goes on once there is room." if is_full else "Check the disk, then retry."
            reason = f"Staging failed: {error.strerror or error}. {cure}"
            self._note(transfer_id, submission_id, reason, may_go_on=is_full)
        except Exception:
            log.exception("transfer %s cannot be staged", transfer_id)
            reason = "Staging failed; the log of the server says why."
            self._note(transfer_id, submission_id, reason, may_go_on=False)
        finally:
            with self._lock:
                del self._running[submission_id]
                if is_put_off:
                    self._put_off[submission_id] = transfer_id
                else:
                    self._waiting.update(self._put_off)
                    self._put_off.clear()
            self.on_ended()
            with contextlib.suppress(RuntimeError):  # the pool may be closed by now
                self._begin()

    def _stage_all(self, transfer_id: str, submission_id: str) -> None:
        if not self._outbox.claim(transfer_id):
            raise Stopped
        before = 0
        for number, image in enumerate(
            _staging(self._outbox.get(transfer_id), submission_id).images
        ):
            path = image.source_path
            with self._path(path):
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
        # The plan put it there; the endpoint's paths are this host's own.
        target = Path(image.source_path)

        def report(count: int, size_bytes: int | None) -> None:
            self._keep_going(transfer_id, str(target))
            self.room.check(target, size_bytes if size_bytes is not None else image.size_bytes)
            self._change(transfer_id, submission_id, _with_progress(before + count))

        self.room.make(target.parent)
        if target.exists():
            fetched = hashed(target, report) if image.digest is None else None
            digest = fetched.digest if fetched else image.digest
            return msgspec.structs.replace(image, digest=digest, size_bytes=target.stat().st_size)
        self.room.check(target, image.size_bytes)
        fetched = fetch(
            self._download(image),
            target,
            digest=image.digest,
            size_bytes=image.size_bytes,
            report=report,
        )
        return _described(
            target,
            msgspec.structs.replace(image, digest=fetched.digest, size_bytes=fetched.size_bytes),
        )

    def _download(self, image: PlannedImage) -> Download:
        reference = str(image.source.reference)
        backend, found = self._catalog.find(reference)
        storage = backend.storage(parse(found.reference))
        if storage is None or storage.download is None:
            raise ImageNotFound(f"{reference} can no longer be downloaded.")
        return storage.download

    @contextlib.contextmanager
    def _path(self, path: str) -> Iterator[None]:
        """Have a path to oneself, among this program's downloads and those of others."""
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
        """Renew the leases; stop where another program has one, or this one ends."""
        if (
            self._is_closed
            or not self._outbox.claim(transfer_id)
            or not self._outbox.claim_path(path)
        ):
            raise Stopped
        self.on_activity()

    def _change(self, transfer_id: str, submission_id: str, change: Change) -> None:
        """Note how the task stands, unless it was canceled in the meantime."""
        try:
            self._outbox.update(
                transfer_id,
                lambda transfer: with_task(transfer, change(_staging(transfer, submission_id))),
            )
        except TransferNotFound:
            raise Stopped from None

    def _note(self, transfer_id: str, submission_id: str, reason: str, *, may_go_on: bool) -> None:
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
    """With what the file's header tells, now that it is here."""
    details = inspect_file(file, Image("", "", "", image.name, ""))
    return msgspec.structs.replace(image, arch=details.image.arch or image.arch, uuid=details.uuid)


def _staging(transfer: Transfer, submission_id: str) -> GlobusTask:
    for task in transfer.tasks:
        is_meant = task.submission_id == submission_id and task.state == "staging"
        if is_meant and not transfer.is_cancel_asked:
            return task
    raise Stopped


def _with_image(number: int, image: PlannedImage) -> Change:
    def change(task: GlobusTask) -> GlobusTask:
        images = (*task.images[:number], image, *task.images[number + 1 :])
        sizes = [one.size_bytes for one in images]
        known = [size for size in sizes if size is not None]
        total = sum(known) if len(known) == len(sizes) else None
        return msgspec.structs.replace(task, images=images, bytes_total=total)

    return change


def _with_progress(count: int) -> Change:
    return lambda task: msgspec.structs.replace(task, bytes_staged=count, reason="", is_stuck=False)
