"""A client of the REST routes that fails with what the sandbox saw."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from .secrets import TRAIL


class Refused(Exception):
    """The server refused; ``body`` is the error body."""

    def __init__(self, status: int, body: dict[str, Any], seen: str) -> None:
        super().__init__(f"{status} {body}\nThe sandbox saw:\n{seen}")
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def message(self) -> str:
        return str(self.body["message"])


class Api:
    """Asks routes below ``sregistry-globus/``, as the front end does.

    :param url: the Jupyter server's address with its base_url.
    :param token: Jupyter's own.
    """

    def __init__(self, url: str, token: str, sandbox: Sandbox) -> None:
        self.url = url
        self._token = token
        self._sandbox = sandbox
        self.answers: list[str] = []

    async def get(self, *path: str, **query: Any) -> Any:
        return await self._ask("GET", path, query)

    async def post(self, *path: str, body: Any = None) -> Any:
        return await self._ask("POST", path, body=json.dumps(body))

    async def delete(self, *path: str, **query: Any) -> Any:
        return await self._ask("DELETE", path, query)

    async def jupyter(self, path: str) -> Any:
        """One of Jupyter's own routes."""
        return await self._fetch("GET", self.url + path, None)

    async def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        query: dict[str, Any] | None = None,
        body: str | None = None,
    ) -> Any:
        parts = [quote(part, safe="") for part in path]
        url = self.url + "/".join(["sregistry-globus", *parts])
        if query:
            url += "?" + urlencode(query)
        return await self._fetch(method, url, body)

    async def _fetch(self, method: str, url: str, body: str | None) -> Any:
        request = HTTPRequest(
            url,
            method=method,
            headers={"Authorization": f"token {self._token}"},
            body=body,
            request_timeout=60,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        text = answer.body.decode()
        self.answers.append(text)
        TRAIL.say(f"answer to {method} {url}", text)
        if answer.code >= 400:
            raise Refused(answer.code, json.loads(text), self.seen())
        return json.loads(text) if text else None

    def seen(self) -> str:
        """What the sandbox was asked, a line each."""
        return "\n".join(
            f"  {one.method} {one.path} {one.status}" for one in self._sandbox.requests()
        )
