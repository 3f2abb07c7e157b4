"""The beginning of a file at a registry, read by pieces, for what an image says about itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

from ...errors import ImageUnreadable
from .answers import Stream

BLOCK_BYTES = 64 * 1024
# Header, table of contents and a few texts; what lies beyond is not worth the wait.
LIMIT_BYTES = 2 * 1024 * 1024


def open_remote(fetch: Callable[[int, int], bytes], size_bytes: int) -> BinaryIO:
    """A file of which only those blocks are fetched that are read.

    :param fetch: bytes from a place on, at most so many; fewer only at the file's end.
    """
    return io.BufferedReader(_Remote(fetch, size_bytes), BLOCK_BYTES)


def open_stream(
    begin: Callable[[int], AbstractContextManager[Stream]], size_bytes: int
) -> BinaryIO:
    """As ``open_remote``, for what a server streams from any place on.

    :param begin: asks for the file from a byte on.
    """

    def fetch(start: int, count: int) -> bytes:
        with begin(start) as stream:
            if not 200 <= stream.status < 300 or stream.start != start:
                raise stream.refused()
            found = bytearray()
            for chunk in stream.chunks():
                found += chunk
                if len(found) >= count:
                    break
            return bytes(found)

    return open_remote(fetch, size_bytes)


class _Remote(io.RawIOBase):
    def __init__(self, fetch: Callable[[int, int], bytes], size_bytes: int) -> None:
        self._fetch = fetch
        self._size_bytes = size_bytes
        self._at = 0
        self._left = LIMIT_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        wanted = min(len(view), self._size_bytes - self._at)
        if wanted <= 0:
            return 0
        if wanted > self._left:
            raise ImageUnreadable("The image says more about itself than can be fetched for this.")
        found = self._fetch(self._at, wanted)[:wanted]
        self._left -= len(found)
        self._at += len(found)
        view[: len(found)] = found
        return len(found)
