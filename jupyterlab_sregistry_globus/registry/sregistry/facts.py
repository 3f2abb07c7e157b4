"""What is known about a server's images, asked for as rarely as its limits demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from ...errors import (
    ImageNotFound,
    RegistryBusy,
    RegistryDenied,
    RegistryUnavailable,
    RegistryUnreachable,
)
from .answers import Name, Page, Record, is_searchable
from .client import SRegistryClient

HOUR_S = 3600.0
FRESH_S = 300.0
MISS_FRESH_S = 60.0
# How long a listing that failed is not tried again to find a single image.
UNLISTED_S = 60.0
# Facts with a digest, which Globus will check, may be older if the server refuses new ones.
STALE_S = 86400.0
_MAX_KEPT = 2000


class Facts:
    """Remembers what the server said about its images."""

    def __init__(self, client: SRegistryClient) -> None:
        self._client = client
        self._hidden: set[Name] = set()
        # Collections of which the search says nothing.
        self._unsearchable: set[str] = set()
        self._kept: dict[Name, tuple[Record | None, float]] = {}
        self._found: dict[tuple[str, str], tuple[Mapping[str, Record], float]] = {}
        # The names of the public collections, and when they were read.
        self._public: tuple[frozenset[str], float] | None = None
        self._unlisted_at: float | None = None
        self._lock = threading.Lock()

    def read_page(self) -> Page:
        """Read the listing, and forget everything else, because the user may have asked for it.

        :raises RegistryUnavailable: the server does not answer.
        """
        self._client.rest_no_more()
        with self._lock:
            self._kept.clear()
            self._found.clear()
            self._unsearchable.clear()
        return self._note_public(self._client.read_page())

    def is_hidden(self, name: Name) -> bool:
        """Check whether the account is known not to be allowed to read an image."""
        return name in self._hidden

    def forget(self, collection: str, container: str, *, older_s: float = 0.0) -> None:
        """Drop what is known about a container's images, unless it was read a moment ago.

        :param older_s: how old it must be.
        """
        before = time.monotonic() - older_s
        place = (collection, container)
        with self._lock:
            if place in self._found and self._found[place][1] <= before:
                del self._found[place]
            for name, (_, read_at) in [*self._kept.items()]:
                if name[:2] == place and read_at <= before:
                    del self._kept[name]

    def tags(self, collection: str, container: str) -> Sequence[str]:
        """Return the tags of a container; none if the server does not say."""
        records = self._searched(collection, container)
        return [*records] if records is not None else self._client.tags(collection, container)

    def known(self, name: Name) -> Record | None:
        """Return the facts about an image, requested if they are old; None if it does not exist.

        :raises ImageNotFound: this account may not see it.
        :raises RegistryUnavailable: the server does not answer.
        """
        records = self._searched(*name[:2])
        return records.get(name[2]) if records is not None else self._detailed(name)

    def _searched(self, collection: str, container: str) -> Mapping[str, Record] | None:
        """Return the images of a public container, by tag; None if the search can't find it."""
        if (
            collection in self._unsearchable
            or self._client.is_known_private(collection)
            or not is_searchable(collection, container)
        ):
            return None
        place, now = (collection, container), time.monotonic()
        with self._lock:
            records, read_at = self._found.get(place, ({}, now - STALE_S))
        age_s = now - read_at
        if age_s < (FRESH_S if records else MISS_FRESH_S):
            return records
        try:
            if not self._is_public(collection):
                return None
            found = self._client.search(collection, container)
        except RegistryBusy:
            lasting = {tag: record for tag, record in records.items() if record.digest is not None}
            if not lasting or age_s >= STALE_S:
                raise
            return lasting
        if found is None or (not found and collection != collection.lower()):
            with self._lock:
                self._unsearchable.add(collection)
            return None
        with self._lock:
            if len(self._found) >= _MAX_KEPT:
                self._found.clear()
            self._found[place] = (found, now)
        return found

    def _is_public(self, collection: str) -> bool:
        """Check whether a listing contains a collection. Private ones are in none.

        :raises RegistryUnreachable: the server can't be asked.
        """
        now = time.monotonic()
        with self._lock:
            public, read_at = self._public or (frozenset(), now - HOUR_S)
            is_pausing = self._unlisted_at is not None and now - self._unlisted_at < UNLISTED_S
        if now - read_at >= HOUR_S and not is_pausing:
            try:
                self._note_public(self._client.read_page(self._client.site.timeout_s))
            except (RegistryUnreachable, RegistryDenied):
                raise
            except RegistryUnavailable:
                # Such as at a limit. The detail of an image may still be had.
                with self._lock:
                    self._unlisted_at = now
            with self._lock:
                public = self._public[0] if self._public is not None else public
        return collection in public

    def _note_public(self, page: Page) -> Page:
        with self._lock:
            self._public = (
                frozenset(row.name for row in page.results if row.name),
                time.monotonic(),
            )
            self._unlisted_at = None
        return page

    def _detailed(self, name: Name) -> Record | None:
        """Return the facts about an image from its detail, as ``known``."""
        now = time.monotonic()
        with self._lock:
            record, read_at = self._kept.get(name, (None, now - STALE_S))
        age_s = now - read_at
        if age_s < (FRESH_S if record else MISS_FRESH_S):
            return record
        try:
            record = self._client.record(name)
        except RegistryBusy:
            if record is None or record.digest is None or age_s >= STALE_S:
                raise
            return record
        except ImageNotFound:
            self._hidden.add(name)
            raise
        self._hidden.discard(name)
        with self._lock:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[name] = (record, now)
        return record
