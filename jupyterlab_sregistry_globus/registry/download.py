"""An image's bytes from a registry's server, for the staged route."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from .http import Stream


class WebDownload:
    """A ``Download`` over HTTP.

    :param begin: asks for the file from a byte on; raises what ``Download.open`` raises.
    :param size_bytes: None until the server says so, which is when it is opened at the latest.
    :param is_resumable: whether the server is known to begin anywhere but at 0.
    """

    def __init__(
        self,
        begin: Callable[[int], AbstractContextManager[Stream]],
        *,
        size_bytes: int | None,
        digest: str | None,
        is_resumable: bool,
    ) -> None:
        self._begin = begin
        self.size_bytes = size_bytes
        self.digest = digest
        self.is_resumable = is_resumable

    @contextlib.contextmanager
    def open(self, start: int = 0) -> Iterator[Iterator[bytes]]:
        """As ``Download.open``; what the server sends from before ``start`` is skipped."""
        with self._begin(start) as stream:
            if not 200 <= stream.status < 300 or stream.start > start:
                raise stream.refused()
            if self.size_bytes is None:
                self.size_bytes = stream.total
            yield _without_first(stream.chunks(), start - stream.start)


def _without_first(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    for chunk in chunks:
        if count >= len(chunk):
            count -= len(chunk)
        else:
            yield chunk[count:]
            count = 0
