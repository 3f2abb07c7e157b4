"""Answers of Sylabs's Library API, as far as they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec


class Reply(msgspec.Struct, frozen=True):
    """The envelope of every answer."""

    data: msgspec.Raw = msgspec.Raw(b"null")


class Entity(msgspec.Struct, frozen=True):
    """A person or a group; ``collections`` are ids."""

    collections: list[str] | None = None


class Collection(msgspec.Struct, frozen=True):
    """A collection of an entity; ``containers`` are ids."""

    containers: list[str] | None = None


class Container(msgspec.Struct, frozen=True, rename="camel"):
    """A container. The maps go from tags to ids of images, the first by architecture."""

    name: str | None = None
    entity_name: str | None = None
    collection_name: str | None = None
    arch_tags: dict[str, dict[str, str]] | None = None
    image_tags: dict[str, str] | None = None

    def arch_by_tag(self, wanted: str) -> Mapping[str, str | None]:
        """Return the tags, each with the architecture to take: the wanted one if it exists."""
        arch_by_tag: dict[str, str | None] = dict.fromkeys(self.image_tags or {})
        for arch, tags in sorted((self.arch_tags or {}).items()):
            for tag in tags:
                if arch == wanted or arch_by_tag.get(tag) is None:
                    arch_by_tag[tag] = arch
        return arch_by_tag


class ImageData(msgspec.Struct, frozen=True, rename="camel"):
    """One image. ``uploaded`` says whether its file is complete."""

    hash: str | None = None
    size: int | None = None
    arch: str | None = None
    uploaded: bool = True
    created_at: str | None = None
    container_name: str | None = None


def remark(missing: Sequence[str], *, limit: int | None) -> str:
    """Return what a listing lacks, in sentences.

    :param missing: configured places that the server did not show.
    :param limit: how many containers were listed, if the server has more; else None.
    """
    parts = []
    if missing:
        some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        parts.append(f"Missing or not visible to this account: {some}.")
    if limit is not None:
        parts.append(f"Only the first {limit} containers are listed.")
    return " ".join(parts)
