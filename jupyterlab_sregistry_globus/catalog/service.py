"""What the registries listed, searchable. A registry that fails never hides the others."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Literal

from ..errors import (
    StoreUnavailable,
)
from ..images.pasted import read_pasted
from ..images.reference import parse
from ..images.spelling import is_spelled_alike
from ..models import images as models
from ..models.images import Collection, Image, ImageDetails, Listing, Registry
from ..registry.base import RegistryBackend
from . import search
from .finder import Finder, host_of
from .lister import Lister
from .listing_rows import HAS_TRIGRAM
from .listings import Listed, Listings
from .published.registry import PublishedRegistry
from .rowsources import RowSource, count_by_collection, read_rows

MAX_LIMIT = 1000
MAX_OFFSET = 2**31

# How long the caller waits for a quick check of an existing listing.
_GRACE_S = 0.05
_GLANCE_S = 0.1
# How long the lookup of a reference waits for first listings, if only they can tell.
_LOOKUP_PATIENCE_S = 5.0


class Catalog:
    """The configured registries as one searchable list.

    :param backends: in the order in which a reference without a registry's name is looked up.
    :param database_path: a file in the cache folder. It can be deleted at any time.
    :param pool: where registries are listed. None lists them in the calling thread.
    :param on_change: called, from any thread, when what a face shows may be out of date.
    :param patience_s: how long the caller waits for the first listing of a registry.
    :param has_trigram: whether SQLite can search by parts of words.
    """

    def __init__(
        self,
        backends: Sequence[RegistryBackend],
        database_path: Path,
        pool: Executor | None = None,
        *,
        on_change: Callable[[], None] = lambda: None,
        patience_s: float = 0.5,
        has_trigram: bool = HAS_TRIGRAM,
    ) -> None:
        self._listings = Listings(database_path, has_trigram=has_trigram)
        self._listers = {
            backend.name: Lister(backend, self._listings, pool, on_change) for backend in backends
        }
        self._finder = Finder(
            self._listers, self._listings, lambda: self.overview(_LOOKUP_PATIENCE_S)
        )
        self._patience_s = patience_s

    def close(self) -> None:
        """Stop running listings soon, and drop what they have read so far."""
        for lister in self._listers.values():
            lister.close()

    def overview(self, patience_s: float = 0.0) -> models.Catalog:
        """Return every registry with its state, and every collection.

        :param patience_s: how much longer to wait for the first listing of a registry, for faces
            that show a single answer.
        """
        self._freshen(self._listers.values())
        _wait_for_first([*self._listers.values()], patience_s)
        return self._overview()

    def refresh(self) -> models.Catalog:
        """Refresh every registry. The previous listings stay visible until then."""
        for lister in self._listers.values():
            lister.freshen(is_forced=True)
        _wait(self._listers.values(), self._patience_s)
        return self._overview()

    def relist(self, names: Iterable[str]) -> None:
        """Start to list some registries again, because new images arrived in them."""
        for name in names:
            self._finder.lister(name).freshen(is_forced=True)

    def reconnect(self) -> None:
        """List again the registries that a login or logout may have opened or closed."""
        for lister in self._listers.values():
            if lister.backend.needs_account:
                # A login must not fail because of a listing.
                with contextlib.suppress(StoreUnavailable):
                    lister.freshen(is_forced=bool(lister.listed().message))

    def settle(self, patience_s: float) -> models.Catalog:
        """Return the overview when no listing is running, or after ``patience_s``.

        For faces that show a single answer.
        """
        self._freshen(self._listers.values())
        _wait(self._listers.values(), patience_s)
        return self._overview()

    def images(
        self,
        registry: str | None = None,
        collection: str | None = None,
        text: str = "",
        offset: int = 0,
        limit: int = 200,
        patience_s: float = 0.0,
    ) -> Listing:
        """Return a page of the images of a collection, or of those that match a text.

        :param registry: None takes all registries.
        :param collection: None takes all collections.
        :param text: words that must all occur in the reference or the labels. The best matches
            come first.
        :param limit: at most 1000.
        :param patience_s: how much longer to wait for the first listing of a registry, for faces
            that show a single answer.
        :raises RegistryNotFound: no registry has that name.
        """
        name, mark, rest = text.strip().partition("://")
        if mark and registry is None and name in self._listers:
            registry, text = name, rest
        else:
            text = self._without_address(text)
        listers = [self._finder.lister(registry)] if registry else list(self._listers.values())
        self._freshen(listers)
        _wait_for_first(listers, patience_s)
        # Before the rows are read: a listing that ends in between is complete in them.
        listed = {lister.backend.name: lister.shown() for lister in listers}
        offset = min(max(0, offset), MAX_OFFSET)

        def page(sources: Sequence[RowSource]) -> tuple[list[search.Row], int]:
            return search.page(
                sources,
                collection=_spelled(sources, collection),
                words=search.words_of(text),
                offset=offset,
                limit=min(max(1, limit), MAX_LIMIT),
            )

        rows, total = read_rows(self._listings, listers, page)
        for lister in listers:
            lister.read_headers(
                (row.id, (row.image.collection, row.image.container, row.image.tag))
                for row in rows
                if not row.is_header_read and row.image.registry == lister.backend.name
            )
        return Listing(
            images=tuple(row.image for row in rows),
            total=total,
            offset=offset,
            message=" ".join(item.message for item in listed.values() if item.message),
            is_partial=any(item.is_first for item in listed.values()),
        )

    def find_local(self, reference: str) -> tuple[Image, Path | None]:
        """Return the image that a reference means now, and its file if that is on this host.

        :raises ImageNotFound: as ``find``; so are the other errors.
        """
        backend, image = self.find(reference)
        storage = backend.storage(parse(image.reference))
        return image, storage.local_path if storage is not None else None

    def find(self, reference: str) -> tuple[RegistryBackend, Image]:
        """Return the image that a reference means now, and the registry that has it.

        Without a registry's name, all are asked in the configured order, and the first that has
        the image is taken.

        :raises ReferenceMalformed: the text is not a reference.
        :raises RegistryNotFound: no registry has that name.
        :raises ImageNotFound: no registry has the image.
        :raises ImageChanged: the image's digest differs from the reference's.
        :raises RegistryUnavailable: the named registry can't be asked, or without a name, none can.
        """
        return self._finder.find(reference)

    def published(self) -> list[PublishedRegistry]:
        """Return the registries whose entries name a published listing."""
        backends = [lister.backend for lister in self._listers.values()]
        return [backend for backend in backends if isinstance(backend, PublishedRegistry)]

    def forget(self, reference: str) -> None:
        """Have an image's digest and size read again, because they turned out not to hold.

        :param reference: with the registry's name; any other is ignored.
        """
        parsed = parse(reference)
        if parsed.registry in self._listers:
            lister = self._listers[parsed.registry]
            lister.backend.forget(parsed)
            with contextlib.suppress(StoreUnavailable):
                self._listings.forget_content(lister.listed().id, parsed)

    def inspect(self, reference: str) -> ImageDetails:
        """Return an image's metadata.

        :raises ReferenceMalformed: and other errors, as ``find``.
        """
        backend, image = self.find(reference)
        return backend.inspect(parse(image.reference))

    def _without_address(self, text: str) -> str:
        """Take off the scheme and the host of a reference from elsewhere."""
        text = read_pasted(text).rest
        for lister in self._listers.values():
            host = host_of(lister.backend)
            if host and text.startswith(f"{host}/"):
                return text.removeprefix(f"{host}/")
        return text

    def _overview(self) -> models.Catalog:
        registries, collections = [], []
        is_partial = False
        for name, lister in self._listers.items():
            listed = lister.shown()
            is_partial |= listed.is_first
            registries.append(
                Registry(
                    name=name,
                    kind=lister.backend.kind,
                    location=lister.backend.location,
                    state=_state(listed, lister.is_listing),
                    message=listed.message or listed.remark,
                    listed_at=listed.listed_at,
                    images_count=listed.images_count if listed.listed_at is not None else None,
                    action=listed.action if listed.message else None,
                    is_published=lister.published() is not None,
                )
            )
            collections += [
                Collection(name, collection, count)
                for collection, count in read_rows(self._listings, [lister], count_by_collection)
            ]
        return models.Catalog(
            registries=tuple(registries), collections=tuple(collections), is_partial=is_partial
        )

    def _freshen(self, listers: Iterable[Lister]) -> None:
        listers = list(listers)
        for lister in listers:
            lister.freshen()
        new = [lister for lister in listers if lister.shown().listed_at is None]
        _wait(listers, _GRACE_S)
        _wait(new, self._patience_s)


def _spelled(sources: Sequence[RowSource], collection: str | None) -> str | None:
    """Return the listed form of a collection's name, if it is spelled in another form."""
    if collection is None or collection.isascii():
        return collection
    names = [name for name, _ in count_by_collection(sources)]
    alike = [name for name in names if is_spelled_alike(name, collection)]
    return collection if collection in alike or not alike else alike[0]


def _wait(listers: Iterable[Lister], patience_s: float) -> None:
    until = time.monotonic() + patience_s
    for lister in listers:
        lister.wait(until - time.monotonic())


def _wait_for_first(listers: Sequence[Lister], patience_s: float) -> None:
    """Wait for first listings, also for those that another program makes."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and any(lister.is_first for lister in listers):
        _wait(listers, min(_GLANCE_S, until - time.monotonic()))
        time.sleep(0.01)


def _state(listed: Listed, is_listing: bool) -> Literal["ready", "listing", "failed"]:
    if is_listing and (listed.listed_at is None or not listed.message):
        return "listing"
    if listed.message:
        return "failed"
    return "ready" if listed.listed_at is not None else "listing"
