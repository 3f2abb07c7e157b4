"""Requests and replies as plain values, and the table that maps requests to functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..auth.tokens import Caller
from ..errors import Refused
from ..services import Services
from ..world import World


@dataclass
class Call:
    """A request.

    :param base_url: the sandbox's address as the client used it, with a slash at the end.
    :param query: each parameter's values, in their order.
    :param document: the JSON body, or None.
    :param arguments: the parts of the path that the route's pattern matched.
    :param browser: session of the browser; None without its cookie.
    :param caller: the caller, after a route has identified it.
    """

    world: World
    services: Services
    method: str
    path: str
    base_url: str
    request_id: str
    query: dict[str, list[str]]
    form: dict[str, str]
    document: Any
    authorization: str | None
    browser: str | None
    arguments: dict[str, str] = field(default_factory=dict)
    caller: Caller | None = None

    def value(self, name: str) -> str | None:
        """Return a query parameter: the last if it is repeated, or None."""
        values = self.query.get(name)
        return values[-1] if values else None

    def single(self) -> dict[str, str]:
        return {name: values[-1] for name, values in self.query.items() if values}


@dataclass
class Reply:
    """A reply.

    :param document: sent as JSON, unless html is given.
    :param location: where to redirect the browser.
    :param browser: session that the browser stores; "" deletes it.
    """

    document: Any = None
    status: int = 200
    html: str | None = None
    location: str | None = None
    browser: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


Function = Callable[[Call], Reply]
Shape = Callable[[Refused, Call], Any]


class Routes:
    """The routes of one service.

    :param shape: renders an error as the service does.
    """

    def __init__(self, name: str, shape: Shape) -> None:
        self.name = name
        self.shape = shape
        self.table: list[tuple[str, re.Pattern[str], str, Function]] = []

    def add(self, method: str, pattern: str) -> Callable[[Function], Function]:
        """Map a path to a function; `{name}` in the path matches up to the next slash."""
        expression = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(pattern)))

        def join(function: Function) -> Function:
            self.table.append((method, expression, pattern, function))
            return function

        return join

    def find(self, method: str, path: str) -> tuple[Function, dict[str, str]]:
        """Return the function for a request.

        :raises Refused: no route has this path, or this method for it.
        """
        has_path = False
        for route_method, expression, _, function in self.table:
            match = expression.fullmatch(path)
            if match is None:
                continue
            if route_method == method:
                return function, match.groupdict()
            has_path = True
        if has_path:
            raise Refused(405, "MethodNotAllowed", f"{method} is not allowed on {path}")
        raise Refused(404, "NotFound", f"No such route: {path}")
