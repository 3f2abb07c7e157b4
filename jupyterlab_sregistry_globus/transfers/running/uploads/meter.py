"""Count, hash and slow down the bytes of an upload, as they leave."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator

REPORT_S = 1.0
LONGEST_SLEEP_S = 0.5


class RateLimit:
    """A rate that all uploads of this program share.

    :param bytes_per_second: 0 for no limit.
    """

    def __init__(self, bytes_per_second: int) -> None:
        self._bytes_per_second = bytes_per_second
        self._free_at = 0.0
        self._lock = threading.Lock()

    def reserve(self, count: int) -> float:
        """Reserve the time that so many bytes may take; return when it begins."""
        if not self._bytes_per_second:
            return 0.0
        with self._lock:
            begins_at = max(time.monotonic(), self._free_at)
            self._free_at = begins_at + count / self._bytes_per_second
        return begins_at


class Meter:
    """Counts and hashes bytes on their way.

    :param report: called with the bytes so far, before the first and then about once a second. An
        error that it raises ends the upload.
    """

    def __init__(self, report: Callable[[int], None], limit: RateLimit) -> None:
        self.count = 0
        self._report = report
        self._limit = limit
        self._report_at = 0.0
        self._hasher = hashlib.sha256(usedforsecurity=False)

    def passing(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Return the same chunks."""
        self._report_if_due()
        for chunk in chunks:
            self._wait(len(chunk))
            self._hasher.update(chunk)
            self.count += len(chunk)
            yield chunk
            # A program that lost its lease while it waited must send no more.
            self._report_if_due()

    @property
    def digest(self) -> str:
        """The digest of the bytes so far."""
        return "sha256:" + self._hasher.hexdigest()

    def _wait(self, count: int) -> None:
        begins_at = self._limit.reserve(count)
        while (left_s := begins_at - time.monotonic()) > 0:
            time.sleep(min(left_s, LONGEST_SLEEP_S))
            self._report_if_due()

    def _report_if_due(self) -> None:
        if time.monotonic() >= self._report_at:
            self._report(self.count)
            self._report_at = time.monotonic() + REPORT_S
