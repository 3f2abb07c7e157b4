"""A browser's side of HTTP: cookies by host name, no redirect followed unasked."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse


class Browser:
    """Keeps cookies as a browser does: by host name, shared between its ports."""

    def __init__(self) -> None:
        self._client = AsyncHTTPClient()
        self.cookies: dict[str, dict[str, str]] = {}

    async def open(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> HTTPResponse:
        """One request; whatever the answer's status, it is returned."""
        host = str(urlsplit(url).hostname)
        jar = self.cookies.setdefault(host, {})
        sent = dict(headers or {})
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        request = HTTPRequest(
            url,
            method=method,
            headers=sent,
            body=body,
            follow_redirects=False,
            allow_nonstandard_methods=True,
            request_timeout=30,
        )
        answer = await self._client.fetch(request, raise_error=False)
        for line in answer.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                jar[name] = morsel.value
        return answer


def header(answer: HTTPResponse, name: str) -> str:
    """A header's value; an empty text where it is missing."""
    value: Any = answer.headers.get(name, "")
    return str(value)
