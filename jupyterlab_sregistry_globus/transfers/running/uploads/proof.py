"""Find out whether an uploaded file is what was sent."""

from __future__ import annotations

from collections.abc import Callable

from ....globus.files import EndpointFiles
from ....globus.https import HttpsFiles
from ....models.endpoints import Endpoint
from ....models.tasks import Proof, UploadedImage


class Damaged(Exception):
    """The file at the destination is not what was sent."""


class Proofs:
    """Checks temporary files before they get their final names.

    :param read_back_bytes: files up to this size are read back and hashed.
    """

    def __init__(self, files: EndpointFiles, https: HttpsFiles, read_back_bytes: int) -> None:
        self._files = files
        self._https = https
        self._read_back_bytes = read_back_bytes

    def reads_back(self, image: UploadedImage) -> bool:
        """Tell whether the file is small enough to be read back."""
        return image.size_bytes is not None and image.size_bytes <= self._read_back_bytes

    def check(
        self, endpoint: Endpoint, image: UploadedImage, keep_going: Callable[[int], None]
    ) -> Proof:
        """Compare the current attempt's file with what was sent, and return how.

        :param keep_going: called with the bytes so far. An error that it raises ends the check.
        :raises Damaged: it is not the same.
        """
        attempt = image.attempts[-1]
        now = self._files.look_at(endpoint.id, attempt.temporary_path)
        if now is None:
            raise Damaged("The uploaded file is not at the destination.")
        if now.size_bytes != image.size_bytes:
            raise Damaged("The uploaded file has another size at the destination.")
        if not self.reads_back(image):
            return "size"
        digest = self._https.digest(endpoint, attempt.temporary_path, keep_going)
        if digest != attempt.digest:
            raise Damaged("The file, read back, differs from what was uploaded.")
        return "read_back"
