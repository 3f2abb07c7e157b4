"""A registry whose listing an administrator published, so that its server is hardly asked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from ...errors import ImageNotFound, SRegistryGlobusError
from ...images.inspect import HeaderFacts
from ...images.reference import ImageReference, format_reference
from ...models.images import Image, ImageDetails
from ...registry.base import (
    Download,
    ListingSummary,
    RegistryBackend,
    Storage,
    check_digest,
    choose_tag,
)
from ...units import human_moment
from .copies import LocalCopies
from .file import ListingUnusable, Published, PublishedFile
from .form import identity_of

_IMAGE = """
SELECT image.*, storage.image_id IS NOT NULL AS is_known, path, pattern, may_lack_file
FROM image LEFT JOIN storage ON image_id = image.id
WHERE registry_id = ? AND collection = ? AND container = ? LIMIT 10000
"""
_MAX_FORGOTTEN = 1000


class PublishedRegistry(RegistryBackend):
    """Answers from the published file what it can, and asks the registry for the rest.

    Its own listing has only what the file lacks: the user's private images, or everything while
    the file can't be used.

    :param inner: the registry, with the user's own credentials.
    """

    def __init__(self, inner: RegistryBackend, file: PublishedFile) -> None:
        super().__init__(inner.name, inner.location, inner.served_by)
        self.kind = inner.kind
        self.max_age_s, self.check_after_s = inner.max_age_s, inner.check_after_s
        self.retry_after_s, self.has_headers = inner.retry_after_s, inner.has_headers
        self.is_listed_by_name, self.needs_account = inner.is_listed_by_name, inner.needs_account
        self.file = file
        self._inner = inner
        self._identity = identity_of(inner)
        # Images whose content turned out not to be what the file says.
        self._forgotten: set[tuple[str, str]] = set()

    def published(self) -> Published:
        """Return what the file says about the registry.

        :raises ListingUnusable: it can't be used.
        """
        return self.file.about(self._identity)

    def problem(self) -> str:
        """Return why the published file is not used, for users; empty if it is."""
        try:
            self.published()
        except ListingUnusable as error:
            return (
                f"The published listing {self.file.path} cannot be used: {error}. The registry "
                "itself is asked instead. Tell the administrator."
            )
        return ""

    def variant(self) -> str:
        variant = self._inner.variant()
        return variant if self.problem() else f"besides the published listing {variant}"

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        if self.problem():
            return self._inner.read_listing(on_image)
        self._inner.read_private(on_image)
        return ListingSummary()

    def find(self, reference: ImageReference) -> Image:
        row = self._row(reference)
        if row is None:
            return self._inner.find(reference)
        return check_digest(self._image(row), reference)

    def storage(self, reference: ImageReference) -> Storage | None:
        row = self._row(reference)
        if row is None:
            return self._inner.storage(reference)
        image = self._image(row)
        return Storage(
            path_below_root=row["path"],
            pattern_below_root=row["pattern"],
            download=_LaterDownload(lambda: self._download(reference), image),
            may_lack_file=bool(row["may_lack_file"]),
        )

    def inspect(self, reference: ImageReference) -> ImageDetails:
        row = self._row(reference)
        if row is None or not self._inner.is_rationed():
            return self._inner.inspect(reference)
        return ImageDetails(image=check_digest(self._image(row), reference))

    def read_header(self, reference: ImageReference) -> HeaderFacts | None:
        return self._inner.read_header(reference)

    def is_unchanged(self, marker: str) -> bool:
        return self._inner.is_unchanged(marker)

    def retry_delay_s(self, error: SRegistryGlobusError) -> float:
        return self._inner.retry_delay_s(error)

    def forget(self, reference: ImageReference) -> None:
        if len(self._forgotten) >= _MAX_FORGOTTEN:
            self._forgotten.clear()
        self._forgotten.add((reference.collection, reference.container))
        self._inner.forget(reference)

    def has_credentials(self) -> bool:
        return self._inner.has_credentials()

    def is_rationed(self) -> bool:
        return self._inner.is_rationed()

    def _row(self, reference: ImageReference) -> sqlite3.Row | None:
        """Return an image's row; None if the registry itself must be asked for it.

        :raises ImageNotFound: it is not in the listing, and the registry is not asked.
        """
        place = (reference.collection, reference.container)
        if place in self._forgotten:
            return None
        try:
            published = self.published()
            rows = self._rows(published.id, place)
        except ListingUnusable:
            return None
        tags = {str(row["tag"]): row for row in rows}
        if not self._inner.is_rationed() and (not tags or reference.tag not in (None, *tags)):
            # It may be private, or new.
            return None
        try:
            row = tags[choose_tag(self, reference, [*tags])]
        except ImageNotFound as error:
            raise ImageNotFound(
                f"{error.message} The listing is from {human_moment(published.listed_at)}; an "
                "image that is newer will be in the next one."
            ) from None
        # Without these facts, only the registry can tell where the file is.
        return row if row["is_known"] or row["digest"] is not None else None

    def _rows(self, number: int, place: tuple[str, str]) -> list[sqlite3.Row]:
        try:
            with self.file.reading() as rows:
                return rows(_IMAGE, (number, *place))
        except ListingUnusable:  # open it once more
            with self.file.reading() as rows:
                return rows(_IMAGE, (number, *place))

    def _image(self, row: sqlite3.Row) -> Image:
        name = (row["collection"], row["container"], row["tag"])
        return Image(
            format_reference(self.name, *name),
            self.name,
            *name,
            size_bytes=row["size"],
            modified_at=row["modified"],
            arch=row["arch"],
            digest=row["digest"],
            format=row["format"],
            file_name=row["file_name"],
        )

    def _download(self, reference: ImageReference) -> Download:
        storage = self._inner.storage(reference)
        if storage is None or storage.download is None:
            raise self.missing(reference)
        return storage.download


def with_listing(backend: RegistryBackend, copies: LocalCopies) -> RegistryBackend:
    """Return a registry that reads its published listing, if its entry names one."""
    if backend.listing_path is None:
        return backend
    return PublishedRegistry(backend, PublishedFile(backend.listing_path, copies))


class _LaterDownload:
    """A download for which the registry is asked only when it is needed."""

    def __init__(self, make: Callable[[], Download], image: Image) -> None:
        self._make = make
        self._image = image
        self._made: Download | None = None
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int | None:
        listed = self._image.size_bytes
        return listed if listed is not None else self._download().size_bytes

    @property
    def digest(self) -> str | None:
        return self._image.digest

    @property
    def is_resumable(self) -> bool:
        return self._download().is_resumable

    def open(self, start: int = 0) -> AbstractContextManager[Iterator[bytes]]:
        return self._download().open(start)

    def _download(self) -> Download:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
