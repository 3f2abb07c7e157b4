"""Keeps the listing of one registry up to date, in the background."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from functools import partial

from ..errors import (
    ImageNotFound,
    RegistryUnavailable,
    SRegistryGlobusError,
    StoreUnavailable,
)
from ..images.inspect import HeaderFacts
from ..images.reference import ImageReference
from ..models.images import Image
from ..registry.base import RegistryBackend
from ..text import one_line
from .listings import Listed, Listings, Replacement
from .published.file import ListingUnusable, Published, PublishedFile
from .published.registry import PublishedRegistry

# How many headers of a registry are read before the user asks to see them, and how many at a time.
HEADERS_AHEAD = 2000
HEADERS_AT_ONCE = 100

log = logging.getLogger(__name__)

Rows = Iterable[tuple[int, tuple[str, str, str]]]


class _Closed(Exception):
    """The program is ending."""


class Lister:
    """Lists one registry whenever its listing is due; never twice at the same time.

    :param pool: where listings run. None runs them in the calling thread.
    :param on_change: called, from any thread, when a displayed listing may be out of date.
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
        self._reading: set[int] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def close(self) -> None:
        """Stop a running listing at its next image. A program waits for its threads to end."""
        self._is_closed = True

    def listed(self) -> Listed:
        """Return the last listing, as stored in the cache."""
        return self._listings.of(self.backend)

    def published(self) -> tuple[PublishedFile, Published] | None:
        """Return the published listing that most rows come from; None if none is used."""
        if isinstance(self.backend, PublishedRegistry):
            with contextlib.suppress(ListingUnusable):
                return self.backend.file, self.backend.published()
        return None

    def shown(self) -> Listed:
        """Return the listing as faces show it, with what was published."""
        own, published = self.listed(), self.published()
        if published is not None:
            _, about = published
            return replace(
                own,
                listed_at=about.listed_at,
                images_count=about.images_count + own.images_count,
                remark=about.remark,
            )
        problem = self.backend.problem() if isinstance(self.backend, PublishedRegistry) else ""
        return replace(own, remark=" ".join(filter(None, (problem, own.remark))))

    @property
    def is_first(self) -> bool:
        """Whether the first listing is still being made, so that images may be missing from it."""
        return self.shown().is_first

    def freshen(self, *, is_forced: bool = False) -> None:
        """Start to list the registry, or to check the listing, if that is due.

        :param is_forced: list in any case, because the user asked for it.
        """
        listed = self.listed()
        work = self._due(listed, is_forced)
        if work is not None:
            with self._lock:
                if self._work is None or self._work.done():
                    self._work = self._submit(work, listed)

    def wait(self, patience_s: float) -> None:
        """Wait until the current work is done, at most this long."""
        work = self._work
        if work is not None:
            wait([work], timeout=max(0.0, patience_s))

    def read_headers(self, rows: Rows) -> None:
        """Read images' headers in the background, for facts that a listing does not have."""
        if not self.backend.has_headers or self._pool is None:
            return
        with self._lock:
            new_rows = [row for row in rows if row[0] not in self._reading]
            self._reading.update(row_id for row_id, _ in new_rows)
        if new_rows:
            self._submit(self._read_headers, new_rows)

    def _due(self, listed: Listed, is_forced: bool) -> Callable[[Listed], None] | None:
        backend = self.backend
        if is_forced:
            return self._list
        ended_at = max(listed.listed_at or 0.0, listed.checked_at or 0.0)
        # Without a message, another program is listing, or was stopped before it could say why.
        pause_s = listed.retry_after_s if listed.message else RegistryBackend.retry_after_s
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
            # A terminal may show the log.
            log.warning("listing of registry %s: %s", self.backend.name, one_line(error.message))
        except Exception:
            log.exception("listing of registry %s", self.backend.name)

    def _check(self, listed: Listed) -> None:
        if self.backend.is_unchanged(listed.marker):
            self._listings.record_check(listed.id)
            self._read_ahead(listed)
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
            self._read_ahead(listed)

    def _list_now(self, listed: Listed) -> tuple[str, int]:
        """List the registry. Return why that failed, if it did, and how many rows changed."""
        pause_s, action = self.backend.retry_after_s, None
        try:
            with self._listings.replacing(listed.id, self._on_change) as replacement:
                summary = self.backend.read_listing(partial(self._take, replacement))
                changed = replacement.finish()
            self._listings.record_success(listed.id, summary)
        except StoreUnavailable:
            raise
        except _Closed:
            return listed.message, 0
        except SRegistryGlobusError as error:
            message, action = error.message, error.action
            pause_s = self.backend.retry_delay_s(error)
        except Exception:
            log.exception("registry %s could not be listed", self.backend.name)
            message = (
                f"Could not list the registry {self.backend.name!r}. See the server log for "
                "details."
            )
        else:
            return "", changed
        self._listings.record_failure(listed.id, message, action, pause_s)
        return message, 0

    def _take(self, replacement: Replacement, image: Image) -> None:
        if self._is_closed:
            raise _Closed
        replacement.add(image)

    def _read_ahead(self, listed: Listed) -> None:
        if self.backend.has_headers and self._pool is not None:
            left = HEADERS_AHEAD - self._listings.header_count(listed.id)
            if left > 0:
                self.read_headers(self._listings.without_header(listed.id, left))

    def _read_headers(self, rows: Rows) -> None:
        rows = list(rows)
        count = 0
        try:
            for start in range(0, len(rows), HEADERS_AT_ONCE):
                if self._is_closed:
                    break
                headers = []
                for row_id, name in rows[start : start + HEADERS_AT_ONCE]:
                    with contextlib.suppress(RegistryUnavailable):  # the next page tries again
                        headers.append((row_id, self._read_header(name)))
                self._listings.record_headers(headers)
                count += len(headers)
        finally:
            with self._lock:
                self._reading.difference_update(row_id for row_id, _ in rows)
        # Only if something was read: faces reload on a change, and a reload ends up here again.
        if count:
            self._on_change()

    def _read_header(self, name: tuple[str, str, str]) -> HeaderFacts | None:
        try:
            return self.backend.read_header(ImageReference(self.backend.name, *name))
        except ImageNotFound:
            return None


def _is_younger(moment: float | None, age_s: float) -> bool:
    # A time in the future means that the clock was set back.
    return moment is not None and 0 <= time.time() - moment < age_s
