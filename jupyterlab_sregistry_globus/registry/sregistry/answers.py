"""Answers of a Singularity Registry Server, without the secrets in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..web.answers import Answer
from ..web.names import is_segment

# The tag of an unfinished push in every listing.
_UNFINISHED = re.compile(r"DUMMY-[0-9a-f-]{36}")
_VERSION = re.compile(r"sha256\.([0-9a-f]{64})")
_MD5 = re.compile(r"[0-9a-f]{32}")
_DOWNLOAD = re.compile(r"/containers/[0-9]+/download/[A-Za-z0-9-]+/?$")
_LIBRARY_MARKS = frozenset({"pushSecret", "upload_id"})

# A row of a real listing is about a hundred bytes.
MAX_LISTING_BYTES = 64 * 1024 * 1024
MAX_LISTED_OBJECTS = 600_000
# A detail contains the image's recipe, and is read with all its members.
MAX_DETAIL_BYTES = 2 * 1024 * 1024
# All tags of one container, each with its recipe.
MAX_SEARCH_BYTES = 16 * 1024 * 1024
# The words of the search's own path.
_SEARCH_WORDS = frozenset({"collection", "name", "tag"})

Name = tuple[str, str, str]


class Row(msgspec.Struct, frozen=True, gc=False):
    """An image in a listing. Its ``uri`` is not used, because it may differ from its name."""

    name: str | None = None
    tag: str | None = None


class CollectionRow(msgspec.Struct, frozen=True):
    """A collection in a listing."""

    name: str | None = None
    containers: list[Row] = []


class Page(msgspec.Struct, frozen=True):
    """A listing."""

    count: int
    results: list[CollectionRow]


@dataclass(frozen=True)
class Record:
    """One image, as its detail describes it.

    :param version: as the server writes it; empty without one.
    :param is_library: whether it is known to be pushed through the Library API.
    :param size_bytes: None if not recorded exactly. Sizes rounded to megabytes are not used.
    :param download_path: of a native push; contains a secret. Empty if it was not asked for.
    """

    collection: str
    container: str
    tag: str
    version: str
    is_library: bool
    size_bytes: int | None
    definition: str | None
    download_path: str = field(repr=False)
    is_private: bool = False

    @property
    def name(self) -> Name:
        """Collection, container and tag. They identify it, because each push changes its id."""
        return self.collection, self.container, self.tag

    @property
    def digest(self) -> str | None:
        """Return ``sha256:<hex>``; None if the version is an md5, or empty."""
        match = _VERSION.fullmatch(self.version)
        return f"sha256:{match[1]}" if match else None

    @property
    def md5(self) -> str | None:
        """Return the md5 in the name of a native push's file, if the server still knows it."""
        is_native = not self.is_library and _MD5.fullmatch(self.version)
        return self.version if is_native else None


def shown(name: Name) -> str:
    """Return an image's name for a message."""
    return f"{name[0]}/{name[1]}:{name[2]}"


def read_page(answer: Answer) -> Page:
    """Read a listing. Counts its objects first, because they take more memory than their text.

    :raises RegistryUnavailable: it is not a listing, or has too many objects.
    """
    if answer.body.count(b"{") > MAX_LISTED_OBJECTS:
        raise answer.server.unavailable(
            f"lists more than {MAX_LISTED_OBJECTS:,} images and collections."
        )
    return answer.read(Page)


def names(row: CollectionRow) -> Iterator[Name]:
    """Return the images of a collection, including those of unfinished pushes."""
    for image in row.containers:
        if row.name and image.name and image.tag:
            yield row.name, image.name, image.tag


def is_requestable(name: Name) -> bool:
    """Check whether a request may contain this image's name.

    A name with ``:`` in the wrong place can keep the server busy for minutes.
    """
    collection, container, tag = name
    parts = (*collection.split("/"), *container.split("/"), tag)
    return not is_unfinished(tag) and all(map(is_segment, parts))


def is_searchable(collection: str, container: str) -> bool:
    """Check whether the search may find a container: it looks for lower-case names only."""
    parts = {*collection.split("/"), *container.split("/")}
    return container == container.lower() and not parts & _SEARCH_WORDS


def is_unfinished(tag: str) -> bool:
    """Check whether a tag is that of an unfinished push."""
    return _UNFINISHED.fullmatch(tag) is not None


def status_of(answer: Answer) -> int:
    """Return the real status. Some are sent as the body of a 200."""
    body = answer.body.strip()
    return int(body) if answer.status == 200 and body in (b"400", b"429") else answer.status


def is_hidden(answer: Answer) -> bool:
    """Check whether the image is hidden from this account. A limit is a 403 with an HTML page."""
    return answer.status in (401, 403) and answer.media_type != "text/html"


def record_of(answer: Answer, *, is_private: bool) -> Record:
    """Read the image that a detail describes; without a name if the detail is empty.

    :raises RegistryUnavailable: it is not a detail.
    """
    return _record(answer.read(dict[str, Any]), is_private=is_private)


def read_search(answer: Answer, collection: str, container: str) -> Mapping[str, Record]:
    """Read the finished images of a container, by tag, from what the search found.

    :raises RegistryUnavailable: it is not a search's answer.
    """
    records = [_record(row, is_private=False) for row in answer.read(list[dict[str, Any]])]
    return {
        record.tag: record
        for record in records
        if record.name[:2] == (collection, container) and not is_unfinished(record.tag)
    }


def _record(content: dict[str, Any], *, is_private: bool) -> Record:
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    size, definition = metadata.get("upload_filesize"), metadata.get("deffile")
    match = _DOWNLOAD.search(_text(content.get("image")))
    return Record(
        collection=_text(content.get("collection")),
        container=_text(content.get("name")),
        tag=_text(content.get("tag")),
        version=_text(content.get("version")),
        is_library=bool(_LIBRARY_MARKS & metadata.keys()),
        size_bytes=size if isinstance(size, int) and size > 0 else None,
        definition=definition if isinstance(definition, str) else None,
        # Only the path: the host is what the server believes to be its own.
        download_path=match[0] if match else "",
        is_private=is_private,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
