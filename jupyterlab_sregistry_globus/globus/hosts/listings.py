"""Listings of the folders that endpoints serve of this host: bounded in time, and kept a while."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Iterator

from ...errors import FolderNotFound, LoginNeeded, PermissionRefused, SRegistryGlobusError
from ...models.endpoints import Folder
from ...models.plans import Location
from ...net.deadline import CancelGroup
from ..clients import Clients
from ..endpoints import Endpoints
from ..refusals import translated
from .endpoints import HostEndpoints
from .folders import HOME

TIMEOUT_S = 3.0
KEPT_S = 300.0


class NotChecked(Exception):
    """An endpoint could not be asked; the text says why."""


class HostListings:
    """Asks endpoints of this host what they show. Answers are kept for 5 minutes."""

    def __init__(self, clients: Clients, endpoints: Endpoints, hosts: HostEndpoints) -> None:
        self._clients = clients
        self._endpoints = endpoints
        self._hosts = hosts
        self._seen: dict[tuple[str, ...], tuple[float, Folder]] = {}
        self._failed: dict[tuple[str, ...], tuple[float, str]] = {}
        self._lock = threading.Lock()

    def key(self, *parts: str) -> tuple[str, ...]:
        """Return what to keep an answer under: each user may see other files."""
        return (self._endpoints.identity_id() or "", *parts)

    def kept(self, endpoint_id: str, path: str) -> Folder | None:
        """Return what a folder held within the last minutes; None if it was not listed."""
        with self._lock:
            at, folder = self._seen.get(self.key(endpoint_id, path), (0.0, None))
        return folder if folder is not None and time.monotonic() < at + KEPT_S else None

    def read(
        self, endpoint_id: str, path: str, names: Collection[str], *, keeps: bool = True
    ) -> Folder:
        """List a folder's entries of these names.

        :param keeps: whether to keep the answer.
        :raises NotChecked: the endpoint could not be asked, now or a few minutes ago.
        :raises FolderNotFound: there is no such folder.
        :raises PermissionRefused: it may not be read.
        :raises LoginNeeded: only a login shows it.
        """
        key = self.key(endpoint_id, path)
        with self._lock:
            at, reason = self._failed.get(key, (0.0, ""))
        if reason and time.monotonic() < at + KEPT_S:
            raise NotChecked(reason)
        try:
            with _bounded():
                folder = self._endpoints.folder(Location(endpoint_id, path), names=names)
        except NotChecked as error:
            with self._lock:
                self._failed[key] = (time.monotonic(), str(error))
            raise
        self._remember_home(endpoint_id, path, folder.path)
        if keeps:
            with self._lock:
                self._seen[key] = (time.monotonic(), folder)
        return folder

    def make_folder(self, endpoint_id: str, path: str) -> None:
        """Create a folder through Globus.

        :raises NotChecked: the endpoint could not be asked; so are the other errors of ``read``.
        """
        with _bounded(), translated(not_found=FolderNotFound):
            self._clients.transfer().operation_mkdir(endpoint_id, path)

    def _remember_home(self, endpoint_id: str, asked: str, answered: str) -> None:
        if not asked.startswith(HOME):
            return
        below = asked.removeprefix(HOME).strip("/")
        home = answered.rstrip("/")
        if home.endswith(f"/{below}" if below else ""):
            self._hosts.remember_home(endpoint_id, home[: len(home) - len(below)] or "/")


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Limit the time of requests, and turn passing failures into ``NotChecked``."""
    group = CancelGroup()
    timer = threading.Timer(TIMEOUT_S, group.cancel)
    timer.daemon = True
    timer.start()
    try:
        with group.entered():
            yield
    except (FolderNotFound, PermissionRefused, LoginNeeded):
        raise
    except SRegistryGlobusError as error:
        is_late = group.is_canceled
        text = f"It did not respond within {TIMEOUT_S:.0f} s." if is_late else error.message
        raise NotChecked(text) from error
    finally:
        timer.cancel()
