"""What the registries listed, searchable. One registry that fails never hides the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .errors import ImageNotFound, RegistryNotFound, RegistryUnavailable, SRegistryGlobusError
from .images.reference import ImageReference, parse
from .models import images as models
from .models.images import Collection, Image, ImageDetails, Listing, Registry
from .registry.base import RegistryBackend

MAX_LIMIT = 1000

log = logging.getLogger(__name__)


@dataclass
class _Listed:
    """What one registry listed last."""

    state: Literal["ready", "listing", "failed"] = "listing"
    message: str = ""
    listed_at: float | None = None
    images: list[Image] = field(default_factory=list)
    work: Future[None] | None = None


class Catalog:
    """The configured registries as one searchable list.

    :param backends: in the order in which a reference without a registry's name is looked up.
    :param database_path: a file in the cache folder; it can be made again at any time.
    :param pool: where listing goes on when it takes longer than ``patience_s``; None lists in the
        calling thread, as the command line wants it.
    :param on_change: called, from any thread, when what a face shows may be out of date.
    :param patience_s: how long the first look at a registry may keep its caller waiting.
    """

    def __init__(
        self,
        backends: Sequence[RegistryBackend],
        database_path: Path,
        pool: Executor | None = None,
        *,
        on_change: Callable[[], None] = lambda: None,
        patience_s: float = 0.5,
    ) -> None:
        self._backends = {backend.name: backend for backend in backends}
        self._listed = {name: _Listed() for name in self._backends}
        self._pool = pool
        self._on_change = on_change
        self._patience_s = patience_s
        self._lock = threading.Lock()

    def overview(self) -> models.Catalog:
        """Every registry with its state, and every collection."""
        self._ensure_listed(self._backends)
        return self._overview()

    def refresh(self) -> models.Catalog:
        """List every registry again; what was listed before is shown until then."""
        for name in self._backends:
            self._start(name)
        self._wait(self._backends)
        return self._overview()

    def images(
        self,
        registry: str | None = None,
        collection: str | None = None,
        text: str = "",
        offset: int = 0,
        limit: int = 200,
    ) -> Listing:
        """A page of the images of a collection, or of those that match a text.

        :param registry: None takes all registries.
        :param collection: None takes all collections.
        :param text: words, each of which must occur somewhere in the reference.
        :param limit: at most 1000.
        :raises RegistryNotFound: no registry has that name.
        """
        names = [self._known(registry)] if registry else list(self._backends)
        self._ensure_listed(names)
        words = text.casefold().split()
        found = [
            image
            for name in names
            for image in self._listed[name].images
            if (collection is None or image.collection == collection)
            and all(word in image.reference.casefold() for word in words)
        ]
        offset, limit = max(0, offset), min(max(1, limit), MAX_LIMIT)
        return Listing(
            images=tuple(found[offset : offset + limit]),
            total=len(found),
            offset=offset,
            message=" ".join(
                self._listed[name].message for name in names if self._listed[name].state == "failed"
            ),
        )

    def find(self, reference: str) -> tuple[RegistryBackend, Image]:
        """The image that a reference means now, and the registry that has it.

        Without a registry's name, all are asked in the configured order, and the first that has
        the image wins.

        :raises ReferenceMalformed: the text is no reference.
        :raises RegistryNotFound: no registry has that name.
        :raises ImageNotFound: no registry has the image.
        :raises ImageChanged: the image has another digest than the reference.
        :raises RegistryUnavailable: the registry that is named, or each, cannot be asked.
        """
        asked = parse(reference)
        if asked.registry is not None:
            backend = self._backends[self._known(asked.registry)]
            return backend, backend.find(asked)
        unavailable: RegistryUnavailable | None = None
        missing: ImageNotFound | None = None
        for backend in self._backends.values():
            try:
                return backend, backend.find(asked)
            except ImageNotFound as error:
                missing = missing or error
            except RegistryUnavailable as error:
                unavailable = unavailable or error
        if missing is not None and len(self._backends) == 1:
            raise missing
        if unavailable is not None and missing is None:
            raise unavailable
        aside = f" {unavailable.message}" if unavailable is not None else ""
        raise ImageNotFound(f"No registry has an image {asked}. Search for its name.{aside}")

    def inspect(self, reference: str) -> ImageDetails:
        """What an image says about itself.

        :raises ReferenceMalformed: and the others, as ``find``.
        """
        backend, image = self.find(reference)
        return backend.inspect(parse(image.reference))

    def _known(self, registry: str) -> str:
        if registry not in self._backends:
            names = ", ".join(self._backends) or "none"
            raise RegistryNotFound(f"There is no registry {registry!r}; configured: {names}.")
        return registry

    def _overview(self) -> models.Catalog:
        registries, collections = [], []
        for name, backend in self._backends.items():
            listed = self._listed[name]
            registries.append(
                Registry(
                    name=name,
                    kind=backend.kind,
                    location=backend.location,
                    state=listed.state,
                    message=listed.message or backend.remark,
                    listed_at=listed.listed_at,
                    images_count=len(listed.images) if listed.listed_at else None,
                )
            )
            counts: dict[str, int] = {}
            for image in listed.images:
                counts[image.collection] = counts.get(image.collection, 0) + 1
            collections += [Collection(name, *item) for item in sorted(counts.items())]
        return models.Catalog(registries=tuple(registries), collections=tuple(collections))

    def _ensure_listed(self, names: Sequence[str] | dict[str, RegistryBackend]) -> None:
        for name in names:
            listed = self._listed[name]
            is_fresh = (
                listed.listed_at is not None
                and listed.state == "ready"
                and time.time() - listed.listed_at
                < (self._backends[name].check_after_s or self._backends[name].max_age_s)
            )
            if not is_fresh:
                self._start(name)
        self._wait(names)

    def _start(self, name: str) -> None:
        with self._lock:
            listed = self._listed[name]
            if listed.work is not None and not listed.work.done():
                return
            listed.state = "listing"
            if self._pool is not None:
                listed.work = self._pool.submit(self._list, name)
                return
        self._list(name)

    def _wait(self, names: Sequence[str] | dict[str, RegistryBackend]) -> None:
        until = time.monotonic() + self._patience_s
        for name in names:
            work = self._listed[name].work
            while work is not None and not work.done() and time.monotonic() < until:
                time.sleep(0.005)

    def _list(self, name: str) -> None:
        listed = self._listed[name]
        try:
            images = sorted(
                self._backends[name].list(), key=lambda i: (i.collection, i.container, i.tag)
            )
        except SRegistryGlobusError as error:
            listed.state, listed.message = "failed", error.message
        except Exception:
            log.exception("registry %s could not be listed", name)
            listed.state = "failed"
            listed.message = f"The registry {name!r} could not be listed; the log has the details."
        else:
            listed.images, listed.listed_at = images, time.time()
            listed.state, listed.message = "ready", ""
        self._on_change()


def reference_of(image: Image) -> ImageReference:
    """The reference of a listed image."""
    return parse(image.reference)
