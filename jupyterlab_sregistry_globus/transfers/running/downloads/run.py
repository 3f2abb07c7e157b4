"""One run of one download: its images one after the other, each as far as it can get now."""

from __future__ import annotations

import contextlib
import functools
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from ....errors import (
    EndpointFailed,
    ImageChanged,
    ImageNotFound,
    RegistryUnavailable,
    SRegistryGlobusError,
    StoreUnavailable,
    TransferFailed,
)
from ....globus.endpoints import Endpoints
from ....globus.files import EndpointFiles
from ....globus.https import HttpsFiles, RangeRefused
from ....models.endpoints import Endpoint
from ....models.tasks import DownloadedImage
from ....store.files import make_folder
from ....units import human_bytes
from ...outbox import Outbox
from ...staging.changes import Stopped
from ...staging.fetch import Fetched, fetch, part_of
from ...staging.pace import RetryPace, is_too_early
from ...staging.room import RESERVE_BYTES
from ..kept import kept
from .arriving import arrive
from .record import DownloadRecord
from .remotefile import RemoteFile

# So many times in a row it may break off without a new byte.
MAX_FAILURES = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kit:
    """What a run works with."""

    outbox: Outbox
    endpoints: Endpoints
    files: EndpointFiles
    https: HttpsFiles
    pace: RetryPace


