"""Names of images, endpoints, folders and transfers, found within the time that a key press has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import TimeoutError as PatienceEnded
from pathlib import Path
from typing import TYPE_CHECKING

from ...folders import with_home
from ...net.pools import DaemonPool

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ...services import Services

# What a word could be, and what it means, for completers that show both.
Suggestion = tuple[str, str]
Found = tuple[Suggestion, ...]

MAX_SUGGESTIONS = 100
KEPT_S = 60.0
_WORKERS = 2


class Suggestions:
    """Suggests words. What takes too long, or fails, suggests nothing and raises nothing.

    :param services: returns the services, built at the first call.
    :param patience_s: how long a key press may take. What comes later is kept for the next one.
    """

    def __init__(self, services: Callable[[], Services], patience_s: float) -> None:
        self._make_services = services
        self._patience_s = patience_s
        self._pool = DaemonPool(_WORKERS, "sregistry-globus-completion")
        self._kept: dict[Hashable, tuple[float, Found]] = {}
        self._asked: dict[Hashable, Future[Found]] = {}
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def images(self, text: str) -> Found:
        """Return references of images that begin with a text."""

        def fetch() -> Found:
            listing = self._services().catalog.images(text=text, limit=MAX_SUGGESTIONS)
            return tuple(
                (image.reference if "://" in text else _short(image.reference), image.registry)
                for image in listing.images
            )

        return _beginning(text, self._within(("images", text), fetch))

    def collections(self, text: str) -> Found:
        """Return collections that begin with a text."""

        def fetch() -> Found:
            overview = self._services().catalog.overview()
            return tuple((found.name, found.registry) for found in overview.collections)

        return _beginning(text, self._within("collections", fetch))

    def places(self, text: str) -> Found:
        """Return endpoints whose names begin with a text, or what is in a folder after ``:``."""
        name, colon, path = text.partition(":")
        if not colon:
            return _beginning(text, self._within("endpoints", self._fetch_endpoints))
        folder = path[: path.rfind("/") + 1]

        def fetch() -> Found:
            endpoints = self._services().endpoints
            listed = endpoints.folder(endpoints.resolve(name, folder or None))
            return tuple(
                (f"{name}:{folder}{entry.name}{'/' if entry.type == 'dir' else ''}", entry.type)
                for entry in listed.entries
            )

        return _beginning(text, self._within(("folder", name, folder), fetch))

    def files(self, text: str) -> Found:
        """Return files and folders of this host that begin with a path."""

        def fetch() -> Found:
            typed = text[: text.rfind("/") + 1]
            folder = with_home(Path(typed))
            entries = sorted(folder.iterdir())[: MAX_SUGGESTIONS * 10]
            return tuple(
                (f"{typed}{entry.name}{'/' if entry.is_dir() else ''}", "") for entry in entries
            )

        return _beginning(text, self._within(("files", text), fetch))

    def transfers(self, text: str) -> Found:
        """Return ids of transfers that begin with a text, latest first."""

        def fetch() -> Found:
            page = self._services().transfers.page(limit=MAX_SUGGESTIONS)
            return tuple((transfer.id, transfer.label) for transfer in page.transfers)

        # Not kept: the next transfer to be shown is often one that was just sent.
        return _beginning(text, self._within(("transfers", time.monotonic()), fetch))

    def _services(self) -> Services:
        """Return the services; two threads must not build them at once."""
        with self._making:
            return self._make_services()

    def _fetch_endpoints(self) -> Found:
        endpoints = self._services().endpoints
        bookmarks = endpoints.bookmarks().bookmarks
        recent = endpoints.search("", scope="recent").endpoints
        named = [(f"{bookmark.name}:", bookmark.path) for bookmark in bookmarks]
        named += [(f"{endpoint.display_name}:", endpoint.owner) for endpoint in recent]
        return tuple(dict(reversed(named)).items())[::-1]

    def _within(self, key: Hashable, fetch: Callable[[], Found]) -> Found:
        """Return what was fetched within the time of a key press; what is kept, or nothing, else.

        Slow requests are not repeated while they run.
        """
        with self._lock:
            kept_at, kept = self._kept.get(key, (0.0, ()))
            if kept_at and time.monotonic() - kept_at < KEPT_S:
                return kept
            if key not in self._asked:
                self._asked[key] = self._pool.submit(self._fetch, key, fetch)
            future = self._asked[key]
        try:
            return future.result(self._patience_s)
        except PatienceEnded:
            return kept

    def _fetch(self, key: Hashable, fetch: Callable[[], Found]) -> Found:
        found: Found = ()
        try:
            found = fetch()
        except Exception:  # a completer must never disturb who types
            found = ()
        finally:
            with self._lock:
                self._forget_old()
                self._kept[key] = (time.monotonic(), found)
                self._asked.pop(key, None)
        return found

    def _forget_old(self) -> None:
        oldest = time.monotonic() - KEPT_S
        for key in [key for key, (kept_at, _) in self._kept.items() if kept_at < oldest]:
            del self._kept[key]


def _beginning(text: str, found: Found) -> Found:
    # Names with a line break or an escape cannot be typed, and could mislead.
    fitting = (item for item in found if item[0].startswith(text) and item[0].isprintable())
    return tuple(fitting)[:MAX_SUGGESTIONS]


def _short(reference: str) -> str:
    """Return a reference as people type it, without the registry's name."""
    return reference.partition("://")[2] or reference
