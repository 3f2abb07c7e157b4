"""How a request about a collection's file is answered, cut off and recorded."""

from __future__ import annotations

import asyncio
import secrets
from http.client import responses
from io import FileIO
from typing import Any
from urllib.parse import parse_qs

from tornado import web
from tornado.iostream import IOStream, StreamClosedError

from ..auth.tokens import Caller
from ..errors import Refused
from ..faults import Fault
from ..record import Request
from .collection_replies import Answer, answer_of
from .dispatch import Context
from .raw import write_early


class AnsweringHandler(web.RequestHandler):
    """Answers at any moment of a request, also while its body arrives."""

    def initialize(self, context: Context) -> None:
        self.context = context
        self._request_id = secrets.token_urlsafe(9)[:9]
        self._path = "/"
        self._caller: Caller | None = None
        self._fault: Fault | None = None
        self._upload: FileIO | None = None
        self._moved = 0
        self._is_recorded = False
        self._has_whole_body = False
        self._early: Answer | None = None

    def check_xsrf_cookie(self) -> None:
        """Not used: requests carry a bearer token."""

    def compute_etag(self) -> None:
        """None: Tornado's would be of the body of this answer, not of the file."""

    def log_exception(self, *args: Any) -> None:
        # A client that hung up is not worth a report.
        if not isinstance(args[1], web.HTTPError | asyncio.CancelledError | StreamClosedError):
            super().log_exception(*args)

    async def _refuse(self, refused: Refused) -> None:
        await self._answer(*answer_of(refused, self._request_id))

    async def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._record(status)
        headers = {"Cache-Control": "no-store", **headers, "Content-Length": str(len(body))}
        if self._method == "PUT" and not self._has_whole_body:
            self._close()
            await write_early(self._stream, status, headers, body)
            return
        if not self._has_whole_body:
            # Tornado would hang up, without telling the client, on a request that has not ended.
            self._early = Answer(status, headers, body)
            return
        self.set_status(status, responses.get(status, "Unknown"))
        for name, value in headers.items():
            self.set_header(name, value)
        await self.finish(body if self._method != "HEAD" else None)

    async def _answer_early(self) -> bool:
        """Send an answer that was known before the request had ended; return whether it was."""
        self._has_whole_body = True
        if self._early is not None:
            await self._answer(*self._early)
        return self._early is not None

    def _hang_up(self) -> None:
        self._record(0)
        self._close()
        self._stream.close()

    def _close(self) -> None:
        if self._upload is not None:
            self._upload.close()
            self._upload = None

    def on_connection_close(self) -> None:
        self._record(0)
        self._close()

    def _record(self, status: int) -> None:
        """Keep the request in the record, once. The status 0 means that there was no answer."""
        if self._is_recorded:
            return
        self._is_recorded = True
        services, caller = self.context.services, self._caller
        authorization = self.request.headers.get("Authorization", "")
        services.record.add(
            Request(
                time=services.world.clock.now(),
                service="https",
                method=self._method,
                path=self._path,
                query=parse_qs(self.request.query, keep_blank_values=True),
                body=f"{self._moved} bytes" if self._method == "PUT" else None,
                status=status,
                request_id=self._request_id,
                authorization=authorization.partition(" ")[0] or None,
                identity=caller.identity if caller else None,
                client=caller.client if caller else None,
                fault=self._fault.route if self._fault else None,
            )
        )

    @property
    def _method(self) -> str:
        return str(self.request.method)

    @property
    def _stream(self) -> IOStream:
        stream: IOStream = self.request.connection.stream  # type: ignore[union-attr]
        return stream
