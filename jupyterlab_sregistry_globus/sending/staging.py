"""The staged route: download beside this host's own endpoint, verify, hand over, remove."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from ..catalog import Catalog
from ..errors import ImageChanged, ImageNotFound, SRegistryGlobusError
from ..globus.local import LocalEndpoint
from ..images.reference import parse
from ..models.plans import PlannedImage
from ..models.sends import Send, SendTask
from ..registry.base import Download
from ..units import human_bytes
from .outbox import Outbox
from .progress import is_finished, with_task

FOLDER_NAME = "sregistry-globus-staging"
PART = ".part"
REPORT_S = 1.0
# What a disk must keep free beside the images, so that other programs can go on.
RESERVE_BYTES = 256 * 1024 * 1024
HASH_CHUNK_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


class Canceled(Exception):
    """The person asked to stop, or the lease went to another program."""


class Stager:
    """Brings images that only a download reaches to a folder that this host's endpoint serves.

    :param folder: the setting; None takes a folder of its own in the first writable folder that
        Connect Personal serves.
    :param limit_bytes: how much may lie there at once; None bounds it by the disk alone.
    :param pool: where downloads run.
    :param on_activity: called now and then while a download runs.
    """

    def __init__(
        self,
        catalog: Catalog,
        outbox: Outbox,
        local: LocalEndpoint,
        pool: Executor,
        *,
        folder: Path | None,
        limit_bytes: int | None,
        on_activity: Callable[[], None] = lambda: None,
    ) -> None:
        self._catalog = catalog
        self._outbox = outbox
        self._local = local
        self._pool = pool
        self._folder = folder
        self._limit_bytes = limit_bytes
        self.on_activity = on_activity
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def folder(self) -> Path | None:
        """Where images are staged; None where no folder on this host is served and writable."""
        if self._folder is not None:
            return self._folder
        for shared in self._local.folders():
            if shared.is_writable and os.access(shared.folder, os.W_OK):
                return shared.folder / FOLDER_NAME
        return None

    def path(self, content_key: str, name: str) -> Path | None:
        """Where an image is staged: the same for every send of the same content, to be shared."""
        folder = self.folder()
        if folder is None:
            return None
        return folder / hashlib.sha256(content_key.encode()).hexdigest()[:16] / name

    def shortage(self, wanted_bytes: int) -> str:
        """Why there is no room for so much more, in words; empty if there is.

        What unfinished sends have still to download counts as taken.
        """
        folder = self.folder()
        if folder is None:
            return "No folder of this machine is served by a Globus endpoint and writable."
        pending = sum(self._missing_bytes(send) for send in self._outbox.unfinished())
        place = folder if folder.exists() else folder.parent
        free = shutil.disk_usage(place).free - RESERVE_BYTES - pending
        if self._limit_bytes is not None:
            staged = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            free = min(free, self._limit_bytes - staged - pending)
        if wanted_bytes <= free:
            return ""
        return (
            f"Staging needs {human_bytes(wanted_bytes)}, and {place} has room for "
            f"{human_bytes(max(0, free))}. Send fewer images at once, or free some space."
        )

    def advance(self, send: Send, task: SendTask) -> None:
        """See that a task's images are being downloaded; returns at once."""
        with self._lock:
            if task.submission_id in self._running:
                return
            self._running.add(task.submission_id)
        self._pool.submit(self._work, send.id, task)

    def sweep(self, sends: Iterable[Send]) -> None:
        """Remove what no send needs any more: all but what is unfinished, or failed and may be retried."""
        folder = self.folder()
        if folder is None or not folder.is_dir():
            return
        needed = {
            Path(image.source_path).parent.name
            for send in sends
            if not is_finished(send) or send.state == "failed"
            for task in send.tasks
            for image in task.images
            if image.route == "staged"
        }
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink() and entry.name not in needed:
                shutil.rmtree(entry, ignore_errors=True)

    def _work(self, send_id: str, task: SendTask) -> None:
        try:
            done = self._stage_all(send_id, task)
        except Canceled:
            return
        except SRegistryGlobusError as error:
            log.info("send %s cannot be staged: %s", send_id, error.code)
            done = msgspec.structs.replace(
                task,
                state="staging" if error.retryable else "failed",
                reason=error.message,
                is_stuck=error.retryable,
            )
        except OSError as error:
            reason = f"Staging failed: {error.strerror}. Check the disk, then retry."
            done = msgspec.structs.replace(task, state="failed", reason=reason)
        finally:
            with self._lock:
                self._running.discard(task.submission_id)
        with contextlib.suppress(SRegistryGlobusError):
            self._outbox.update(send_id, lambda send: with_task(send, done))

    def _stage_all(self, send_id: str, task: SendTask) -> SendTask:
        images, before = [], 0
        for image in task.images:
            staged = self._stage(send_id, task, image, before)
            images.append(staged)
            before += staged.size_bytes or 0
        return msgspec.structs.replace(
            task,
            images=tuple(images),
            state="written",
            reason="",
            is_stuck=False,
            bytes_staged=before,
            bytes_total=before,
        )

    def _stage(
        self, send_id: str, task: SendTask, image: PlannedImage, before: int
    ) -> PlannedImage:
        # The plan put it there; the endpoint's paths are this host's own.
        target = Path(image.source_path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists():
            download = self._download(image)
            part = target.with_name(target.name + PART)
            self._fetch(download, part, lambda count: self._report(send_id, task, before + count))
            digest = "sha256:" + _sha256(part)
            wanted = image.digest or download.digest
            if wanted is not None and digest != wanted:
                part.unlink()
                raise ImageChanged(
                    f"{image.name} came with another content than its registry names. Send it "
                    "again; if that does not help, tell the registry's administrator."
                )
            part.replace(target)
        digest = image.digest or "sha256:" + _sha256(target)
        return msgspec.structs.replace(image, digest=digest, size_bytes=target.stat().st_size)

    def _download(self, image: PlannedImage) -> Download:
        reference = str(image.source.reference)
        backend, found = self._catalog.find(reference)
        storage = backend.storage(parse(found.reference))
        if storage is None or storage.download is None:
            raise ImageNotFound(f"{reference} can no longer be downloaded.")
        return storage.download

    def _fetch(self, download: Download, part: Path, report: Callable[[int], None]) -> None:
        start = part.stat().st_size if part.exists() and download.is_resumable else 0
        if download.size_bytes is not None and start > download.size_bytes:
            start = 0
        count, next_report = start, 0.0
        if start and start == download.size_bytes:
            return
        with part.open("r+b" if start else "wb") as file, download.open(start) as chunks:
            file.seek(start)
            file.truncate()
            for chunk in chunks:
                file.write(chunk)
                count += len(chunk)
                if time.monotonic() >= next_report:
                    report(count)
                    next_report = time.monotonic() + REPORT_S
            file.flush()
            os.fsync(file.fileno())

    def _report(self, send_id: str, task: SendTask, count: int) -> None:
        """Note the progress and renew the lease; stop where either says so."""
        if not self._outbox.claim(send_id):
            raise Canceled
        now = msgspec.structs.replace(task, bytes_staged=count, reason="", is_stuck=False)
        if self._outbox.update(send_id, lambda send: with_task(send, now)).is_cancel_asked:
            raise Canceled
        self.on_activity()

    def _missing_bytes(self, send: Send) -> int:
        return sum(
            max(0, (task.bytes_total or 0) - task.bytes_staged)
            for task in send.tasks
            if task.state == "staging"
        )


def _sha256(path: Path) -> str:
    hasher = hashlib.sha256(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()
