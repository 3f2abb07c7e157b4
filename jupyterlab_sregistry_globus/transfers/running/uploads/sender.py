"""Send the bytes of one attempt: recorded first, then one PUT to a name of its own."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from ....catalog import Catalog
from ....errors import ImageChanged, ImageNotFound, NotSendable, SRegistryGlobusError
from ....globus.https import HttpsFiles
from ....images.reference import parse
from ....models.endpoints import Endpoint
from ....models.tasks import UploadAttempt, UploadedImage
from ....registry.base import Download
from ....store.files import check_file, make_folder
from ....units import human_bytes
from ...staging.fetch import fetch
from ...staging.room import RESERVE_BYTES
from .contents import Content, DownloadContent, FileContent
from .meter import Meter, RateLimit
from .record import UploadRecord, with_last_attempt, without_leftover
from .temporary import temporary_path

# Registries count downloads, for everyone together.
MAX_DOWNLOADS = 2

# What is not refused is written as an attempt that does not count.
PROBE = "Only checked whether writing is permitted."
PROBED_BYTES = 50_000_000

KeepGoing = Callable[[], None]


class Sender:
    """Sends bytes.

    :param folder: where an image is kept whose upload broke off while it was downloaded.
    """

    def __init__(self, https: HttpsFiles, catalog: Catalog, folder: Path, limit: RateLimit) -> None:
        self._https = https
        self._catalog = catalog
        self._folder = folder
        self._limit = limit

    def content(self, record: UploadRecord, number: int, keep_going: KeepGoing) -> Content:
        """Return the bytes of an image.

        :raises ImageUnreadable: the file is missing or not a regular one.
        :raises ImageChanged: it is not what the plan showed.
        :raises NotSendable: the registry was asked twice already, or there is no room.
        """
        image = record.image(number)
        if image.source_path:
            content = FileContent(Path(image.source_path))
            if content.size_bytes != image.size_bytes:
                raise ImageChanged(
                    f"{image.name} has changed since it was chosen. Choose it again."
                )
            return content
        # Its size is recorded once it is known, which is before the transfer begins.
        size = image.size_bytes or 0
        kept = self._kept(record, number)
        if not check_file(kept):
            download = self._download(image)
            if image.downloads == 0:
                return DownloadContent(download, size, lambda: _count(record, number))
            self._keep(record, number, download, kept, keep_going)
        return FileContent(kept)

    def send(
        self,
        endpoint: Endpoint,
        record: UploadRecord,
        number: int,
        content: Content,
        path: str,
        keep_going: KeepGoing,
    ) -> None:
        """Record an attempt, make its PUT, and record that all bytes were taken.

        :param path: where it writes; no attempt has written there before.
        """
        begun = UploadAttempt(path, time.time())
        record.change_image(
            number,
            lambda image: msgspec.structs.replace(
                image,
                state="active",
                problem="",
                retry_at=None,
                bytes_transferred=0,
                attempts=(*image.attempts, begun),
            ),
        )

        def report(count: int) -> None:
            keep_going()
            record.change_attempt(number, path, lambda image: _progressed(image, count))

        meter = Meter(report, self._limit)
        with content.open() as chunks:
            self._https.upload(
                endpoint, path, meter.passing(chunks), content.size_bytes, lambda count: None
            )
        keep_going()
        digest = meter.digest
        record.change_attempt(
            number,
            path,
            lambda image: with_last_attempt(
                _progressed(image, meter.count), digest=digest, completed_at=time.time()
            ),
        )
        wanted = record.image(number).digest
        if wanted not in (None, digest):
            raise ImageChanged(
                f"The content of {record.image(number).name} does not match its digest. Choose it "
                "again."
            )

    def check_permission(self, endpoint: Endpoint, record: UploadRecord, number: int) -> None:
        """Write an empty file first, and remove it: gigabytes must not be sent to be refused.

        :raises PermissionRefused: the user may not write there.
        """
        path = self.next_path(record, number)
        probe = UploadAttempt(path, time.time(), reason=PROBE)
        record.change_image(
            number,
            lambda image: msgspec.structs.replace(image, attempts=(*image.attempts, probe)),
        )
        self._https.upload(endpoint, path, iter(()), 0, lambda count: None)
        # What can't be removed now is removed with the other attempts.
        with contextlib.suppress(SRegistryGlobusError):
            self._https.delete(endpoint, path)
            record.change_image(number, lambda image: without_leftover(image, path))

    def next_path(self, record: UploadRecord, number: int) -> str:
        """Return the temporary path of the next attempt."""
        image = record.image(number)
        attempt = len(image.attempts) + 1
        return temporary_path(image.destination_path, record.transfer_id, attempt)

    def forget(self, record: UploadRecord, number: int) -> None:
        """Remove what was kept of an image on this host."""
        kept = self._kept(record, number)
        if kept.parent.exists():
            shutil.rmtree(kept.parent, ignore_errors=True)

    def _kept(self, record: UploadRecord, number: int) -> Path:
        return self._folder / f"{record.key}-{number}" / "image"

    def _keep(
        self,
        record: UploadRecord,
        number: int,
        download: Download,
        kept: Path,
        keep_going: KeepGoing,
    ) -> None:
        """Download an image to this host, because streaming it did not work."""
        image = record.image(number)
        make_folder(self._folder)
        free = shutil.disk_usage(self._folder).free - RESERVE_BYTES
        if (image.size_bytes or 0) > free:
            raise NotSendable(
                f"The upload of {image.name} broke off. To try again, it must be downloaded to "
                f"this machine, and {self._folder} has room for only {human_bytes(max(0, free))}."
            )
        _count(record, number)
        make_folder(kept.parent)
        fetch(
            download,
            kept,
            digest=image.digest,
            size_bytes=image.size_bytes,
            report=lambda count, size: keep_going(),
        )

    def _download(self, image: UploadedImage) -> Download:
        reference = image.source.text
        backend, listed = self._catalog.find(reference)
        storage = backend.storage(parse(listed.reference))
        if storage is None or storage.download is None:
            raise ImageNotFound(f"{reference} can no longer be downloaded.")
        return storage.download


def _count(record: UploadRecord, number: int) -> None:
    """Record one more download from the registry, before it begins."""

    def counted(image: UploadedImage) -> UploadedImage:
        if image.downloads >= MAX_DOWNLOADS:
            raise NotSendable(
                f"{image.name} was downloaded from its registry {MAX_DOWNLOADS} times, and could "
                "not be uploaded. Retry the transfer later."
            )
        return msgspec.structs.replace(image, downloads=image.downloads + 1)

    record.change_image(number, counted)


def _progressed(image: UploadedImage, count: int) -> UploadedImage:
    seconds = time.time() - image.attempts[-1].started_at
    rate = count / seconds if seconds > 0 and count else None
    return msgspec.structs.replace(
        with_last_attempt(image, bytes_transferred=count),
        bytes_transferred=count,
        bytes_per_second=rate,
    )
