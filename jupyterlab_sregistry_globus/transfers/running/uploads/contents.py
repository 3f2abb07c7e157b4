"""The bytes of an image to upload: a file of this host, or a download from its registry."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from ....errors import ImageChanged, ImageUnreadable, RegistryUnavailable, SRegistryGlobusError
from ....registry.base import Download
from ....store.regular import open_regular

CHUNK_BYTES = 1024 * 1024


class Content(Protocol):
    """Bytes to upload.

    :param size_bytes: how many there are.
    """

    size_bytes: int

    def open(self) -> AbstractContextManager[Iterator[bytes]]:
        """Open the bytes, in chunks. The last one comes only if the source has not changed.

        :raises ImageChanged: the source has changed in the meantime.
        """


class FileContent:
    """A file of this host, which must not change while it is sent.

    :raises ImageUnreadable: it is missing, not readable, or not a regular file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._naming():
            status = path.stat()
        self.size_bytes = status.st_size
        self.modified_at = status.st_mtime

    @contextlib.contextmanager
    def open(self) -> Iterator[Iterator[bytes]]:
        """Open the file once; as ``Content.open``."""
        with self._naming():
            file = open_regular(self._path)
        with file:
            before = _identity(os.fstat(file.fileno()))
            if before[0] != self.size_bytes:
                raise self._changed()

            def chunks() -> Iterator[bytes]:
                left = self.size_bytes
                while left:
                    with self._naming():
                        chunk = file.read(min(CHUNK_BYTES, left))
                    left -= len(chunk)
                    if not chunk or (not left and self._is_other(file.fileno(), before)):
                        raise self._changed()
                    yield chunk

            yield chunks()

    def _is_other(self, descriptor: int, before: tuple[int, ...]) -> bool:
        """Tell whether the file has changed, or another one has its name."""
        try:
            named = _identity(self._path.stat())
        except OSError:
            return True
        return not _identity(os.fstat(descriptor)) == before == named

    def _changed(self) -> ImageChanged:
        return ImageChanged(f"{self._path.name} changed while it was uploaded. Choose it again.")

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImageUnreadable(
                f"{self._path} cannot be read: {error.strerror or error}."
            ) from error


class DownloadContent:
    """A download that passes through this host without touching its disk.

    An interrupted download is resumed, while the upload continues.

    :param before_open: called before each request to the registry. An error that it raises ends
        the upload.
    """

    def __init__(
        self, download: Download, size_bytes: int, before_open: Callable[[], None]
    ) -> None:
        self._download = download
        self._before_open = before_open
        self.size_bytes = size_bytes

    @contextlib.contextmanager
    def open(self) -> Iterator[Iterator[bytes]]:
        """Begin the download; as ``Content.open``."""
        chunks = self._chunks()
        try:
            yield chunks
        finally:
            chunks.close()

    def _chunks(self) -> Generator[bytes, None, None]:
        sent = 0
        broken: SRegistryGlobusError | None = None
        while sent < self.size_bytes:
            if broken is not None and not (self._download.is_resumable and broken.retryable):
                raise broken
            self._before_open()
            try:
                with self._download.open(sent) as chunks:
                    for chunk in chunks:
                        sent += len(chunk)
                        if sent > self.size_bytes:
                            raise ImageChanged(
                                "The image is larger than its registry says. Choose it again."
                            )
                        yield chunk
                broken = RegistryUnavailable("The download was interrupted.")
            except RegistryUnavailable as error:
                broken = error


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev
