"""Answers of a registry's server: whole ones, and those that are still arriving."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ...errors import RegistryUnavailable
from .refusals import refusal
from .server import Respondent, Server

if TYPE_CHECKING:
    import httpx

    from ...net.deadline import Deadline

Parsed = TypeVar("Parsed")

# The slowest accepted download is about a kilobyte a second, measured over a minute.
RATE_BYTES = 64 * 1024
RATE_SPAN_S = 60.0

# Sizes of more digits are no sizes.
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)
_CONTENT_LENGTH = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    :param headers: looked up regardless of case.
    :param body: may contain secrets, so it is never shown.
    """

    server: Server
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The type of the body, such as ``application/json``, without parameters; may be empty."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def read(self, kind: type[Parsed]) -> Parsed:
        """Read the body as JSON of this type. Members that the type does not have are dropped.

        :raises RegistryUnavailable: the body is something else.
        """
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self.server.unreadable() from None

    def refused(self, *, has_token: bool | None = None) -> RegistryUnavailable:
        """Make the error for a status other than success, if the registry has no better one.

        :param has_token: whether a token was sent; None if the registry takes other credentials.
        """
        return refusal(str(self.server), self.status, self.headers, has_token=has_token)


class Stream:
    """An answer whose body is still arriving.

    :param start: where in the file the body begins.
    :param total: the whole file's size in bytes; None if the server does not say.
    """

    def __init__(
        self,
        server: Server,
        response: httpx.Response,
        deadline: Deadline,
        respondent: Respondent | None = None,
    ) -> None:
        self._server = server
        self._respondent = respondent or Respondent(server)
        self._response = response
        self._deadline = deadline
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.start, self.total = _extent(self.status, response.headers)

    def refused(self) -> RegistryUnavailable:
        """Make the error, as ``Answer.refused``."""
        respondent = self._respondent
        if respondent.is_storage and self.status < 500:
            # Not the credentials of the registry's entry: those are never sent there.
            return respondent.unavailable(f"did not send the file (status {self.status}).")
        return refusal(str(respondent), self.status, self.headers)

    @property
    def is_from_storage(self) -> bool:
        """Whether it comes from another host than the registry's own."""
        return self._respondent.is_storage

    def chunks(self) -> Iterator[bytes]:
        """Read the body, as sent.

        :raises RegistryUnavailable: the connection breaks, or the server stops sending.
        """
        with self._server.translating(self._respondent):
            yield from self._paced()

    def _paced(self) -> Iterator[bytes]:
        """Read the body, with a deadline for each RATE_BYTES rather than for the whole.

        The clock stops while the caller uses a chunk. Stops at the last byte, if the size is known:
        the end of a chunked answer might never arrive.
        """
        from ...net.httpx import chunks

        deadline = self._deadline
        left_bytes = None if self.total is None else self.total - self.start
        due_bytes = RATE_BYTES
        deadline.renew(RATE_SPAN_S)
        for chunk in chunks(self._response, deadline):
            due_bytes -= len(chunk)
            if due_bytes <= 0:
                due_bytes = RATE_BYTES
                deadline.renew(RATE_SPAN_S)
            deadline.pause()
            yield chunk
            deadline.resume()
            if left_bytes is not None:
                left_bytes -= len(chunk)
                if left_bytes <= 0:
                    return


def _extent(status: int, headers: Mapping[str, str]) -> tuple[int, int | None]:
    """Return where in a file an answer's body begins, and the file's size."""
    part = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if status == 206 and part is not None:
        return int(part[1]), int(part[2]) if part[2] != "*" else None
    length = _CONTENT_LENGTH.fullmatch(headers.get("content-length", ""))
    return 0, int(length[0]) if status == 200 and length is not None else None
