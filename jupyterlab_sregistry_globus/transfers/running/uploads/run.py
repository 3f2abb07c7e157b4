"""One run of one upload: its images one after the other, each as far as it can get now."""

from __future__ import annotations

import contextlib
import logging
import posixpath
from collections.abc import Callable

from ....errors import (
    EndpointFailed,
    LoginNeeded,
    SRegistryGlobusError,
    TransferConflict,
    TransferFailed,
)
from ....models.endpoints import Endpoint
from ....models.tasks import UploadedImage
from ...staging.changes import Stopped
from ...staging.pace import is_too_early
from ..kept import kept
from .commit import TemporaryLost
from .contents import FileContent
from .kit import Kit
from .naming import Naming
from .proof import Damaged
from .record import UploadRecord, uploads
from .sender import PROBE, PROBED_BYTES

MAX_ATTEMPTS = 5
# So many times an image's size may be sent.
MAX_SENT = 3

log = logging.getLogger(__name__)


class UploadRun:
    """Brings an upload forward, in one thread, while this program has the transfer's lease.

    :param check_running: raises ``Stopped`` if this program ends.
    """

    def __init__(self, kit: Kit, record: UploadRecord, check_running: Callable[[], None]) -> None:
        self._kit = kit
        self._record = record
        self._check_running = check_running
        self._path = ""
        self._own_path: str | None = None
        self._naming = Naming(kit, record, self.keep_going)

    def run(self) -> None:
        """Bring every image forward. What fails for now is recorded, and tried again later."""
        upload = self._record.task()
        try:
            endpoint = self._kit.endpoints.get(upload.destination_endpoint_id)
            self._kit.https.check(endpoint)
        except SRegistryGlobusError as error:
            for number, image in enumerate(upload.images):
                if not image.is_final:
                    self._record.note_failure(number, self._kit.pace, error)
            return
        for number, image in enumerate(upload.images):
            if not image.is_final and not is_too_early(image.retry_at):
                self._advance(endpoint, number)

    def keep_going(self) -> None:
        """Renew the leases.

        :raises Stopped: another program holds one, the user canceled, or this program ends.
        """
        self._check_running()
        upload = self._record.task()
        if not self._kit.outbox.claim(self._record.transfer_id) or not self._kit.outbox.claim_path(
            self._path, upload.destination_endpoint_id
        ):
            raise Stopped
        if self._record.transfer().is_cancel_asked:
            raise Stopped

    def _advance(self, endpoint: Endpoint, number: int) -> None:
        self._path = self._record.image(number).destination_path
        try:
            self.keep_going()
            self._bring(endpoint, number)
        except (TemporaryLost, Damaged) as error:
            self._record.end_attempt(number, str(error))
            self._note_failure(number, EndpointFailed(str(error)))
        except SRegistryGlobusError as error:
            # What has ended this program's requests says nothing about the upload.
            self._check_running()
            log.info("upload of transfer %s: %s", self._record.transfer_id, error.code)
            # What was sent whole need not be sent again, unless it is of no use.
            is_passing = error.retryable or isinstance(error, LoginNeeded)
            if not is_passing or not _is_sent(self._record.image(number)):
                self._record.end_attempt(number, error.message)
            self._note_failure(number, error)
        except Stopped:
            self._abandon(endpoint, number)
            raise
        finally:
            with contextlib.suppress(SRegistryGlobusError):
                self._kit.outbox.release_path(self._path, endpoint.id)
        self._kit.cleanup.clean(self._record.transfer_id, self._record.key, number)

    def _note_failure(self, number: int, error: SRegistryGlobusError) -> None:
        # First, so that nothing is left once the upload has ended.
        self._kit.cleanup.clean(self._record.transfer_id, self._record.key, number)
        self._record.note_failure(number, self._kit.pace, error)

    def _abandon(self, endpoint: Endpoint, number: int) -> None:
        """Remove this run's own file, if another program took over meanwhile."""
        self._check_running()
        if self._own_path is None:
            return
        for task in uploads(self._record.transfer()):
            image = task.images[number]
            if task.key == self._record.key and image.attempts[-1].temporary_path != self._own_path:
                with contextlib.suppress(SRegistryGlobusError):
                    self._kit.https.delete(endpoint, self._own_path)

    def _bring(self, endpoint: Endpoint, number: int) -> None:
        image = self._record.image(number)
        if image.copy_submission_id is not None:
            self._naming.follow_copy(endpoint, number)
            return
        if not _is_sent(image):
            if image.attempts and image.attempts[-1].completed_at is None:
                self._record.end_attempt(number, "The upload was interrupted.")
            if not self._send(endpoint, number):
                return
        image = self._record.image(number)
        if image.proof is None:
            if self._wants_copy(endpoint, image):
                self._naming.begin_copy(number)
                self._naming.follow_copy(endpoint, number)
                return
            proof = self._kit.proofs.check(endpoint, image, lambda count: self.keep_going())
            image = self._record.replace(number, proof=proof)
        self._naming.commit(endpoint, number, image)

    def _send(self, endpoint: Endpoint, number: int) -> bool:
        """Upload the bytes; return False if the sync option keeps what is there."""
        image = self._record.image(number)
        self._check_attempts(image)
        content = self._kit.sender.content(self._record, number, self.keep_going)
        modified_at = content.modified_at if isinstance(content, FileContent) else None
        arrival = kept(image, self._record.transfer().options.sync, modified_at)
        if arrival is not None:
            self._record.note_arrival(number, arrival, also_canceled=False)
            return False
        self._check_other_tasks(endpoint, image)
        path = self._kit.sender.next_path(self._record, number)
        if not image.attempts and content.size_bytes >= PROBED_BYTES:
            self._kit.sender.check_permission(endpoint, self._record, number)
            path = self._kit.sender.next_path(self._record, number)
        self._own_path = path
        self._kit.sender.send(endpoint, self._record, number, content, path, self.keep_going)
        return True

    def _wants_copy(self, endpoint: Endpoint, image: UploadedImage) -> bool:
        """Tell whether Globus is to check the file, and give it its name, by copying it.

        Where files can't be renamed, it is the only way: a PUT to the final name could still be
        writing there when another program has taken over and completed the file.
        """
        return not self._kit.proofs.reads_back(image) or not self._naming.can_rename(
            endpoint, image
        )

    def _check_attempts(self, image: UploadedImage) -> None:
        attempts = [attempt for attempt in image.attempts if attempt.reason != PROBE]
        sent = sum(attempt.bytes_transferred for attempt in attempts)
        size = image.size_bytes or 0
        if len(attempts) >= MAX_ATTEMPTS or (size and sent >= MAX_SENT * size):
            last = attempts[-1].reason
            raise TransferFailed(
                f"{image.name} could not be uploaded in {len(attempts)} attempts. The last "
                f"one: {last} Retry the transfer later."
            )

    def _check_other_tasks(self, endpoint: Endpoint, image: UploadedImage) -> None:
        task_id = self._kit.files.writing_task(endpoint.id, frozenset({image.destination_path}))
        if task_id is not None:
            link = self._kit.copies.view_url(task_id)
            name = posixpath.basename(image.destination_path)
            raise TransferConflict(
                f"A Globus task writes to {name}: {link} The upload begins when it has ended."
            )


def _is_sent(image: UploadedImage) -> bool:
    return bool(image.attempts) and image.attempts[-1].is_complete
