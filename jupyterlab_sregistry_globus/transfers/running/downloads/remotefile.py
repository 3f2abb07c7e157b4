"""A file of a collection, as something that can be downloaded and resumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from ....globus.https import HttpsFiles
from ....models.endpoints import Endpoint


@dataclass(frozen=True)
class RemoteFile:
    """A file that is read over HTTPS.

    :param size_bytes: as its endpoint lists it.
    """

    https: HttpsFiles
    endpoint: Endpoint
    path: str
    size_bytes: int
    digest: str | None = None
    is_resumable: bool = True

    def open(self, start: int = 0) -> AbstractContextManager[Iterator[bytes]]:
        """Open the bytes from ``start`` on, in chunks.

        :raises RangeRefused: its server does not continue there.
        """
        return self.https.download(self.endpoint, self.path, start, self.size_bytes)
