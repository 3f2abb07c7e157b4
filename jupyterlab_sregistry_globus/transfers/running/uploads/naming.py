"""Give uploaded files their final names: by renaming them, or by a Globus task that copies them."""

from __future__ import annotations

from collections.abc import Callable

from ....errors import TransferFailed, TransferNotFound
from ....globus.files import folder_of
from ....models.endpoints import Endpoint
from ....models.tasks import Arrival, UploadedImage
from .kit import Kit
from .proof import Damaged
from .record import UploadRecord, moved


class Naming:
    """Names the files of one upload.

    :param keep_going: renews the leases, or raises ``Stopped``.
    """

    def __init__(self, kit: Kit, record: UploadRecord, keep_going: Callable[[], None]) -> None:
        self._kit = kit
        self._record = record
        self._keep_going = keep_going

    def can_rename(self, endpoint: Endpoint, image: UploadedImage) -> bool:
        """Tell whether files of the image's folder can be renamed."""
        return self._kit.files.can_rename(endpoint.id, folder_of(image.destination_path))

    def has_arrived(self, number: int, image: UploadedImage) -> bool:
        """Decide whether an image that the user cancels has arrived already; record it if so.

        :raises TemporaryLost: its temporary file is gone.
        """
        endpoint = self._kit.endpoints.get(self._record.task().destination_endpoint_id)
        if image.copy_task_id is not None:
            self._kit.copies.cancel(image)
            end = self._kit.copies.follow(image)
            if end is None or end.arrival is None:
                return False
            self._record.note_arrival(number, end.arrival)
            return True
        if not image.is_committing or not self._kit.commits.has_happened(endpoint, image):
            return False
        self._note_moved(number, image)
        return True

    def commit(self, endpoint: Endpoint, number: int, image: UploadedImage) -> None:
        """Give a checked file its final name.

        :raises NotSendable: something else is there than what the plan showed.
        :raises TemporaryLost: its temporary file is gone.
        """
        has_happened = image.is_committing and self._kit.commits.has_happened(endpoint, image)
        if not has_happened:
            self._kit.commits.check_path(endpoint, image)
            self._keep_going()
            image = self._record.replace(number, is_committing=True)
            self._kit.commits.rename(endpoint, image)
        self._note_moved(number, image)

    def _note_moved(self, number: int, image: UploadedImage) -> None:
        attempt = image.attempts[-1]
        digest = attempt.digest if image.proof == "read_back" else None
        is_verified = digest == image.digest if digest and image.digest else None
        self._record.note_arrival(
            number,
            Arrival(
                image.destination_path,
                digest,
                image.size_bytes,
                is_verified,
                proof=image.proof or "size",
            ),
            also=moved,
        )

    def begin_copy(self, number: int) -> None:
        """Record that Globus is to check the file, and give it its name, by copying it."""
        submission_id = self._kit.copies.new_submission_id()
        self._record.replace(number, copy_submission_id=submission_id)

    def follow_copy(self, endpoint: Endpoint, number: int) -> None:
        """Submit the copy, or see how it is doing.

        :raises Damaged: the checksum is another one.
        """
        image = self._record.image(number)
        if image.copy_task_id is None:
            self._kit.commits.check_path(endpoint, image)
            options = self._record.transfer().options
            task_id = self._kit.copies.submit(endpoint.id, image, options)
            image = self._record.replace(number, copy_task_id=task_id, problem="")
        try:
            end = self._kit.copies.follow(image)
        except TransferNotFound:
            end = None
        if end is None:
            return
        if end.arrival is not None:
            self._record.note_arrival(number, end.arrival)
            return
        if end.is_damaged:
            raise Damaged(end.reason)
        if not self.can_rename(endpoint, image):
            raise TransferFailed(f"Globus could not give {image.name} its name: {end.reason}")
        # Without a copy, only the size is known.
        self._record.replace(number, copy_submission_id=None, copy_task_id=None, proof="size")
        self.commit(endpoint, number, self._record.image(number))
