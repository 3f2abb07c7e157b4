"""What every route shares: authorization, JSON in and out, errors as HTTP, the worker pools."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..errors import BadRequest, SRegistryGlobusError
from ..models.actions import ErrorBody
from ..net.pools import Pools
from ..services import Services
from .statuses import http_status

AUTH_RESOURCE = "sregistry-globus"
MAX_BODY_BYTES = 4 * 1024 * 1024

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class ServerContext:
    """What the server gives its routes.

    :param pools: where the services run.
    :param on_request: called on the event loop for each authorized request.
    """

    services: Services
    pools: Pools
    on_request: Callable[[], None]


@dataclass(frozen=True)
class Operation:
    """One method of one route, as the OpenAPI file describes it."""

    summary: str
    query: type[msgspec.Struct] | None
    body: type[msgspec.Struct] | None
    answer: type[msgspec.Struct] | None


Verb = Callable[..., Any]


def operation(
    summary: str,
    *,
    query: type[msgspec.Struct] | None = None,
    body: type[msgspec.Struct] | None = None,
    answer: type[msgspec.Struct] | None = None,
    asks_registries: bool = False,
) -> Callable[[Verb], Verb]:
    """Make a plain function a route's method: authenticated, authorized, run in a pool, in JSON.

    The function gets the services, then the path's parts, then the query and the body, each read
    into its struct. It returns the ``answer`` struct, or None for an empty answer.
    """

    def decorate(verb: Verb) -> Verb:
        @web.authenticated
        @authorized
        @functools.wraps(verb)
        async def handle(self: BaseHandler, *path: str) -> None:
            self.context.on_request()
            arguments: list[Any] = list(path)  # decoded by tornado already
            try:
                if query is not None:
                    arguments.append(self.read_query(query))
                if body is not None:
                    arguments.append(self.read_body(body))
                answered = await self.in_pool(
                    asks_registries, _answered, verb, self, self.services, *arguments
                )
            except SRegistryGlobusError as error:
                self.refuse(error)
                return
            if answered is None:
                self.set_status(204)
            self.finish(answered)

        handle.operation = Operation(summary, query, body, answer)  # type: ignore[attr-defined]
        return handle

    return decorate


class BaseHandler(APIHandler):
    """The base of our routes."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, context: ServerContext) -> None:
        self.context = context
        self.request_id = uuid.uuid4().hex[:12]
        # Reads are not activity: an open panel must not keep a hub from culling an idle server.
        self._track_activity = self.request.method != "GET"

    @property
    def services(self) -> Services:
        return self.context.services

    async def in_pool(
        self, asks_registries: bool, work: Callable[..., Result], *arguments: Any
    ) -> Result:
        """Run blocking work in one of the server's pools, so that the event loop never waits.

        :param asks_registries: whether it may wait for registries; they must not stop others.
        """
        pools = self.context.pools
        pool = pools.lookups if asks_registries else pools.globus
        return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)

    def read_query(self, kind: type[msgspec.Struct]) -> Any:
        """Return the query string as a struct; an unknown parameter is an error."""
        given = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        given.pop("_", None)  # some clients add it against caches
        given.pop("token", None)  # Jupyter's own
        unknown = sorted(set(given) - set(kind.__struct_fields__))
        if unknown:
            raise BadRequest(f"Unknown parameter {unknown[0]!r} in the address.")
        try:
            return msgspec.convert(given, kind, strict=False)
        except msgspec.ValidationError as error:
            raise BadRequest(f"A parameter in the address is malformed: {error}.") from error

    def read_body(self, kind: type[msgspec.Struct]) -> Any:
        """Return the JSON body as a struct."""
        if len(self.request.body) > MAX_BODY_BYTES:
            raise BadRequest(f"The request is longer than {MAX_BODY_BYTES} bytes.")
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadRequest(f"The request body is malformed: {error}.") from error

    def refuse(self, error: SRegistryGlobusError) -> None:
        """Answer with an error's status and the one error body."""
        log.info("request %s refused: %s", self.request_id, error.code)
        self.set_status(http_status(error))
        after_s = getattr(error.action, "after_s", None)
        if after_s:
            self.set_header("Retry-After", str(max(1, round(after_s))))
        body = ErrorBody(error.message, error.code, error.retryable, self.request_id, error.action)
        self.finish(_encoded(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer what tornado and Jupyter refuse, and our own faults, with the one error body."""
        cause = (kwargs.get("exc_info") or (None, None, None))[1]
        self.set_header("Content-Type", "application/json")
        if isinstance(cause, web.HTTPError) and status_code < 500:
            message = cause.log_message or cause.reason or "The server refused the request."
            code = "refused"
        else:
            log.error("request %s failed", self.request_id, exc_info=kwargs.get("exc_info"))
            message = f"Internal error. See request {self.request_id} in the server's log."
            code = SRegistryGlobusError.code
        self.finish(_encoded(ErrorBody(message, code, False, self.request_id)))


def _answered(verb: Verb, *arguments: Any) -> bytes | None:
    """Call a verb and encode its answer, which may be megabytes, still in the pool."""
    result = verb(*arguments)
    return None if result is None else _encoded(result)


def _encoded(answer: msgspec.Struct) -> bytes:
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        # File names may contain half of a surrogate pair: JSON can escape it, UTF-8 cannot encode
        # it.
        return json.dumps(msgspec.to_builtins(answer)).encode()
