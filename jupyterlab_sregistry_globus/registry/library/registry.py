"""Images of a server with Sylabs's Library API, such as the Sylabs library.

Its entity and collection together are our collection, such as ``library/default``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from ...errors import ImageNotFound, RegistryUnavailable
from ...images.inspect import inspect_open
from ...images.reference import ImageReference, format_reference
from ...models.images import Image, ImageDetails
from ..base import ListingSummary, RegistryBackend, Storage, check_digest, choose_tag
from ..entry import Entry, InvalidEntry
from ..web.answers import Stream
from ..web.download import WebDownload
from ..web.http import Session, Site
from ..web.remotefile import open_stream
from ..web.times import parse_time
from .answers import Collection, Container, Entity, ImageData, Reply, remark
from .names import digest_of, is_name, is_path, is_tag

# Each container costs a request, because no answer describes several.
MAX_CONTAINERS = 5000
DEFAULT_ARCH = "amd64"

Data = TypeVar("Data")


class _AccessDenied(Exception):
    """The server keeps something from this account.

    ``refusal`` is the error to raise if nothing else could be read either.
    """

    def __init__(self, refusal: RegistryUnavailable) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True)
class _Located:
    image: Image
    path: str
    arch: str | None


class LibraryRegistry(RegistryBackend):
    """The configured part of a library. No request lists all of a library.

    :param places: entities, their collections or containers, such as ``library/default/alpine``.
    :param token: empty for anonymous requests.
    :param arch: which image to take if a tag has several.
    """

    kind = "library"
    # A listing is many requests.
    retry_after_s = 300.0

    def __init__(
        self, name: str, site: Site, places: Sequence[str], *, token: str = "", arch: str
    ) -> None:
        super().__init__(name, site.url)
        self._site = site
        self._places = tuple(places)
        self._headers = {"Authorization": f"BEARER {token}"} if token else {}
        self._arch = arch

    def variant(self) -> str:
        return f"{self._arch} {' '.join(self._places)}"

    def has_credentials(self) -> bool:
        return bool(self._headers)

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        missing: MutableSequence[str] = []
        refusal: RegistryUnavailable | None = None
        seen: set[str] = set()
        has_more = has_any = False
        with self._site.session() as session:
            for place in self._places:
                try:
                    for path in self._containers(session, place, missing):
                        if path in seen:
                            continue
                        if len(seen) >= MAX_CONTAINERS:
                            has_more = True
                            break
                        seen.add(path)
                        container = self._get(session, f"v1/containers/{path}", Container)
                        if container is None:
                            missing.append(path)
                        else:
                            has_any = True
                            for image in self._images(container, path):
                                on_image(image)
                except _AccessDenied as error:
                    refusal = error.refusal
                    missing.append(place)
        if refusal is not None and not has_any:
            raise refusal
        return ListingSummary(remark(missing, limit=MAX_CONTAINERS if has_more else None))

    def find(self, reference: ImageReference) -> Image:
        return self._locate(reference).image

    def storage(self, reference: ImageReference) -> Storage | None:
        located = self._locate(reference)

        def measure() -> int | None:
            with (
                contextlib.suppress(RegistryUnavailable, ImageNotFound),
                self._begin(located, 0) as stream,
            ):
                return stream.total
            return None

        return Storage(
            download=WebDownload(
                lambda start: self._begin(located, start),
                size_bytes=located.image.size_bytes,
                digest=located.image.digest,
                is_resumable=True,
                measure=measure,
            )
        )

    def inspect(self, reference: ImageReference) -> ImageDetails:
        located = self._locate(reference)
        size_bytes = located.image.size_bytes
        if size_bytes is None:
            return ImageDetails(image=located.image)
        file = open_stream(lambda start: self._begin(located, start), size_bytes)
        return inspect_open(file, size_bytes, located.image)

    # Listing.

    def _containers(
        self, session: Session, place: str, missing: MutableSequence[str]
    ) -> Iterator[str]:
        """Return the containers of a place, by name or by id."""
        depth = place.count("/")
        if depth == 2:
            yield place
            return
        collections: Sequence[str] = [place]
        if depth == 0:
            entity = self._get(session, f"v1/entities/{place}", Entity)
            if entity is None:
                missing.append(place)
                return
            collections = entity.collections or []
        for name in collections:
            collection = self._get(session, f"v1/collections/{name}", Collection)
            if collection is None:
                missing.append(name)
            else:
                yield from (collection.containers or [])

    def _images(self, container: Container, path: str) -> Iterator[Image]:
        names = (container.entity_name, container.collection_name, container.name)
        if path.count("/") == 2:
            # A Singularity Registry Server sends the collection's name instead of the container's.
            names = tuple(path.split("/"))  # type: ignore[assignment]
        if not all(map(is_name, names)):
            return
        for tag, arch in container.arch_by_tag(self._arch).items():
            if is_tag(tag):
                yield self._image(f"{names[0]}/{names[1]}", str(names[2]), tag, arch)

    def _get(self, session: Session, path: str, kind: type[Data]) -> Data | None:
        """Return what the server says about a path; None if it does not exist."""
        if not is_path(path):
            return None
        return self._read(session, path, {}, kind)

    def _read(
        self, session: Session, path: str, params: Mapping[str, str], kind: type[Data]
    ) -> Data | None:
        answer = session.get(path, params=params, headers=self._headers)
        if answer.status == 404:
            return None
        has_token = bool(self._headers)
        if answer.status == 401 and has_token:
            # Not the image, but the token is not accepted.
            raise answer.refused(has_token=True)
        if answer.status in (401, 403):
            raise _AccessDenied(answer.refused(has_token=has_token))
        if answer.status != 200:
            raise answer.refused()
        data = answer.read(Reply).data
        try:
            return msgspec.json.decode(data, type=kind) if bytes(data) != b"null" else None
        except msgspec.DecodeError:
            raise self._site.unreadable() from None

    # Single images.

    def _locate(self, reference: ImageReference) -> _Located:
        collection, container = reference.collection, reference.container
        parts = (*collection.split("/"), container)
        tag = reference.tag or "latest"
        if len(parts) != 3 or not all(map(is_name, parts)) or not is_tag(tag):
            raise self.missing(reference)
        path = f"{collection}/{container}"
        try:
            with self._site.session() as session:
                tag, arch, data = self._choose(session, path, tag, reference)
        except _AccessDenied as error:
            if not self._headers:
                raise error.refusal from None
            raise self.missing(reference, "It may not be visible to this account.") from None
        image = msgspec.structs.replace(
            self._image(collection, container, tag),
            digest=digest_of(data.hash),
            # A Singularity Registry Server sends no size. Then the architecture (always amd64) and
            # the time (each download changes it) are wrong as well.
            size_bytes=data.size or None,
            arch=(data.arch or arch) if data.size else None,
            modified_at=parse_time(data.created_at) if data.size else None,
        )
        return _Located(check_digest(image, reference), f"{path}:{tag}", arch)

    def _choose(
        self, session: Session, path: str, tag: str, reference: ImageReference
    ) -> tuple[str, str | None, ImageData]:
        """Return the tag and architecture to take, and the server's data about that image."""
        data = self._get_image(session, path, tag, self._arch)
        if data is not None:
            return tag, self._arch, data
        # There may be only another tag, or this one for another architecture.
        container = self._get(session, f"v1/containers/{path}", Container) or Container()
        arch_by_tag = container.arch_by_tag(self._arch)
        tag = choose_tag(self, reference, [name for name in arch_by_tag if is_tag(name)])
        data = self._get_image(session, path, tag, arch_by_tag[tag])
        if data is None:
            raise self.missing(reference)
        return tag, arch_by_tag[tag], data

    def _get_image(
        self, session: Session, path: str, tag: str, arch: str | None
    ) -> ImageData | None:
        params = {"arch": arch} if arch else {}
        data = self._read(session, f"v1/images/{path}:{quote(tag)}", params, ImageData)
        if data is None or not data.uploaded:
            return None
        return data if data.container_name in (None, path.rpartition("/")[2]) else None

    def _image(self, collection: str, container: str, tag: str, arch: str | None = None) -> Image:
        reference = format_reference(self.name, collection, container, tag)
        return Image(reference, self.name, collection, container, tag, arch=arch)

    @contextlib.contextmanager
    def _begin(self, located: _Located, start: int) -> Iterator[Stream]:
        path = f"v1/imagefile/{located.path}" + (
            f"?arch={quote(located.arch)}" if located.arch else ""
        )
        with (
            self._site.session() as session,
            session.stream(path, start=start, headers=self._headers, is_handed_on=True) as stream,
        ):
            if stream.status == 404:
                raise ImageNotFound(
                    f"{self._site} has no file for {located.path}. Ask its owner to push it again."
                )
            yield stream


def from_entry(entry: Entry) -> LibraryRegistry:
    """Make a registry from an entry with ``url``, ``collections``, ``token`` and ``arch``.

    :raises InvalidEntry: one of these is missing or not valid.
    """
    places = [place.strip("/") for place in entry.texts("collections")]
    if not places:
        raise InvalidEntry("set 'collections' to a list of strings such as 'library/default'.")
    for place in places:
        if place.count("/") > 2 or not is_path(place):
            raise InvalidEntry(
                f"{place!r} is not part of a library. Write ENTITY, ENTITY/COLLECTION, or "
                "ENTITY/COLLECTION/CONTAINER."
            )
    return LibraryRegistry(
        entry.name,
        entry.site(entry.url("url")),
        places,
        token=entry.credential("token"),
        arch=entry.text("arch", DEFAULT_ARCH),
    )
