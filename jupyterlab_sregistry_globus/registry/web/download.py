"""Downloads of images from a registry's server, for the staged route."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from .answers import Stream


class WebDownload:
    """A ``Download`` over HTTP.

    :param begin: requests the file from a byte on. It raises what ``Download.open`` raises.
    :param size_bytes: None if only the server knows.
    :param is_resumable: whether the server is known to start after byte 0.
    :param measure: asks the server for the size, when it is first read. None if that would cost
        too much.
    """

    def __init__(
        self,
        begin: Callable[[int], AbstractContextManager[Stream]],
        *,
        size_bytes: int | None,
        digest: str | None,
        is_resumable: bool,
        measure: Callable[[], int | None] | None = None,
    ) -> None:
        self._begin = begin
        self._size_bytes = size_bytes
        self._measure = measure
        self.digest = digest
        self.is_resumable = is_resumable

    @property
    def size_bytes(self) -> int | None:
        """Return the file's size; None until the download reveals it."""
        if self._size_bytes is None and self._measure is not None:
            self._size_bytes, self._measure = self._measure(), None
        return self._size_bytes

    @contextlib.contextmanager
    def open(self, start: int = 0) -> Iterator[Iterator[bytes]]:
        """Open the bytes, as ``Download.open``. Skips what the server sends before ``start``."""
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(self._begin(start))
            if stream.status == 416 and start:
                # The file ends there, or the server does not support ranges.
                stream = stack.enter_context(self._begin(0))
            if not 200 <= stream.status < 300 or stream.start > start:
                raise stream.refused()
            if stream.total is not None:
                self._size_bytes = stream.total
            yield _without_first(stream.chunks(), start - stream.start)


def _without_first(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    for chunk in chunks:
        if count >= len(chunk):
            count -= len(chunk)
        else:
            yield chunk[count:]
            count = 0
