"""Give an uploaded file its final name, once, and never over a file that the plan did not show."""

from __future__ import annotations

import posixpath

from ....errors import FolderNotFound, GlobusUnavailable, NotSendable
from ....globus.files import EndpointFiles
from ....globus.https import HttpsFiles
from ....models.endpoints import Endpoint, FolderEntry
from ....models.tasks import UploadedImage


class TemporaryLost(Exception):
    """The temporary file is gone, and its content is not at the final path."""


class Commits:
    """Moves temporary files to their final names."""

    def __init__(self, files: EndpointFiles, https: HttpsFiles) -> None:
        self._files = files
        self._https = https

    def check_path(self, endpoint: Endpoint, image: UploadedImage) -> None:
        """Look at the final path before the file gets its name.

        :raises NotSendable: something else is there than what the plan showed.
        """
        now = self._files.look_at(endpoint.id, image.destination_path)
        # An earlier try may have removed the file that is to be replaced.
        is_removed = now is None and image.is_committing
        if not is_removed and not is_same(image.existing, now):
            raise _changed(image)

    def has_happened(self, endpoint: Endpoint, image: UploadedImage) -> bool:
        """Decide whether a rename took place whose answer was lost.

        :raises TemporaryLost: the temporary file is gone, and so is its content.
        """
        temporary = image.attempts[-1].temporary_path
        if self._files.look_at(endpoint.id, temporary) is not None:
            return False
        now = self._files.look_at(endpoint.id, image.destination_path)
        is_new = now is not None and (image.existing is None or not is_same(image.existing, now))
        if now is not None and is_new and now.size_bytes == image.size_bytes:
            return True
        raise TemporaryLost("The uploaded file has disappeared from the destination.")

    def rename(self, endpoint: Endpoint, image: UploadedImage) -> None:
        """Rename the current attempt's file, and replace what the plan said is to be replaced.

        :raises NotSendable: something else has the name by now.
        :raises TemporaryLost: the temporary file is gone.
        :raises GlobusUnavailable: the outcome is unknown.
        """
        temporary, final = image.attempts[-1].temporary_path, image.destination_path
        try:
            if self._files.rename(endpoint.id, temporary, final):
                return
            if image.existing is None:
                raise _changed(image)
            # Globus does not rename over a file. The new one is complete and checked by now, but
            # what is deleted must be what the user saw.
            self.check_path(endpoint, image)
            self._https.delete(endpoint, final)
            if not self._files.rename(endpoint.id, temporary, final):
                raise _changed(image)
        except (FolderNotFound, GlobusUnavailable):
            if not self.has_happened(endpoint, image):
                raise


def is_same(planned: FolderEntry | None, now: FolderEntry | None) -> bool:
    """Tell whether a path has what the plan showed, by type, size and time."""
    if planned is None or now is None:
        return planned is now
    # An accented letter of the name may be spelled either way, so names are not compared.
    return (planned.type, planned.size_bytes, planned.modified) == (
        now.type,
        now.size_bytes,
        now.modified,
    )


def _changed(image: UploadedImage) -> NotSendable:
    folder, name = posixpath.split(image.destination_path)
    fact = "appeared in" if image.existing is None else "has changed in"
    return NotSendable(
        f"A file {name} {fact} {folder} during the upload. Check it, then retry the transfer."
    )
