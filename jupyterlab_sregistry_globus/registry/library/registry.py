"""Images of a server that speaks Sylabs's Library API: the Sylabs library and its kin.

What it calls entity and collection is our collection: ``library/default`` and so on.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from ...errors import ImageNotFound, RegistryUnavailable
from ...images.inspect import inspect_open
from ...images.reference import ImageReference, written
from ...models.images import Image, ImageDetails
from ..base import ListingSummary, RegistryBackend, Storage, check_digest, choose_tag
from ..entry import Entry, EntryWrong
from ..web.answers import Stream
from ..web.download import WebDownload
from ..web.http import Session, Site
from ..web.moment import moment
from ..web.remotefile import open_stream
from .answers import Collection, Container, Entity, ImageTold, Reply

# Each container costs a request, as no answer tells of several.
MAX_CONTAINERS = 5000
DEFAULT_ARCH = "amd64"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")
_HASH = re.compile(r"sha256\.([0-9a-f]{64})")

Told = TypeVar("Told")


class _NotForUs(Exception):
    """The server does not tell this to whoever asks; ``refusal`` is for who asks nothing else."""

    def __init__(self, refusal: RegistryUnavailable) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True)
class _Found:
    image: Image
    path: str
    arch: str | None


class LibraryRegistry(RegistryBackend):
    """The configured part of a library; nothing lists all of it.

    :param places: each an entity, a collection of one, or a container, as ``library/default/alpine``.
    :param token: empty for anybody.
    :param arch: which image to take where a tag has several.
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
                        container = self._told(session, f"v1/containers/{path}", Container)
                        if container is None:
                            missing.append(path)
                        else:
                            has_any = True
                            for image in self._images(container, path):
                                on_image(image)
                except _NotForUs as error:
                    refusal = error.refusal
                    missing.append(place)
        if refusal is not None and not has_any:
            raise refusal
        return ListingSummary(_remark(missing, has_more=has_more))

    def find(self, reference: ImageReference) -> Image:
        return self._found(reference).image

    def storage(self, reference: ImageReference) -> Storage | None:
        found = self._found(reference)

        def measure() -> int | None:
            with (
                contextlib.suppress(RegistryUnavailable, ImageNotFound),
                self._begin(found, 0) as stream,
            ):
                return stream.total
            return None

        return Storage(
            download=WebDownload(
                lambda start: self._begin(found, start),
                size_bytes=found.image.size_bytes,
                digest=found.image.digest,
                is_resumable=True,
                measure=measure,
            )
        )

    def inspect(self, reference: ImageReference) -> ImageDetails:
        found = self._found(reference)
        size_bytes = found.image.size_bytes
        if size_bytes is None:
            return ImageDetails(image=found.image)
        file = open_stream(lambda start: self._begin(found, start), size_bytes)
        return inspect_open(file, size_bytes, found.image)

    # What it tells.

    def _containers(
        self, session: Session, place: str, missing: MutableSequence[str]
    ) -> Iterator[str]:
        """The containers of a place, by name or by id."""
        depth = place.count("/")
        if depth == 2:
            yield place
            return
        collections: Sequence[str] = [place]
        if depth == 0:
            entity = self._told(session, f"v1/entities/{place}", Entity)
            if entity is None:
                missing.append(place)
                return
            collections = entity.collections or []
        for one in collections:
            collection = self._told(session, f"v1/collections/{one}", Collection)
            if collection is None:
                missing.append(one)
            else:
                yield from (collection.containers or [])

    def _images(self, container: Container, path: str) -> Iterator[Image]:
        names = (container.entity_name, container.collection_name, container.name)
        if path.count("/") == 2:
            # A Singularity Registry Server tells the collection's name in the container's place.
            names = tuple(path.split("/"))  # type: ignore[assignment]
        if not all(name and _NAME.fullmatch(name) for name in names):
            return
        for tag, arch in container.arch_by_tag(self._arch).items():
            if _is_tag(tag):
                yield self._image(f"{names[0]}/{names[1]}", str(names[2]), tag, arch)

    def _told(self, session: Session, path: str, kind: type[Told]) -> Told | None:
        """What the server tells of one thing; None where there is none, or none for us."""
        if not all(_NAME.fullmatch(part) and part.strip(".") for part in path.split("/")):
            return None
        return self._read(session, path, {}, kind)

    def _read(
        self, session: Session, path: str, params: Mapping[str, str], kind: type[Told]
    ) -> Told | None:
        answer = session.get(path, params=params, headers=self._headers)
        if answer.status == 404:
            return None
        if answer.status in (401, 403):
            raise _NotForUs(answer.refused())
        if answer.status != 200:
            raise answer.refused()
        data = answer.read(Reply).data
        try:
            return msgspec.json.decode(data, type=kind) if bytes(data) != b"null" else None
        except msgspec.DecodeError:
            raise self._site.unreadable() from None

    # One image.

    def _found(self, reference: ImageReference) -> _Found:
        collection, container = reference.collection, reference.container
        parts = (*collection.split("/"), container)
        tag = reference.tag or "latest"
        if len(parts) != 3 or not all(_NAME.fullmatch(part) for part in parts) or not _is_tag(tag):
            raise self.missing(reference)
        path = f"{collection}/{container}"
        try:
            with self._site.session() as session:
                tag, arch, told = self._chosen(session, path, tag, reference)
        except _NotForUs as error:
            if not self._headers:
                raise error.refusal from None
            raise self.missing(reference, "Perhaps it is not for this account.") from None
        match = _HASH.fullmatch(told.hash or "")
        image = msgspec.structs.replace(
            self._image(collection, container, tag),
            digest=f"sha256:{match[1]}" if match else None,
            # A Singularity Registry Server tells no size, and then neither a true architecture
            # (all is amd64) nor a true time (each download changes it).
            size_bytes=told.size or None,
            arch=(told.arch or arch) if told.size else None,
            modified_at=moment(told.created_at) if told.size else None,
        )
        return _Found(check_digest(image, reference), f"{path}:{tag}", arch)

    def _chosen(
        self, session: Session, path: str, tag: str, reference: ImageReference
    ) -> tuple[str, str | None, ImageTold]:
        """The tag and the architecture to take, and what is told of their image."""
        told = self._told_image(session, path, tag, self._arch)
        if told is not None:
            return tag, self._arch, told
        # There may be another tag alone, or this one for another architecture.
        container = self._told(session, f"v1/containers/{path}", Container) or Container()
        arch_by_tag = container.arch_by_tag(self._arch)
        tag = choose_tag(self, reference, [one for one in arch_by_tag if _is_tag(one)])
        told = self._told_image(session, path, tag, arch_by_tag[tag])
        if told is None:
            raise self.missing(reference)
        return tag, arch_by_tag[tag], told

    def _told_image(
        self, session: Session, path: str, tag: str, arch: str | None
    ) -> ImageTold | None:
        params = {"arch": arch} if arch else {}
        told = self._read(session, f"v1/images/{path}:{quote(tag)}", params, ImageTold)
        is_ours = told is not None and told.container_name in (None, path.rpartition("/")[2])
        return told if told is not None and is_ours and told.uploaded else None

    def _image(self, collection: str, container: str, tag: str, arch: str | None = None) -> Image:
        reference = written(self.name, collection, container, tag)
        return Image(reference, self.name, collection, container, tag, arch=arch)

    @contextlib.contextmanager
    def _begin(self, found: _Found, start: int) -> Iterator[Stream]:
        path = f"v1/imagefile/{found.path}" + (f"?arch={quote(found.arch)}" if found.arch else "")
        with (
            self._site.session() as session,
            session.stream(path, start=start, headers=self._headers, is_handed_on=True) as stream,
        ):
            if stream.status == 404:
                raise ImageNotFound(f"{self._site} does not hand out the file of {found.path}.")
            yield stream


