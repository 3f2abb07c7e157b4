"""A client of the REST routes that fails with what the sandbox saw."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from tornado.httpclient import HTTPClientError

from jupyterlab_sregistry_globus.sandbox import Sandbox

Fetch = Callable[..., Awaitable[Any]]


class Refused(Exception):
    """The server refused; ``body`` is the error body."""

    def __init__(self, status: int, body: dict[str, Any], seen: str) -> None:
        super().__init__(f"{status} {body}\nThe sandbox saw:\n{seen}")
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        return str(self.body["code"])


class Api:
    """Asks routes below ``sregistry-globus/``."""

    def __init__(self, fetch: Fetch, sandbox: Sandbox) -> None:
        self._fetch = fetch
        self._sandbox = sandbox

    async def get(self, *path: str, **query: Any) -> Any:
        return await self._ask("GET", path, params=query)

    async def post(self, *path: str, body: Any = None) -> Any:
        return await self._ask("POST", path, body=json.dumps(body))

    async def delete(self, *path: str) -> Any:
        return await self._ask("DELETE", path)

    async def _ask(self, method: str, path: tuple[str, ...], **arguments: Any) -> Any:
        try:
            answer = await self._fetch(
                "sregistry-globus",
                *(quote(part, safe="") for part in path),
                method=method,
                request_timeout=60,
                **arguments,
            )
        except HTTPClientError as error:
            assert error.response is not None, error
            raise Refused(error.code, json.loads(error.response.body), self.seen()) from None
        return json.loads(answer.body) if answer.body else None

    def seen(self) -> str:
        """What the sandbox was asked, a line each."""
        return "\n".join(f"  {one.method} {one.path} {one.status}" for one in self._sandbox.requests())
