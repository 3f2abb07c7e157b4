"""Finds one image by its reference: asks the registries, whatever they listed before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..errors import (
    ImageNotFound,
    ImageUnreadable,
    ReferenceMalformed,
    RegistryNotFound,
    RegistryUnavailable,
)
from ..images.pasted import SCHEMES, Pasted, is_file_name, pinned_digest, read_pasted
from ..images.reference import ImageReference, parse
from ..models.images import Image
from ..registry.base import RegistryBackend
from .lister import Lister
from .listings import Listings
from .rowsources import RowSource, read_rows

Found = tuple[RegistryBackend, Image]


class Finder:
    """Finds images in the configured registries.

    :param listers: in the order in which a reference without a registry's name is looked up.
    :param wait_for_listings: called before something is looked up that only listings know; waits
        for first listings, but not for long.
    """

    def __init__(
        self,
        listers: Mapping[str, Lister],
        listings: Listings,
        wait_for_listings: Callable[[], object],
    ) -> None:
        self._listers = listers
        self._listings = listings
        self._wait_for_listings = wait_for_listings

    def lister(self, registry: str) -> Lister:
        """Return a registry's lister.

        :raises RegistryNotFound: no registry has that name.
        """
        if registry not in self._listers:
            names = ", ".join(self._listers) or "none"
            raise RegistryNotFound(
                f"There is no registry {registry!r}. Configured registries: {names}."
            )
        return self._listers[registry]

    def find(self, reference: str) -> Found:
        """Return the image that a reference means now, as ``Catalog.find``."""
        parsed, malformed = _parse(reference)
        registry = parsed.registry if parsed is not None else None
        # Another program's scheme may also be the name of a registry.
        is_ours = registry in self._listers or registry not in SCHEMES
        if parsed is not None and registry is not None and is_ours:
            backend = self.lister(registry).backend
            return backend, self._find(backend, parsed)
        pasted = read_pasted(reference)
        unreadable: list[ImageUnreadable] = []
        unavailable: list[RegistryUnavailable] = []
        missing: list[ImageNotFound] = []
        for lister in self._listers.values():
            for form in pasted.forms(lister.backend.name, host_of(lister.backend)):
                try:
                    return lister.backend, self._find(lister.backend, form)
                except ImageNotFound as error:
                    missing.append(error)
                except ImageUnreadable as error:
                    unreadable.append(error)
                except RegistryUnavailable as error:
                    unavailable.append(error)
                    break
        if unreadable:
            raise unreadable[0]
        if is_file_name(pasted.rest):
            listed = self._listed_as(pasted.rest)
            if listed is not None:
                return listed
        if malformed is not None and not pasted.scheme and not is_file_name(pasted.rest):
            raise malformed
        if unavailable and not missing:
            raise unavailable[0]
        raise self._missing(pasted, missing, unavailable, is_malformed=malformed is not None)

    def _missing(
        self,
        pasted: Pasted,
        missing: list[ImageNotFound],
        unavailable: list[RegistryUnavailable],
        *,
        is_malformed: bool,
    ) -> ImageNotFound:
        problems = "".join(f" {error.message}" for error in unavailable)
        if pasted.scheme or is_malformed:
            unlisted = [name for name, lister in self._listers.items() if lister.is_first]
            if is_file_name(pasted.rest) and unlisted:
                return ImageNotFound(
                    f"{pasted.text} was not found yet, because {', '.join(unlisted)} is still "
                    f"being listed. Try again in a moment. {pasted.advice()}{problems}"
                )
            return ImageNotFound(f"No registry has {pasted.text}. {pasted.advice()}{problems}")
        if len(self._listers) == 1 and missing:
            return missing[0]
        return ImageNotFound(
            f"No registry has the image {pasted.text}. Search for its name.{problems}"
        )

    def _find(self, backend: RegistryBackend, reference: ImageReference) -> Image:
        try:
            return backend.find(reference)
        except ImageNotFound:
            digest = pinned_digest(f":{reference.tag}")
            if digest is None:
                raise
            # Libraries write a digest as a tag.
            tag = self._tag_of(backend, reference, digest)
            return backend.find(replace(reference, tag=tag, digest=digest))

    def _tag_of(
        self, backend: RegistryBackend, reference: ImageReference, digest: str
    ) -> str | None:
        """Return the tag that was listed with a digest; None if none was."""
        self._wait_for_listings()
        place = (reference.collection, reference.container)
        rows = self._rows(
            self._listers[backend.name],
            "SELECT tag FROM image WHERE registry_id = ? AND collection = ? AND container = ? "
            "AND digest = ? LIMIT 1",
            (*place, digest),
        )
        return str(rows[0]["tag"]) if rows else None

    def _listed_as(self, file_name: str) -> Found | None:
        """Return the only image whose file has this name, of the first registry that listed any.

        :raises ImageNotFound: it listed several.
        """
        self._wait_for_listings()
        for lister in self._listers.values():
            rows = self._rows(
                lister,
                "SELECT collection, container, tag FROM image "
                "WHERE registry_id = ? AND file_name = ? LIMIT 5",
                (file_name,),
            )
            references = [ImageReference(lister.backend.name, *row) for row in rows]
            if len(references) > 1:
                texts = ", ".join(map(str, references))
                raise ImageNotFound(f"Several images are named {file_name}. Write one of {texts}.")
            for reference in references:
                return lister.backend, lister.backend.find(reference)
        return None

    def _rows(self, lister: Lister, query: str, parameters: Sequence[str]) -> list[sqlite3.Row]:
        """Return the rows of a query whose first parameter is the registry's number."""

        def read(sources: Sequence[RowSource]) -> list[sqlite3.Row]:
            return [
                row
                for source in sources
                for row in source.rows(query, (source.registry_id, *parameters))
            ]

        return read_rows(self._listings, [lister], read)


def host_of(backend: RegistryBackend) -> str:
    """Return the host of a registry's address, as references name it; empty for a folder."""
    _, mark, rest = backend.location.partition("://")
    return rest.partition("/")[0] if mark else ""


def _parse(reference: str) -> tuple[ImageReference | None, ReferenceMalformed | None]:
    try:
        return parse(reference), None
    except ReferenceMalformed as error:
        return None, error
