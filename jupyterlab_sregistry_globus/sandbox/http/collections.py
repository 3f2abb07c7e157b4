"""The files of collections over HTTPS, streamed in both directions."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import parse_qs

from tornado import web
from tornado.iostream import StreamClosedError

from ..auth.tokens import Caller
from ..errors import Refused
from ..https import access, files
from ..https.pace import Pace
from ..transfer.paths import Place
from .address import check_address
from .collection_answers import AnsweringHandler
from .collection_replies import fault_answer
from .dispatch import Context
from .raw import closed, write_endlessly, write_half

_MOST_BYTES = 1 << 50
_READ_BYTES = 1 << 18
_POLL_S = 0.02


@web.stream_request_body
class Collections(AnsweringHandler):
    """The handler of every path below /https/."""

    SUPPORTED_METHODS = ("GET", "HEAD", "PUT", "DELETE")

    def initialize(self, context: Context) -> None:
        super().initialize(context)
        self._endpoint_id = ""
        self._target: Place | None = None
        self._pace = Pace(None)
        # Where in the content the fault takes effect.
        self._at_bytes = 0

    async def prepare(self) -> None:
        self.request.connection.set_max_body_size(_MOST_BYTES)  # type: ignore[union-attr]
        try:
            await self._begin()
        except Refused as refused:
            await self._refuse(refused)
        except access.LoginPage as page:
            await self._answer(302, {"Location": page.location}, b"")
        except access.Unreachable:
            self._hang_up()

    async def _begin(self) -> None:
        """Check everything that is known before the content."""
        services = self.context.services
        prefix = f"{self.context.prefix}/https/"
        encoded = self.request.path
        check_address(self.request, is_known=encoded.startswith(prefix))
        self._endpoint_id, _, rest = encoded.removeprefix(prefix).partition("/")
        path = access.decode(f"/{rest}")
        self._path = f"/https/{self._endpoint_id}{path}"
        authorization = self.request.headers.get("Authorization")
        services.check_rate(authorization)
        query = parse_qs(self.request.query, keep_blank_values=True)
        fault = self._fault = services.faults.take(self._method, self._path, query)
        if fault is not None:
            self._pace = Pace(fault.bytes_per_second)
            self._at_bytes = fault.at_bytes
            if not fault.after:
                await asyncio.sleep(fault.delay_s)
            if fault.replaces_answer and not (fault.after or fault.at_bytes or fault.stall):
                await self._interrupt()
                return
        want = "w" if self._method in ("PUT", "DELETE") else "r"
        target, self._caller = await asyncio.to_thread(self._open_place, path, want)
        self._target = target
        if fault is not None and fault.changes_file:
            files.change(target)
        if self._method == "PUT":
            if "Content-Range" in self.request.headers:
                raise Refused(400, "BadRequest", "A part of a file can't be written")
            self._upload = files.open_upload(target)
        if fault is not None and fault.stall and not (fault.after or fault.at_bytes):
            await self._interrupt()

    def _open_place(self, path: str, want: str) -> tuple[Place, Caller | None]:
        world = self.context.services.world
        with world.change():
            return access.open_place(
                world,
                self._endpoint_id,
                path,
                want,
                authorization=self.request.headers.get("Authorization"),
                is_script=self.request.headers.get("X-Requested-With") == "XMLHttpRequest",
                base_url=f"http://{self.request.host}{self.context.prefix}/",
            )

    async def data_received(self, chunk: bytes) -> None:
        if self._upload is None:
            return
        try:
            passed = self._passes(len(chunk))
            if passed is not None:
                self._upload.write(chunk[:passed])
                self._moved += passed
                if await self._interrupt():
                    return
                chunk = chunk[passed:]
            self._upload.write(chunk)
        except OSError as error:
            if self._target is not None:
                await self._refuse(files.refusal(error, self._target))
            return
        self._moved += len(chunk)
        await self._pace.wait(self._moved)

    async def put(self) -> None:
        if self._upload is None:
            # It was answered before its body had ended, so nothing more may be sent.
            await closed(self._stream)
            return
        self._close()
        self._has_whole_body = True
        await self._finish_change()

    async def delete(self) -> None:
        if await self._answer_early() or self._target is None:
            return
        try:
            files.delete(self._target)
        except Refused as refused:
            await self._refuse(refused)
            return
        await self._finish_change()

    async def get(self) -> None:
        if await self._answer_early() or self._target is None:
            return
        ignores_range = self._fault is not None and self._fault.ignore_range
        wanted = None if ignores_range else self.request.headers.get("Range")
        try:
            download = files.open_download(self._target, wanted)
        except Refused as refused:
            await self._refuse(refused)
            return
        if self._fault is not None and self._fault.half_body:
            self._at_bytes = download.length // 2
        self._record(206 if download.is_part else 200)
        self.set_status(206 if download.is_part else 200)
        for name, value in {"Cache-Control": "no-store", **download.headers}.items():
            self.set_header(name, value)
        with download.file, suppress(StreamClosedError):
            if self._method == "GET":
                await self._send(download)
            if not self._stream.closed():
                await self.finish()

    async def head(self) -> None:
        await self.get()

    async def _send(self, download: files.Download) -> None:
        left = download.length
        while left:
            chunk = download.file.read(min(_READ_BYTES, left))
            if not chunk:
                # The file has become shorter, so the promised length can't be kept.
                self._hang_up()
                return
            left -= len(chunk)
            passed = self._passes(len(chunk))
            if passed is not None:
                self.write(chunk[:passed])
                await self.flush()
                self._moved += passed
                if await self._interrupt():
                    return
                chunk = chunk[passed:]
            self.write(chunk)
            await self.flush()
            self._moved += len(chunk)
            await self._pace.wait(self._moved)

    async def _finish_change(self) -> None:
        """Answer a PUT or a DELETE that was done, unless a fault loses the answer."""
        fault = self._fault
        if fault is not None and (fault.after or fault.half_body):
            await asyncio.sleep(fault.delay_s)
            if await self._interrupt():
                return
        await self._answer(200, {}, b"")

    def _passes(self, amount: int) -> int | None:
        """Return how much of the next piece passes before the fault takes effect, or None."""
        if self._fault is None:
            return None
        passed = self._at_bytes - self._moved
        return passed if 0 < passed <= amount else None

    async def _interrupt(self) -> bool:
        """Let the fault take effect; return whether the request has ended."""
        fault = self._fault
        if fault is None:
            return False
        if fault.stall:
            await self._stall()
        if fault.vanish:
            self.context.services.change_endpoint(self._endpoint_id, {"unreachable": True})
        if fault.endless is not None:
            await write_endlessly(self._stream, fault.endless)
        if fault.half_body and not self._headers_written:
            await write_half(self._stream, fault.status or 200, b"")
        if fault.breaks_connection or (fault.replaces_answer and self._headers_written):
            self._hang_up()
            return True
        if fault.replaces_answer:
            await self._answer(*fault_answer(fault, self._request_id))
        return fault.replaces_answer

    async def _stall(self) -> None:
        """Wait until the fault was taken away, or the client has hung up."""
        faults = self.context.services.faults
        while not self._stream.closed():
            if all(fault is not self._fault for fault in faults.current()):
                return
            await asyncio.sleep(_POLL_S)
