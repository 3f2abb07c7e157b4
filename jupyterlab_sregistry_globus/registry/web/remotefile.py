"""Reads parts of a file on a registry's server, for an image's metadata."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

from ...errors import ImageUnreadable
from .answers import Stream

BLOCK_BYTES = 64 * 1024
# Header, table of contents and a few texts. More is not worth the wait.
LIMIT_BYTES = 2 * 1024 * 1024


def open_remote(fetch: Callable[[int, int], bytes], size_bytes: int) -> BinaryIO:
    """Open a file and fetch only the blocks that are read.

    :param fetch: returns bytes from an offset on, at most this many; fewer only at the file's end.
    """
    return io.BufferedReader(_Remote(fetch, size_bytes), BLOCK_BYTES)


def open_stream(
    begin: Callable[[int], AbstractContextManager[Stream]], size_bytes: int
) -> BinaryIO:
    """Open a file, as ``open_remote``, that a server streams from any offset on.

    :param begin: requests the file from a byte on.
    """

    def fetch(start: int, count: int) -> bytes:
        with begin(start) as stream:
            if not 200 <= stream.status < 300 or stream.start != start:
                raise stream.refused()
            content = bytearray()
            for chunk in stream.chunks():
                content += chunk
                if len(content) >= count:
                    break
            return bytes(content)

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
        count = min(len(view), self._size_bytes - self._at)
        if count <= 0:
            return 0
        if count > self._left:
            raise ImageUnreadable("The image's metadata is too large to show.")
        content = self._fetch(self._at, count)[:count]
        self._left -= len(content)
        self._at += len(content)
        view[: len(content)] = content
        return len(content)
