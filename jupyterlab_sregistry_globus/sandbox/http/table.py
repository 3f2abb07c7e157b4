"""The table of all routes."""

from __future__ import annotations

from . import auth, bookmarks, control, manage, pages, tasks, timers, transfer

# Modules of one service add to the same table. Importing them here loads them.
_MODULES = (transfer, tasks, bookmarks, manage, auth, timers, pages, control)

ROUTES = tuple(dict.fromkeys(module.routes for module in _MODULES))
FALLBACK = transfer.routes