class DownloadRun:
    """Brings a download forward, in one thread, while this program has the transfer's lease.

    :param check_running: raises ``Stopped`` if this program ends.
    """

    def __init__(self, kit: Kit, record: DownloadRecord, check_running: Callable[[], None]) -> None:
        self._kit = kit
        self._record = record
        self._check_running = check_running
        self._path = ""

    def run(self) -> None:
        """Bring every image forward. What fails for now is recorded, and tried again later."""
        download = self._record.task()
        try:
            endpoint = self._kit.endpoints.get(download.source_endpoint_id)
            self._kit.https.check(endpoint)
        except SRegistryGlobusError as error:
            for number, image in enumerate(download.images):
                if not image.is_final:
                    self._record.note_failure(number, self._kit.pace, error)
            return
        for number, image in enumerate(download.images):
            if not image.is_final and not is_too_early(image.retry_at):
                self._advance(endpoint, number)

    def keep_going(self) -> None:
        """Renew the leases.

        :raises Stopped: another program holds one, the user canceled, or this program ends.
        """
        self._check_running()
        outbox = self._kit.outbox
        if not outbox.claim(self._record.transfer_id) or not outbox.claim_path(self._path):
            raise Stopped
        if self._record.transfer().is_cancel_asked:
            raise Stopped

    def _advance(self, endpoint: Endpoint, number: int) -> None:
        self._path = self._record.image(number).destination_path
        try:
            self.keep_going()
            self._bring(endpoint, number)
        except SRegistryGlobusError as error:
            # What has ended this program's requests says nothing about the download.
            self._check_running()
            log.info("download of transfer %s: %s", self._record.transfer_id, error.code)
            self._record.note_failure(number, self._kit.pace, error)
        except OSError as error:
            reason = f"{self._path} cannot be written: {error.strerror or error}."
            self._record.note_failure(number, self._kit.pace, StoreUnavailable(reason))
        finally:
            with contextlib.suppress(SRegistryGlobusError):
                self._kit.outbox.release_path(self._path)

    def _bring(self, endpoint: Endpoint, number: int) -> None:
        image = self._record.image(number)
        sync = self._record.transfer().options.sync
        arrival = kept(image, sync, _seconds(image.modified))
        if arrival is not None:
            self._record.note_arrival(number, arrival, also_canceled=False)
            return
        target = Path(self._record.task().folder) / str(number) / image.name
        image = self._confirmed(endpoint, number, target)
        self._check_room(image, target)
        make_folder(target.parent.parent)
        make_folder(target.parent)
        fetched = self._fetched(endpoint, number, image, target)
        self.keep_going()
        # It may have changed while it was read.
        image = self._confirmed(endpoint, number, target)
        arrival = arrive(image, target, fetched, sync, lambda count, size: self.keep_going())
        self._record.note_arrival(number, arrival)

    def _confirmed(self, endpoint: Endpoint, number: int, target: Path) -> DownloadedImage:
        """Return the image as its source has it now; bytes of an earlier file are of no use.

        :raises EndpointFailed: there were such bytes; they are removed.
        """
        image = self._record.image(number)
        entry = self._kit.files.look_at(endpoint.id, image.source_path)
        if entry is None or entry.size_bytes is None:
            raise ImageNotFound(f"{image.source_path} is no longer on {endpoint.display_name}.")
        is_same_time = _seconds(entry.modified) == _seconds(image.modified)
        if is_same_time and entry.size_bytes == image.size_bytes:
            return image
        received = [file for file in (part_of(target), target) if file.exists()]
        for file in received:
            file.unlink()
        image = self._record.replace(
            number, size_bytes=entry.size_bytes, modified=entry.modified, bytes_transferred=0
        )
        if received:
            error = EndpointFailed(
                f"{image.name} has changed on {endpoint.display_name} while it was downloaded. "
                "The download begins anew."
            )
            self._count_failure(number, 0, error)
            raise error
        return image

    def _check_room(self, image: DownloadedImage, target: Path) -> None:
        present = sum(file.stat().st_size for file in (part_of(target), target) if file.exists())
        missing = (image.size_bytes or 0) - present
        folder = Path(image.destination_path).parent
        free = shutil.disk_usage(folder).free - RESERVE_BYTES
        if missing > free:
            raise StoreUnavailable(
                f"{image.name} needs {human_bytes(missing)} more, and {folder} has room for only "
                f"{human_bytes(max(0, free))}. It continues once there is room."
            )

    def _fetched(
        self, endpoint: Endpoint, number: int, image: DownloadedImage, target: Path
    ) -> Fetched:
        """Receive the rest of the bytes, and return what they are."""
        remote = RemoteFile(self._kit.https, endpoint, image.source_path, image.size_bytes or 0)
        receive = functools.partial(
            fetch,
            remote,
            target,
            digest=image.digest,
            size_bytes=image.size_bytes,
            report=_Progress(self._record, number, self.keep_going),
        )
        try:
            try:
                return receive()
            except RangeRefused:
                part_of(target).unlink(missing_ok=True)
                return receive()
        except ImageChanged as error:
            raise ImageChanged(
                f"The content of {image.name} is not what it should be. Choose it again."
            ) from error
        except (RegistryUnavailable, EndpointFailed) as error:
            failure = EndpointFailed(
                f"The download from {endpoint.display_name} was interrupted. It will resume."
                if isinstance(error, RegistryUnavailable)
                else error.message
            )
            self._count_failure(number, image.bytes_transferred, failure)
            raise failure from error

    def _count_failure(self, number: int, before: int, error: SRegistryGlobusError) -> None:
        """Count a failure, and end the image after too many.

        :param before: the bytes that were here when this attempt began.
        :raises TransferFailed: it was one too many.
        """
        self._check_running()
        image = self._record.image(number)
        has_progressed = image.bytes_transferred > before
        failures = 1 if has_progressed else image.failures + 1
        self._record.replace(number, failures=failures)
        if failures >= MAX_FAILURES:
            raise TransferFailed(
                f"{image.name} could not be downloaded in {failures} attempts. The last one: "
                f"{error.message} Retry the transfer later."
            )


class _Progress:
    """Records how far one image is, and at which rate it arrives."""

    def __init__(self, record: DownloadRecord, number: int, keep_going: Callable[[], None]) -> None:
        self._record = record
        self._number = number
        self._keep_going = keep_going
        self._began_at = time.monotonic()
        self._first: int | None = None

    def __call__(self, count: int, size: int | None) -> None:
        self._keep_going()
        if self._first is None:
            self._first = count
        seconds = time.monotonic() - self._began_at
        received = count - self._first
        rate = received / seconds if received and seconds > 0 else None

        def progressed(image: DownloadedImage) -> DownloadedImage:
            return msgspec.structs.replace(
                image,
                state="active",
                problem="",
                retry_at=None,
                bytes_transferred=count,
                bytes_per_second=rate,
            )

        self._record.change_image(self._number, progressed)


def _seconds(modified: str | None) -> float | None:
    if modified is None:
        return None
    try:
        return datetime.fromisoformat(modified).timestamp()
    except ValueError:
        return None
