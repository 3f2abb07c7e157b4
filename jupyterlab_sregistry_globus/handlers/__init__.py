"""The REST routes. Each method reads its arguments and calls one service."""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import JupyterHandler

from . import account, catalog, endpoints, status, transfers

PREFIX = "sregistry-globus"


def routes() -> list[tuple[str, type[JupyterHandler]]]:
    """Return every route below :data:`PREFIX`, as tornado patterns."""
    return [
        *status.ROUTES,
        *account.ROUTES,
        *catalog.ROUTES,
        *endpoints.ROUTES,
        *transfers.ROUTES,
    ]


def mounted(context: Any) -> list[tuple[str, type[JupyterHandler], dict[str, Any]]]:
    """Return the routes, ready for tornado.

    :param context: the :class:`base.ServerContext` that each handler works with.
    """
    return [(f"/{PREFIX}/{path}", handler, {"context": context}) for path, handler in routes()]
