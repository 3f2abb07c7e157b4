"""Remove the temporary files of uploads, and record which are gone."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import msgspec

from ....errors import LoginNeeded, PermissionRefused, SRegistryGlobusError
from ....globus.endpoints import Endpoints
from ....globus.files import EndpointFiles
from ....globus.https import HttpsFiles
from ....models.endpoints import Endpoint
from ....models.tasks import Upload, UploadedImage
from ....models.transfers import Transfer
from ...outbox import Outbox
from .record import uploads, without_leftover


class Cleanup:
    """Removes temporary files over HTTPS, or else with a Globus delete task."""

    def __init__(
        self, outbox: Outbox, endpoints: Endpoints, files: EndpointFiles, https: HttpsFiles
    ) -> None:
        self._outbox = outbox
        self._endpoints = endpoints
        self._files = files
        self._https = https

    def clean(self, transfer_id: str, key: str, number: int) -> None:
        """Remove what one image no longer needs. What can't be removed now stays listed."""
        with contextlib.suppress(SRegistryGlobusError):
            for task in uploads(self._outbox.get(transfer_id)):
                if task.key == key:
                    self._remove(transfer_id, task, needless(task.images[number]))

    def clean_all(self, transfer: Transfer) -> None:
        """Remove everything that a transfer no longer needs.

        :raises SRegistryGlobusError: something could not be removed.
        """
        for task in uploads(transfer):
            paths = [path for image in task.images for path in needless(image)]
            refusal = self._remove(transfer.id, task, paths)
            if refusal is not None:
                raise refusal

    def _remove(
        self, transfer_id: str, task: Upload, paths: Sequence[str]
    ) -> SRegistryGlobusError | None:
        if not paths:
            return None
        endpoint = self._endpoints.get(task.destination_endpoint_id)
        removed, refusal = self._remove_files(endpoint, paths)

        def cleaned(image: UploadedImage) -> UploadedImage:
            for path in removed:
                image = without_leftover(image, path)
            return image

        def changed(transfer: Transfer) -> Transfer:
            # An upload that has ended changes in this, too.
            tasks = tuple(
                msgspec.structs.replace(task, images=tuple(map(cleaned, task.images)))
                if isinstance(task, Upload)
                else task
                for task in transfer.tasks
            )
            return msgspec.structs.replace(transfer, tasks=tasks)

        self._outbox.update(transfer_id, changed)
        return refusal

    def _remove_files(
        self, endpoint: Endpoint, paths: Sequence[str]
    ) -> tuple[list[str], SRegistryGlobusError | None]:
        """Remove files; return those that are gone, and why the others are not."""
        removed: list[str] = []
        refusal: SRegistryGlobusError | None = None
        for path in paths:
            try:
                self._https.delete(endpoint, path)
                removed.append(path)
            except SRegistryGlobusError as error:
                refusal = error
                if isinstance(error, LoginNeeded) or error.retryable:
                    break
        left = tuple(path for path in paths if path not in removed)
        if left and isinstance(refusal, PermissionRefused):
            # Some servers accept uploads, but delete only through Transfer.
            try:
                self._files.submit_delete(endpoint.id, left)
                removed.extend(left)
            except SRegistryGlobusError as error:
                refusal = error
        return removed, refusal if len(removed) < len(paths) else None


def needless(image: UploadedImage) -> list[str]:
    """Return the temporary paths that may exist and are not needed any more."""
    return [
        attempt.temporary_path
        for attempt in image.attempts
        if attempt.is_leftover and (attempt.reason or image.is_final)
    ]


def has_needless(transfer: Transfer) -> bool:
    """Tell whether a transfer has temporary files to remove."""
    return any(needless(image) for task in uploads(transfer) for image in task.images)
