"""The proof by Globus: a task that copies the temporary file to its final name, with checksums."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ....errors import SRegistryGlobusError
from ....globus.tasks import Item, Tasks
from ....models.plans import TransferOptions
from ....models.tasks import Arrival, UploadedImage
from ...receipts.receipt import UNCHANGED
from ..attempts import MISMATCH

# What shows that two copies do not fit.
_NO_ROOM = frozenset({"NO_SPACE_LEFT", "QUOTA_EXCEEDED"})


@dataclass(frozen=True)
class CopyEnd:
    """How a copy task ended.

    :param arrival: None if it failed.
    :param reason: why it failed.
    :param is_damaged: whether it failed because the checksum was another one.
    """

    arrival: Arrival | None
    reason: str = ""
    is_damaged: bool = False


class Copies:
    """Submits and follows the tasks that copy files on one endpoint."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def new_submission_id(self) -> str:
        """Return the id under which a copy is recorded before it is submitted."""
        return self._tasks.new_submission_id()

    def submit(self, endpoint_id: str, image: UploadedImage, options: TransferOptions) -> str:
        """Submit the copy under its recorded id; return the task's id.

        :raises TransferConflict: a task with the same paths is in progress.
        """
        attempt = image.attempts[-1]
        return self._tasks.submit(
            submission_id=image.copy_submission_id or "",
            source_endpoint_id=endpoint_id,
            destination_endpoint_id=endpoint_id,
            items=[
                Item(
                    attempt.temporary_path,
                    image.destination_path,
                    (attempt.digest or "").removeprefix("sha256:") or None,
                )
            ],
            label=f"Check and name {image.name}"[:128],
            options=msgspec.structs.replace(options, notify=False, preserve_timestamp=True),
        )

    def follow(self, image: UploadedImage) -> CopyEnd | None:
        """Ask Globus about the copy; return None while it is in progress.

        A copy for which there is no room is canceled.
        """
        task_id = image.copy_task_id or ""
        now = self._tasks.ask(task_id)
        if now.status == "FAILED":
            return CopyEnd(None, now.reason, now.failure_code == MISMATCH)
        if now.status != "SUCCEEDED":
            fault = self._tasks.last_fault(task_id) if now.faults else None
            if fault is not None and fault.code in _NO_ROOM:
                self._tasks.cancel(task_id)
            return None
        path, digest = image.destination_path, image.attempts[-1].digest
        for file in self._tasks.arrived(task_id):
            if file.destination_path == path:
                computed = f"sha256:{file.sha256}" if file.sha256 else None
                is_verified = computed == image.digest if computed and image.digest else None
                return CopyEnd(Arrival(path, computed, file.size_bytes, is_verified))
        # Globus compared the file that existed, and found it to be the same.
        return CopyEnd(Arrival(path, digest, image.size_bytes, None, UNCHANGED))

    def view_url(self, task_id: str) -> str:
        """Return the address of the task's page in the Globus web app."""
        return self._tasks.view_url(task_id)

    def cancel(self, image: UploadedImage) -> SRegistryGlobusError | None:
        """End the copy of a canceled upload; return why that was not possible."""
        if image.copy_task_id is None:
            return None
        try:
            self._tasks.cancel(image.copy_task_id)
        except SRegistryGlobusError as error:
            return error
        return None
