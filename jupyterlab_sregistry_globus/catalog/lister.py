"""Keeps the listing of one registry fresh, in the background."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait

from ..errors import (
    ImageNotFound,
    RegistryUnavailable,
    SRegistryGlobusError,
    StoreUnavailable,
)
from ..images.inspect import Look
from ..images.reference import ImageReference
from ..models.images import Image
from ..registry.base import RegistryBackend
from .listings import Listed, Listings

# How many files of a registry are looked into before anyone asks to see them, and at one go.
LOOKS_AHEAD = 2000
LOOKS_AT_ONCE = 100

log = logging.getLogger(__name__)

Rows = Iterable[tuple[int, tuple[str, str, str]]]


class _Closed(Exception):
    """The program ends, and its threads with it."""


class Lister:
    """Lists one registry when its listing is due; at most once at a time.

    :param pool: where that happens; None does it in the calling thread.
    :param on_change: called, from any thread, when what is shown may be out of date.
    """

    def __init__(
        self,
        backend: RegistryBackend,
        listings: Listings,
        pool: Executor | None,
        on_change: Callable[[], None],
    ) -> None:
        self.backend = backend
        self.is_listing = False
        self._listings = listings
        self._pool = pool
        self._on_change = on_change
        self._work: Future[None] | None = None
        self._looking: set[int] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def close(self) -> None:
        """Have a listing that is under way end at the next image: a program waits for its threads."""
        self._is_closed = True

    def listed(self) -> Listed:
        """The last listing, as it stands in the file."""
        return self._listings.of(self.backend)

    def freshen(self, *, is_asked: bool = False) -> None:
        """Begin to list, or to check the listing, if that is due.

        :param is_asked: whether a person asked for it, so that it is due in any case.
        """
        listed = self.listed()
        work = self._due(listed, is_asked)
        if work is not None:
            with self._lock:
                if self._work is None or self._work.done():
                    self._work = self._submit(work, listed)

    def wait(self, patience_s: float) -> None:
        """Wait until the work in hand is done, or for so long."""
        work = self._work
        if work is not None:
            wait([work], timeout=max(0.0, patience_s))

    def look(self, rows: Rows) -> None:
        """Look into files, in the background, for what their listing does not tell."""
        if not self.backend.has_looks or self._pool is None:
            return
        with self._lock:
            wanted = [row for row in rows if row[0] not in self._looking]
            self._looking.update(row_id for row_id, _ in wanted)
        if wanted:
            self._submit(self._look, wanted)

    def _due(self, listed: Listed, is_asked: bool) -> Callable[[Listed], None] | None:
        backend = self.backend
        if is_asked:
            return self._list
        ended_at = max(listed.listed_at or 0.0, listed.checked_at or 0.0)
        # Without a word on why it failed, another program is at it, or was ended in the middle.
        pause_s = backend.retry_after_s if listed.message else RegistryBackend.retry_after_s
        if (listed.tried_at or 0.0) > ended_at and _is_younger(listed.tried_at, pause_s):
            return None
        if listed.message or not _is_younger(listed.listed_at, backend.max_age_s):
            return self._list
        if backend.check_after_s is None or _is_younger(listed.checked_at, backend.check_after_s):
            return None
        return self._check

    def _submit(self, work: Callable[..., None], *arguments: object) -> Future[None] | None:
        if self._pool is None:
            self._run(work, *arguments)
            return None
        try:
            return self._pool.submit(self._run, work, *arguments)
        except RuntimeError:  # the program is ending
            return None

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        try:
            work(*arguments)
        except SRegistryGlobusError as error:
            log.warning("listing of registry %s: %s", self.backend.name, error.message)
        except Exception:
            log.exception("listing of registry %s", self.backend.name)

    def _check(self, listed: Listed) -> None:
        if self.backend.is_unchanged(listed.marker):
            self._listings.checked(listed.id)
            self._look_ahead(listed)
        else:
            self._list(listed)

    def _list(self, listed: Listed) -> None:
        if not self._listings.claim(listed):
            return
        self.is_listing = True
        try:
            message, changed = self._list_now(listed)
        finally:
            self.is_listing = False
        if changed or message != listed.message or listed.listed_at is None:
            self._on_change()
        if not message:
            self._look_ahead(listed)

    def _list_now(self, listed: Listed) -> tuple[str, int]:
        """List, and tell why that failed, if it did, and how many rows changed."""
        changed, action = 0, None
        try:
            images = self._unless_closed(self.backend.list())
            changed = self._listings.replace(listed.id, images, self._on_change)
            self._listings.succeeded(listed.id, self.backend)
        except StoreUnavailable:
            raise
        except _Closed:
            return listed.message, 0
        except SRegistryGlobusError as error:
            message, action = error.message, error.action
        except Exception:
            log.exception("registry %s could not be listed", self.backend.name)
            message = (
                f"The registry {self.backend.name!r} could not be listed. "
                "The server's log has the details."
            )
        else:
            return "", changed
        self._listings.failed(listed.id, message, action)
        return message, changed

    def _unless_closed(self, images: Iterable[Image]) -> Iterator[Image]:
        for image in images:
            if self._is_closed:
                raise _Closed
            yield image

    def _look_ahead(self, listed: Listed) -> None:
        if self.backend.has_looks and self._pool is not None:
            left = LOOKS_AHEAD - self._listings.seen_count(listed.id)
            if left > 0:
                self.look(self._listings.unseen(listed.id, min(left, LOOKS_AHEAD)))

    def _look(self, rows: Rows) -> None:
        rows = list(rows)
        seen = 0
        try:
            for start in range(0, len(rows), LOOKS_AT_ONCE):
                if self._is_closed:
                    break
                looks = []
                for row_id, name in rows[start : start + LOOKS_AT_ONCE]:
                    with contextlib.suppress(RegistryUnavailable):  # looked at another time
                        looks.append((row_id, self._look_at(name)))
                self._listings.saw(looks)
                seen += len(looks)
        finally:
            with self._lock:
                self._looking.difference_update(row_id for row_id, _ in rows)
        # Not for nothing: whoever is told looks again, and comes back here.
        if seen:
            self._on_change()

    def _look_at(self, name: tuple[str, str, str]) -> Look | None:
        try:
            return self.backend.look(ImageReference(self.backend.name, *name))
        except ImageNotFound:
            return None


def _is_younger(moment: float | None, age_s: float) -> bool:
    # A moment in the future is a clock that was set back.
    return moment is not None and 0 <= time.time() - moment < age_s
