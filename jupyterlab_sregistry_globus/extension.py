"""The server extension: settings in, services wired, pools owned, routes mounted."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import List, Type
from traitlets.config import Configurable

from .config import SRegistryGlobus
from .configfiles import load_settings
from .net.pools import DaemonPool, Pools

# The longest time that the extension adds to the server's shutdown.
STOP_S = 4.0

EVENT_SCHEMA: dict[str, Any] = {
    "version": "1",
    "title": "Something changed",
    "description": "A hint to reload data from the REST routes. Clients can also post events.",
    "type": "object",
    "properties": {
        "kind": {
            "type": "string",
            "enum": ["account", "catalog", "transfer"],
            "description": "What changed.",
        },
        "id": {"type": "string", "description": "Id of the transfer; empty for other events."},
    },
    "required": ["kind", "id"],
}


class SRegistryGlobusExtension(ExtensionApp):
    """The server part of jupyterlab-sregistry-globus."""

    name = "jupyterlab_sregistry_globus"
    load_other_extensions = True
    classes: List[type[Configurable]] = List(Type(Configurable), [SRegistryGlobus])

    def initialize_settings(self) -> None:
        """Wire the services. Opens nothing, and makes no request."""
        from .background import Background
        from .handlers.contents import ContentsFiles
        from .services import make_services

        settings = load_settings(self.config)
        self.pools = Pools(settings.workers)
        self._loop: asyncio.AbstractEventLoop | None = None
        roots = [*map(Path, settings.allowed_roots)]
        if not settings.allowed_roots_only:
            roots += [Path(entry["path"]) for entry in settings.host_endpoints]
        self.services = make_services(
            settings,
            files=ContentsFiles(
                self._server.contents_manager, roots, is_strict=settings.allowed_roots_only
            ),
            pools=self.pools,
            on_change=self._changed,
            on_activity=self._record_activity,
        )
        self.background = Background(
            self.services.transfers,
            self.pools.globus,
            log=self.log,
            poll_min_s=settings.poll_min_s,
            activity=self._server.web_app.last_activity,
        )
        self._register_events()

    def initialize_handlers(self) -> None:
        """Mount the routes."""
        from .handlers import mounted
        from .handlers.base import ServerContext

        self.handlers.extend(
            mounted(ServerContext(self.services, self.pools, self.background.notice_page))
        )

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Begin the background work, once the server runs."""
        self._loop = asyncio.get_running_loop()
        self.background.start()

    async def stop_extension(self) -> None:
        """End the background work and the pools; what is unfinished continues at the next start."""
        await self.background.stop()
        self.pools.close()
        closing = DaemonPool(1).submit(self.services.close)
        # A disk that hangs must not keep the process running.
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(closing), STOP_S)

    def current_activity(self) -> dict[str, int]:
        """Return what keeps this server from ending as idle. What Globus does needs no server.

        Jupyter takes anything that is not empty as activity.
        """
        return dict.fromkeys(self.services.transfers.activities, 1)

    def _record_activity(self) -> None:
        """Keep a hub from culling this server while it works for a user who went home."""
        times = self._server.web_app.settings.setdefault("last_activity_times", {})
        times[self.name] = datetime.now(timezone.utc)

    def _changed(self, kind: str, name: str) -> None:
        """Tell the front end; called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._emit, kind, name)

    def _emit(self, kind: str, name: str) -> None:
        from .services import EVENT_SCHEMA_ID

        if kind == "transfer":
            self.background.wake()
        self._server.event_logger.emit(schema_id=EVENT_SCHEMA_ID, data={"kind": kind, "id": name})

    @property
    def _server(self) -> Any:
        return self.serverapp

    def _register_events(self) -> None:
        from .services import EVENT_SCHEMA_ID

        if EVENT_SCHEMA_ID not in self._server.event_logger.schemas:
            self._server.event_logger.register_event_schema(
                {"$id": EVENT_SCHEMA_ID, **EVENT_SCHEMA}
            )
