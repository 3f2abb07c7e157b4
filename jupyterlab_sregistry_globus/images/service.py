"""What faces ask about one image: its metadata and its digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..models.images import DigestState, Image, ImageDetails
from ..models.sources import EndpointSource, FileSource, ImageSource, Source
from .hashing import Hasher
from .inspect import inspect_file
from .localfiles import LocalFiles


class ImageFinder(Protocol):
    """Finds images in the registries."""

    def inspect(self, reference: str) -> ImageDetails:
        """Return an image's metadata, as far as it can be read without fetching the image.

        :raises ImageNotFound: there is no such image.
        """

    def find_local(self, reference: str) -> tuple[Image, Path | None]:
        """Return an image, and its file if that is on this host.

        :raises ImageNotFound: there is no such image.
        """


class Images:
    """Answers questions about one image, in a registry or on this host.

    :param finder: where images in registries are found.
    :param files: which files of this host may be read.
    """

    def __init__(self, finder: ImageFinder, files: LocalFiles, hasher: Hasher) -> None:
        self._finder = finder
        self._files = files
        self._hasher = hasher

    @property
    def files_refusal(self) -> str:
        """Why no file of this host may be sent by its relative path. Empty if some may."""
        return self._files.refusal

    def inspect(self, source: ImageSource | FileSource) -> ImageDetails:
        """Return an image's metadata.

        :raises ImageNotFound: there is no such image.
        :raises PathNotAllowed: the file may not be read.
        """
        if isinstance(source, ImageSource):
            return self._finder.inspect(source.reference)
        file = self._files.resolve(source.path)
        status = file.stat()
        row = Image(
            *("", "", "", file.name, "", status.st_size, status.st_mtime),
            digest=self._hasher.state(file).digest,
        )
        return inspect_file(file, row)

    def digest(self, source: Source) -> DigestState:
        """Return an image's digest as far as it is known; compute nothing.

        :raises ImageNotFound: there is no such image.
        """
        return self._digest(source, self._hasher.state)

    def compute_digest(self, source: Source) -> DigestState:
        """Start computing the digest of an image on this host, in the background.

        :raises ImageNotFound: there is no such image.
        """
        return self._digest(source, self._hasher.start)

    def cancel_digest(self, source: Source) -> DigestState:
        """Stop computing an image's digest.

        :raises ImageNotFound: there is no such image.
        """
        return self._digest(source, self._hasher.cancel)

    def close(self) -> None:
        """Stop computing digests."""
        self._hasher.close()

    def _digest(self, source: Source, act: Callable[[Path], DigestState]) -> DigestState:
        if isinstance(source, EndpointSource):
            return DigestState("unavailable")
        if isinstance(source, FileSource):
            return act(self._files.resolve(source.path))
        image, file = self._finder.find_local(source.reference)
        if image.digest is not None:
            return DigestState("known", image.digest)
        return DigestState("unavailable") if file is None else act(file)
