"""What a Singularity Registry Server answers, without the secrets that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ...errors import RegistryUnavailable
from ...models.actions import ConfigureAction
from ..web.answers import Answer
from ..web.refusals import SETTING, busy

# What it is asked must be such names: others can keep it busy for minutes.
_ASKABLE = re.compile(r"[A-Za-z0-9._-]{1,200}")
# Stands in every list in place of the tag of a push that is not done.
_UNFINISHED = re.compile(r"DUMMY-[0-9a-f-]{36}")
_VERSION = re.compile(r"sha256\.([0-9a-f]{64})")
_DOWNLOAD = re.compile(r"/containers/[0-9]+/download/[A-Za-z0-9-]+/?$")
_LIBRARY_MARKS = frozenset({"pushSecret", "upload_id"})

Name = tuple[str, str, str]


class Row(msgspec.Struct, frozen=True):
    """An image in a listing. Its ``uri`` and ``detail`` are no use: the first is not the name."""

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
    """One image, as its detail tells.

    :param version: as the server writes it; empty where it knows none.
    :param is_library: whether it was pushed through the Library API; else that is not known.
    :param size_bytes: None where it was not recorded; roundings to megabytes are not taken.
    :param download_path: of a native push; holds a secret.
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
        """Collection, container and tag: its identity, as its id changes when it is pushed again."""
        return self.collection, self.container, self.tag

    @property
    def digest(self) -> str | None:
        """``sha256:<hex>``; None while the version is an md5, or nothing."""
        match = _VERSION.fullmatch(self.version)
        return f"sha256:{match[1]}" if match else None


def names(row: CollectionRow) -> Iterator[Name]:
    """The images of a collection, those of unfinished pushes among them."""
    for image in row.containers:
        if row.name and image.name and image.tag:
            yield row.name, image.name, image.tag


def is_askable(name: Name) -> bool:
    """Whether the server can be asked for an image of this name."""
    collection, container, tag = name
    parts = (*collection.split("/"), *container.split("/"), tag)
    return not is_unfinished(tag) and all(
        _ASKABLE.fullmatch(part) and part.strip(".") for part in parts
    )


def is_unfinished(tag: str) -> bool:
    """Whether a row is that of a push that is not done."""
    return _UNFINISHED.fullmatch(tag) is not None


def status_of(answer: Answer) -> int:
    """The status that is meant: some are sent as the body of a 200."""
    said = answer.body.strip()
    return int(said) if answer.status == 200 and said in (b"400", b"429") else answer.status


def is_hidden(answer: Answer) -> bool:
    """Whether the server does not let this account see an image; a limit is told by a page."""
    return answer.status in (401, 403) and answer.media_type != "text/html"


def refused(answer: Answer) -> RegistryUnavailable:
    """What a status that is no success means here."""
    status = status_of(answer)
    if status == 429 or (status == 403 and answer.media_type == "text/html"):
        # The limits that count by view are told as a page, not as 429.
        return busy(str(answer.server), {"retry-after": "86400", **answer.headers})
    if status == 400:
        return RegistryUnavailable(
            f"{answer.server} does not accept our signature. See to the name and token that are set "
            "for it, and to this machine's clock.",
            action=ConfigureAction(
                setting=SETTING,
                help="The registry's entry needs 'username' and 'token' of the same account.",
            ),
        )
    return answer.refused()


def record_of(answer: Answer, *, is_private: bool) -> Record:
    """The image that a detail tells of; without a name where it says that there is none.

    :raises RegistryUnavailable: it is no detail.
    """
    content = answer.read(dict[str, Any])
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
        # The host in it is the one that the server takes itself for.
        download_path=match[0] if match else "",
        is_private=is_private,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
