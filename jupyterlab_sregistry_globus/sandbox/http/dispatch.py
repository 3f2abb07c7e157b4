"""From a socket to a route and back, including faults and the record."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import responses
from typing import Any
from urllib.parse import parse_qs, unquote

from tornado import web
from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError

from ..errors import Refused
from ..faults import Fault
from ..record import Request
from ..services import Services
from .address import check_address
from .raw import write_endlessly, write_half
from .replies import fault_reply, refusal_reply
from .routes import Call, Reply, Routes

log = logging.getLogger(__name__)


@dataclass
class Context:
    """What every request uses."""

    services: Services
    routes: Sequence[Routes]
    fallback: Routes
    port: int = 0
    # Starts every path, such as "/secret". Other paths are refused.
    prefix: str = ""

    @property
    def cookie(self) -> str:
        # Browsers share cookies among the ports of a host.
        return f"globus_sandbox_{self.port}"


class Dispatch(web.RequestHandler):
    """The handler of every path."""

    def initialize(self, context: Context) -> None:
        self.context = context

    async def get(self) -> None:
        await self._serve()

    async def head(self) -> None:
        await self._serve()

    async def post(self) -> None:
        await self._serve()

    async def put(self) -> None:
        await self._serve()

    async def patch(self) -> None:
        await self._serve()

    async def delete(self) -> None:
        await self._serve()

    def check_xsrf_cookie(self) -> None:
        """Not used: pages have a single-use transaction, other routes a bearer token."""

    def log_exception(self, *args: Any) -> None:
        # A client that hung up is not worth a report.
        if not isinstance(args[1], web.HTTPError | asyncio.CancelledError | StreamClosedError):
            super().log_exception(*args)

    async def _serve(self) -> None:
        context = self.context
        request = self.request
        request_id = secrets.token_urlsafe(9)[:9]
        path = unquote(request.path)
        is_known = path.startswith(f"{context.prefix}/")
        path = path.removeprefix(context.prefix) if is_known else "/"
        method = "GET" if request.method == "HEAD" else str(request.method)
        routes, call, reply = self._routes(path), None, None
        fault: Fault | None = None
        try:
            check_address(self.request, is_known=is_known)
            call = self._call(path, method, request_id)
            if routes.name != "control":
                context.services.check_rate(call.authorization)
                fault = context.services.faults.take(method, path, call.query)
            if fault is not None and not fault.after:
                await asyncio.sleep(fault.delay_s)
            if fault is None or fault.after or fault.only_delays:
                reply = await asyncio.to_thread(self._answer, routes, call)
            if fault is not None and fault.after:
                await asyncio.sleep(fault.delay_s)
            if fault is not None and not fault.only_delays:
                reply = fault_reply(fault, routes, call, reply)
        except Refused as refused:
            call = call or self._empty_call(path, method, request_id)
            reply = refusal_reply(refused, routes, call)
        if reply is None:
            reply = Reply(status=500)
        context.services.record.add(_request(routes.name, call, request.body, reply.status, fault))
        await self._send(reply, fault)

    def _routes(self, path: str) -> Routes:
        for routes in self.context.routes:
            if any(expression.fullmatch(path) for _, expression, _, _ in routes.table):
                return routes
        return self.context.fallback

    def _answer(self, routes: Routes, call: Call) -> Reply:
        try:
            function, call.arguments = routes.find(call.method, call.path)
            return function(call)
        except Refused as refused:
            return refusal_reply(refused, routes, call)
        except Exception:
            log.exception("the sandbox failed at %s %s", call.method, call.path)
            broken = Refused(500, "InternalError", "The sandbox failed. Its log says where.")
            return refusal_reply(broken, routes, call)

    def _call(self, path: str, method: str, request_id: str) -> Call:
        call = self._empty_call(path, method, request_id)
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip()
        if not self.request.body:
            return call
        if kind == "application/x-www-form-urlencoded":
            body = self.request.body.decode("utf-8", "replace")
            call.form = {
                name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()
            }
        else:
            try:
                call.document = json.loads(self.request.body)
            except ValueError:
                raise Refused(400, "BadRequest", "The body is not valid JSON") from None
        return call

    def _empty_call(self, path: str, method: str, request_id: str) -> Call:
        request: HTTPServerRequest = self.request
        return Call(
            world=self.context.services.world,
            services=self.context.services,
            method=method,
            path=path,
            base_url=f"http://{request.host}{self.context.prefix}/",
            request_id=request_id,
            query=parse_qs(request.query, keep_blank_values=True),
            form={},
            document=None,
            authorization=request.headers.get("Authorization"),
            browser=self.get_cookie(self.context.cookie),
        )

    async def _send(self, reply: Reply, fault: Fault | None) -> None:
        if fault is not None and fault.breaks_connection:
            await self._break(reply, fault)
            return
        self.set_status(reply.status, responses.get(reply.status, "Unknown"))
        self.set_header("Cache-Control", "no-store")
        for name, value in reply.headers.items():
            self.set_header(name, value)
        if reply.browser is not None:
            if reply.browser:
                self.set_cookie(self.context.cookie, reply.browser, httponly=True, samesite="Lax")
            else:
                self.clear_cookie(self.context.cookie)
        if reply.location is not None:
            self.set_header("Location", reply.location)
        body = _body(reply)
        if reply.html is not None:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.set_header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            )
            # With "no-referrer", a browser would send the page's own form with "Origin: null".
            self.set_header("Referrer-Policy", "same-origin")
            self.set_header("X-Content-Type-Options", "nosniff")
        elif body:
            self.set_header("Content-Type", "application/json")
        if fault is not None and fault.broken_json:
            body = body[: len(body) // 2] + b"\x00}{"
        await self.finish(body or None)

    async def _break(self, reply: Reply, fault: Fault) -> None:
        """Hang up: at once, after half of the promised body, or when the client does."""
        stream = self.detach()
        if fault.endless is not None:
            await write_endlessly(stream, fault.endless)
        if fault.half_body:
            await write_half(stream, reply.status, _body(reply))
        stream.close()


def _body(reply: Reply) -> bytes:
    if reply.html is not None:
        return reply.html.encode()
    if reply.document is None:
        return b""
    return json.dumps(reply.document).encode()


def _request(service: str, call: Call, body: bytes, status: int, fault: Fault | None) -> Request:
    """Return what the record keeps of a request."""
    content: Any = call.form or call.document
    if content is None and body:
        content = f"{len(body)} bytes"
    return Request(
        time=call.world.clock.now(),
        service=service,
        method=call.method,
        path=call.path,
        query=call.query,
        body=content,
        status=status,
        request_id=call.request_id,
        authorization=(call.authorization or "").partition(" ")[0] or None,
        identity=call.caller.identity if call.caller else None,
        client=call.caller.client if call.caller else None,
        fault=fault.route if fault else None,
    )
