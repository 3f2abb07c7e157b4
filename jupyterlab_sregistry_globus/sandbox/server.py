"""The sandbox as a library: state, background work and HTTP together."""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from tornado import web
from tornado.httpserver import HTTPServer

from . import person
from .faults import Fault
from .http import table
from .http.collections import Collections
from .http.dispatch import Context, Dispatch
from .record import Request
from .seed import default, names
from .services import Services
from .state_folder import prepare, read_or_create_secret
from .transfer.model import TaskFault

DEMO_THROTTLE = 8_000_000
_UPLOAD_CHUNK_BYTES = 1 << 18


class Sandbox:
    """Globus Auth, Transfer, Timers and the HTTPS of collections on one loopback port.

    :param state: folder for what must outlive a restart, and for the endpoints' files.
    :param port: 0 for any free port; a restarted instance keeps its port.
    :param registry_root: folder that the registry's endpoint serves; None for a small sample.
    :param local_root: folder that this host's Connect Personal serves; None for a folder of its
        own.
    :param seed: the world of an empty state: "default", or "empty" for nothing.
    :param throttle_bytes_per_second: speed of each task; None for no limit.
    :param roots: further folders that endpoints may serve, such as those of a Connect Personal that
        is set up later. Every other folder but the state folder is refused.

    Any account on a machine can reach the port, and a login here can write to the endpoints'
    folders. So the address has a secret part: a file in the state folder, for its owner alone.
    """

    def __init__(
        self,
        state: Path,
        *,
        port: int = 0,
        registry_root: Path | None = None,
        local_root: Path | None = None,
        seed: str = "default",
        throttle_bytes_per_second: int | None = None,
        roots: Iterable[Path] = (),
    ) -> None:
        self.state = Path(state).resolve()
        self.port = port
        self.throttle_bytes_per_second = throttle_bytes_per_second
        self._registry_root = registry_root
        self._local_root = local_root
        self._roots = tuple(roots)
        self._seed = seed
        self._services: Services | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop_requested: asyncio.Event | None = None
        self._startup_errors: list[OSError] = []

    def start(self) -> None:
        """Open the state and the port, and resume unfinished tasks.

        :raises OSError: the port is in use.
        :raises StateRefused: the state folder can't be used.
        """
        if self._thread is not None:
            return
        prepare(self.state)
        self._services = Services(
            self.state,
            registry_root=self._registry_root,
            local_root=self._local_root,
            roots=self._roots,
            seed=self._seed,
            throttle=self.throttle_bytes_per_second,
        )
        started = threading.Event()
        self._startup_errors.clear()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="globus-sandbox", daemon=True
        )
        self._thread.start()
        started.wait()
        if self._startup_errors:
            self.stop()
            raise self._startup_errors[0]
        self._services.start()

    def stop(self) -> None:
        """Close the port and the state. Running copies stop. May be called twice."""
        if self._loop is not None and self._stop_requested is not None:
            self._loop.call_soon_threadsafe(self._stop_requested.set)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._loop = self._stop_requested = None
        if self._services is not None:
            self._services.close()
            self._services = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def services(self) -> Services:
        """The state and the background work, for tests that inspect them.

        :raises RuntimeError: the sandbox is not started.
        """
        if self._services is None:
            raise RuntimeError("the sandbox is not started")
        return self._services

    @property
    def url(self) -> str:
        """The whole address, which is a secret.

        :raises StateRefused: the state folder can't be used.
        """
        return f"http://127.0.0.1:{self.port}{self._prefix}/"

    @property
    def client_id(self) -> str:
        """The id of a registered native app."""
        return names.NATIVE_APP

    @property
    def confidential_client(self) -> tuple[str, str]:
        """Id and secret of a registered confidential app."""
        return names.CONFIDENTIAL_APP, names.CONFIDENTIAL_SECRET

    @property
    def connect_personal_dir(self) -> Path:
        """The `lta` folder of this host's Connect Personal. Its parent is the config_dir."""
        return default.connect_personal_dir(self.state)

    def environment(self) -> dict[str, str]:
        """Variables that make globus-sdk and the globus CLI use the sandbox."""
        return {
            "GLOBUS_SDK_SERVICE_URL_AUTH": self.url,
            "GLOBUS_SDK_SERVICE_URL_TRANSFER": self.url,
            "GLOBUS_SDK_SERVICE_URL_TIMER": self.url,
            "GLOBUS_SDK_SERVICE_URL_APP": self.url,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def requests(self) -> list[Request]:
        """Return the requests since the last reset, without secrets."""
        return self.services.record.requests()

    def clear_requests(self) -> None:
        self.services.record.clear()

    def set_faults(self, *faults: Fault | Mapping[str, Any]) -> None:
        """Replace the current faults; none clears them. See `faults.Fault` for the members."""
        self.services.faults.replace(
            [
                fault if isinstance(fault, Fault) else msgspec.convert(fault, Fault)
                for fault in faults
            ]
        )

    def advance_clock(self, seconds: float) -> None:
        """Move the clock forward, which tokens, sessions, deadlines and timers use."""
        self.services.world.advance_clock(seconds)

    def reset(self) -> None:
        """Return to the seed world: delete tokens, tasks, faults, requests and files."""
        self.services.reset()

    def seed(self, name: str) -> None:
        """Reset to another world: "default" or "empty"."""
        self.services.reset(name)

    def add_redirect_uri(self, uri: str, client_id: str | None = None) -> None:
        """Register a redirect address of an app; None for the confidential app."""
        self.services.add_redirect_uri(client_id or names.CONFIDENTIAL_APP, uri)

    def tokens(
        self,
        scopes: str | Iterable[str],
        *,
        identity: str = names.ADA,
        client_id: str | None = None,
    ) -> dict[str, dict[str, Any]]:
        """Return token documents with refresh tokens by resource server, without a login page.

        :param scopes: the scopes to consent to, with dependents in brackets.
        :param client_id: the app that they are for; None for the native one.
        """
        requested = scopes if isinstance(scopes, str) else " ".join(scopes)
        return self.services.mint(requested, identity, client_id or names.NATIVE_APP)

    def log_in(self, authorize_url: str, *, identity: str | None = None, allow: bool = True) -> str:
        """Answer the login page as a user would. See `person.answer`."""
        return person.answer(authorize_url, identity=identity, allow=allow)

    def set_task_faults(self, *faults: TaskFault | Mapping[str, Any]) -> None:
        """Replace the faults of tasks; none clears them. See `transfer.model.TaskFault`."""
        self.services.set_task_faults(
            [
                fault if isinstance(fault, TaskFault) else msgspec.convert(fault, TaskFault)
                for fault in faults
            ]
        )

    def change_endpoint(self, endpoint_id: str, **members: Any) -> None:
        """Set members of an endpoint, such as gcp_connected. See `transfer.model.Endpoint`."""
        self.services.change_endpoint(endpoint_id, members)

    def change_setting(self, name: str, value: Any) -> None:
        """See `Services.change_setting` for the names."""
        self.services.change_setting(name, value)

    def rescind_consents(
        self,
        *,
        identity: str | None = None,
        client_id: str | None = None,
        scope: str | None = None,
    ) -> int:
        """Rescind consents, as a user does on Globus's site; None matches all.

        :returns: how many were rescinded.
        """
        return self.services.rescind_consents(identity=identity, app=client_id, scope=scope)

    def connect_personal(self, setup_key: str, config_dir: Path, home: Path) -> str:
        """Do what `globusconnectpersonal -setup KEY` does, and return the endpoint's id.

        :param config_dir: as `~/.globusonline`; its `lta` folder is created.
        :param home: the folder that it serves.
        """
        return self.services.connect_personal(setup_key, config_dir, home)

    @functools.cached_property
    def _prefix(self) -> str:
        """What every path starts with."""
        return f"/{read_or_create_secret(self.state)}"

    def _run(self, started: threading.Event) -> None:
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            self._startup_errors.append(error)
            started.set()

    async def _serve(self, started: threading.Event) -> None:
        services = self.services
        context = Context(
            services=services,
            routes=table.ROUTES,
            fallback=table.FALLBACK,
            prefix=self._prefix,
        )
        given = {"context": context}
        files = rf"{re.escape(self._prefix)}/https/.*"
        application = web.Application(
            [(files, Collections, given), (r".*", Dispatch, given)], log_function=_quiet
        )
        server = HTTPServer(application, chunk_size=_UPLOAD_CHUNK_BYTES)
        listening = socket.create_server(("127.0.0.1", self.port))
        listening.setblocking(False)
        self.port = context.port = listening.getsockname()[1]
        server.add_sockets([listening])
        self._loop = asyncio.get_running_loop()
        self._stop_requested = asyncio.Event()
        started.set()
        await self._stop_requested.wait()
        server.stop()
        await server.close_all_connections()


def _quiet(handler: web.RequestHandler) -> None:
    """Write no access log, because the record has the requests without secrets."""
