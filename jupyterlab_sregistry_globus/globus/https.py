"""Files of collections over HTTPS: one PUT, GET or DELETE on a collection's own server."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ..errors import EndpointFailed, FolderNotFound
from ..models.endpoints import Endpoint
from ..net.deadline import Deadline
from .httpsrequests import RATE_SPAN_S, HttpsRequests, received

if TYPE_CHECKING:
    import httpx

# For the answer after the last byte: a server may copy the file first.
ANSWER_S = 600.0

Report = Callable[[int], None]


class HttpsFiles:
    """The files that the connected user may read and write over HTTPS."""

    def __init__(self, requests: HttpsRequests) -> None:
        self._requests = requests

    def check(self, endpoint: Endpoint) -> None:
        """Refuse an endpoint that can't be used over HTTPS now. Makes no request to it.

        :raises EndpointNotUsable: it does not offer HTTPS.
        :raises ConsentRequired: no token for it is stored; carries the login to offer.
        """
        self._requests.check(endpoint)

    def upload(
        self,
        endpoint: Endpoint,
        path: str,
        chunks: Iterable[bytes],
        size_bytes: int,
        report: Report,
    ) -> None:
        """Write a file with one PUT, in one try. What its chunks raise is passed on.

        :param report: called with the bytes so far, after each chunk.
        :raises NotSendable: the endpoint is full, or a proxy refuses so long a file.
        :raises PermissionRefused: the user may not write there.
        :raises EndpointFailed: the connection broke, or the server failed.
        """
        with self._requests.deadline() as deadline:
            body = _paced(chunks, deadline, report)
            headers = {"Content-Length": str(size_bytes)}
            with self._requests.answer("PUT", endpoint, path, deadline, body=body, headers=headers):
                pass

    def delete(self, endpoint: Endpoint, path: str) -> None:
        """Delete a file; a missing one is fine.

        :raises PermissionRefused: the user may not delete there.
        """
        with (
            self._requests.deadline() as deadline,
            contextlib.suppress(FolderNotFound),
            self._requests.answer("DELETE", endpoint, path, deadline),
        ):
            pass

    def digest(self, endpoint: Endpoint, path: str, report: Report) -> str:
        """Read a file and return its digest, without a copy on disk.

        :param report: called with the bytes so far, after each chunk.
        :raises FolderNotFound: it does not exist.
        """
        hasher, count = hashlib.sha256(usedforsecurity=False), 0
        with (
            self._requests.deadline() as deadline,
            self._requests.answer("GET", endpoint, path, deadline) as response,
        ):
            for chunk in received(response, endpoint, deadline):
                hasher.update(chunk)
                count += len(chunk)
                report(count)
        return "sha256:" + hasher.hexdigest()

    @contextlib.contextmanager
    def download(
        self, endpoint: Endpoint, path: str, start: int, size_bytes: int
    ) -> Iterator[Iterator[bytes]]:
        """Open a file from a byte on, in chunks.

        :param size_bytes: of the whole file; the answer must agree.
        :raises RangeRefused: the server does not continue at that byte.
        :raises EndpointFailed: the file has another size now, or the server failed.
        :raises FolderNotFound: it does not exist.
        """
        headers = {"Range": f"bytes={start}-"} if start else {}
        with (
            self._requests.deadline() as deadline,
            self._requests.answer("GET", endpoint, path, deadline, headers=headers) as response,
        ):
            _check_range(response, endpoint, start, size_bytes)
            yield received(response, endpoint, deadline)


class RangeRefused(Exception):
    """A server sends a whole file, or another part than was asked for."""


def _check_range(response: httpx.Response, endpoint: Endpoint, start: int, size: int) -> None:
    wanted = f"bytes {start}-{size - 1}/{size}"
    if start and (
        response.status_code != 206 or response.headers.get("content-range", "") != wanted
    ):
        raise RangeRefused
    length = response.headers.get("content-length", "")
    # Without a length, the bytes are counted as they arrive.
    if response.status_code not in (200, 206) or length not in ("", str(size - start)):
        raise EndpointFailed(
            f"{endpoint.display_name} sends another file than it lists. It may have changed."
        )


def _paced(chunks: Iterable[bytes], deadline: Deadline, report: Report) -> Iterator[bytes]:
    """Yield the chunks, with a deadline for each of them; the clock stops while they are made."""
    count = 0
    deadline.pause()
    for chunk in chunks:
        deadline.resume()
        deadline.renew(RATE_SPAN_S)
        yield chunk
        deadline.pause()
        count += len(chunk)
        report(count)
    deadline.resume()
    deadline.renew(ANSWER_S)