def from_entry(entry: Entry) -> LibraryRegistry:
    """A registry out of an entry with ``url``, ``collections``, ``token`` and ``arch``.

    :raises EntryWrong: one of these is missing, or no good.
    """
    places = [one.strip("/") for one in entry.texts("collections")]
    if not places:
        raise EntryWrong("write its 'collections', a list of texts such as 'library/default'.")
    for place in places:
        parts = place.split("/")
        if len(parts) > 3 or not all(_NAME.fullmatch(p) and p.strip(".") for p in parts):
            raise EntryWrong(
                f"{place!r} is no part of a library: write ENTITY, ENTITY/COLLECTION or "
                "ENTITY/COLLECTION/CONTAINER."
            )
    return LibraryRegistry(
        entry.name,
        entry.site(entry.url("url")),
        places,
        token=entry.text("token", ""),
        arch=entry.text("arch", DEFAULT_ARCH),
    )


def _is_tag(tag: str) -> bool:
    # A hash in a tag's place has a Singularity Registry Server make a new container of it.
    return _NAME.fullmatch(tag) is not None and not _HASH.fullmatch(tag)


def _remark(missing: Sequence[str], *, has_more: bool) -> str:
    parts = []
    if missing:
        some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        parts.append(f"Not there, or not for us: {some}.")
    if has_more:
        parts.append(f"Only the first {MAX_CONTAINERS} containers are listed.")
    return " ".join(parts)
