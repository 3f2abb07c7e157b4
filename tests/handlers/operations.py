"""Every operation of every route, and plain requests to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyterlab_sregistry_globus import handlers

from ..support.browser import Browser, header

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


ALL_ROUTES = [pattern for pattern, _ in handlers.routes()]


def described() -> Iterator[tuple[str, str, Any]]:
    """Path, verb and description of every operation."""
    for pattern, handler in handlers.routes():
        for verb in VERBS:
            operation = getattr(getattr(handler, verb.lower(), None), "operation", None)
            if operation is not None:
                yield filled(pattern), verb, operation


def filled(pattern: str) -> str:
    """A path that a route's pattern matches."""
    return pattern.replace("([^/]+)", "00000000-0000-4000-8000-000000000000")


OPERATIONS = list(described())


WRITING = [(path, verb) for path, verb, _ in OPERATIONS if verb != "GET"]


WITH_BODY = [(path, verb, one.body) for path, verb, one in OPERATIONS if one.body is not None]


WITH_QUERY = [(path, verb, one.query) for path, verb, one in OPERATIONS if one.query is not None]


def token(jp_serverapp: Any) -> str:
    return str(jp_serverapp.identity_provider.token)


async def ask(prefix: str, path: str, verb: str = "GET", **options: Any) -> tuple[int, str]:
    if verb in ("POST", "PUT", "PATCH"):
        options.setdefault("body", "{}")
    answer = await Browser().open(prefix + path, method=verb, **options)
    where = header(answer, "Location") if answer.code == 302 else answer.body.decode()
    return answer.code, where
