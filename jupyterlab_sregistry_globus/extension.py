"""The composition root of the server: settings in, services wired, pool owned, routes mounted."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import List, Type
from traitlets.config import Configurable

from .config import SRegistryGlobus, load_settings

# How often an idle server looks whether a kernel has sent something.
LOOK_S = 2.0

EVENT_SCHEMA: dict[str, Any] = {
    "version": "1",
    "title": "Something changed",
    "description": "A hint to ask the REST routes again. Clients can post events too: trust only REST.",
    "type": "object",
    "properties": {
        "kind": {
            "type": "string",
            "enum": ["account", "catalog", "transfer"],
            "description": "What changed.",
        },
        "id": {"type": "string", "description": "Which transfer; empty for the others."},
    },
    "required": ["kind", "id"],
}


class SRegistryGlobusExtension(ExtensionApp):
    """The server part of jupyterlab-sregistry-globus."""

    name = "jupyterlab_sregistry_globus"
    load_other_extensions = True
    classes: List[type[Configurable]] = List(Type(Configurable), [SRegistryGlobus])

    def initialize_settings(self) -> None:
        """Wire the services. Nothing is opened, imported late or asked for here."""
        from .images.localfiles import LocalFiles
        from .services import make_services

        settings = load_settings(self.config)
        root = Path(self._server.root_dir).expanduser()
        roots = [root, *map(Path, settings.allowed_roots)]
        self.pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="sregistry-globus")
        self._background: asyncio.Task[None] | None = None
        self._unfinished = 0
        self.services = make_services(
            settings,
            files=LocalFiles(root, roots),
            pool=self.pool,
            on_change=self._changed,
        )
        self.services.stager.on_activity = self._note_activity
        self._register_events()

    def initialize_handlers(self) -> None:
        """Mount the routes."""
        from .handlers import mounted
        from .handlers.base import ServerContext

        self.handlers.extend(mounted(ServerContext(self.services, self.pool)))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Begin the background work, once the server runs."""
        self._begin_background()

    def _begin_background(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._background = self._loop.create_task(self._follow())

    async def stop_extension(self) -> None:
        """End the background work and the pool; what is unfinished goes on at the next start."""
        if self._background is not None:
            self._background.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._background
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.services.close()

    def current_activity(self) -> dict[str, int]:
        """What keeps this server from ending as idle: downloads. Globus moves the rest without it.

        Jupyter takes anything that is not empty for activity.
        """
        return {"staging": 1} if self.services.stager.is_busy else {}

    async def _follow(self) -> None:
        """The one poller of this server."""
        follower = self.services.follower
        trouble = ""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause_s())
            self._wake.clear()
            try:
                self._unfinished = await self._loop.run_in_executor(self.pool, follower.step)
                trouble = ""
            except Exception as error:
                # Following must outlive any single failure; the next look may succeed. What stays
                # as it is, such as a damaged file, is logged once.
                if trouble != str(error):
                    self.log.exception("following transfers failed; trying again")
                trouble = str(error)

    def _note_activity(self) -> None:
        """Keep a hub from culling this server while it downloads for somebody who went home."""
        times = self._server.web_app.settings.setdefault("last_activity_times", {})
        times[self.name] = datetime.now(timezone.utc)

    def _pause_s(self) -> float:
        return min(LOOK_S, self.services.settings.poll_min_s) if self._unfinished else LOOK_S

    def _changed(self, kind: str, name: str) -> None:
        """Tell the front end; called from any thread."""
        loop = getattr(self, "_loop", None)
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._emit, kind, name)

    def _emit(self, kind: str, name: str) -> None:
        from .services import EVENT_SCHEMA_ID

        if kind == "transfer" and not self._unfinished:
            self._unfinished = 1
            self._wake.set()
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
