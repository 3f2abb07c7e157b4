"""Finds one image by its reference: asks the registries, whatever they listed before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        listed = self._listers[backend.name].listed()
        with self._listings.reading() as connection:
            row = connection.execute(
                "SELECT tag FROM image WHERE registry_id = ? AND collection = ? AND container = ? "
                "AND digest = ? LIMIT 1",
                (listed.id, reference.collection, reference.container, digest),
            ).fetchone()
        return None if row is None else str(row["tag"])

    def _listed_as(self, file_name: str) -> Found | None:
        """Return the only image whose file has this name, of the first registry that listed any.

        :raises ImageNotFound: it listed several.
        """
        self._wait_for_listings()
        for lister in self._listers.values():
            listed = lister.listed()
            with self._listings.reading() as connection:
                rows = connection.execute(
                    "SELECT collection, container, tag FROM image "
                    "WHERE registry_id = ? AND file_name = ? LIMIT 5",
                    (listed.id, file_name),
                ).fetchall()
            references = [ImageReference(lister.backend.name, *row) for row in rows]
            if len(references) > 1:
                texts = ", ".join(map(str, references))
                raise ImageNotFound(f"Several images are named {file_name}. Write one of {texts}.")
            for reference in references:
                return lister.backend, lister.backend.find(reference)
        return None


def host_of(backend: RegistryBackend) -> str:
    """Return the host of a registry's address, as references name it; empty for a folder."""
    _, mark, rest = backend.location.partition("://")
    return rest.partition("/")[0] if mark else ""


def _parse(reference: str) -> tuple[ImageReference | None, ReferenceMalformed | None]:
    try:
        return parse(reference), None
    except ReferenceMalformed as error:
        return None, error
