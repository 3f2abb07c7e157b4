"""A registry with its images in a JSON file, each with the ways to its bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.errors import ImageNotFound
from jupyterlab_sregistry_globus.images.reference import ImageReference, format_reference
from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import (
    ListingSummary,
    RegistryBackend,
    Storage,
    choose_tag,
)
from jupyterlab_sregistry_globus.registry.entry import Entry
from jupyterlab_sregistry_globus.registry.web.answers import Stream
from jupyterlab_sregistry_globus.registry.web.download import WebDownload
from jupyterlab_sregistry_globus.registry.web.http import Site

MODULE = __name__


class StoredRegistry(RegistryBackend):
    """Reads ``file`` at each use: ``{"collection/container:tag": {member: value}}``.

    Members: size_bytes, digest, below, pattern, local, url, is_resumable.
    """

    kind = "stored"

    def __init__(self, entry: Entry) -> None:
        self._file = Path(entry.text("file"))
        super().__init__(entry.name, str(self._file), entry.served_by())

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        for name, row in self._rows().items():
            on_image(self._image(name, row))
        return ListingSummary()

    def find(self, reference: ImageReference) -> Image:
        name, row = self._row(reference)
        return self._image(name, row)

    def storage(self, reference: ImageReference) -> Storage | None:
        _, row = self._row(reference)
        download = None
        if "url" in row:
            download = WebDownload(
                lambda start: self._begin(row["url"], start),
                size_bytes=row.get("size_bytes"),
                digest=row.get("digest"),
                is_resumable=row.get("is_resumable", True),
            )
        return Storage(
            path_below_root=row.get("below"),
            pattern_below_root=row.get("pattern"),
            local_path=Path(row["local"]) if "local" in row else None,
            download=download,
        )

    @contextmanager
    def _begin(self, url: str, start: int) -> Iterator[Stream]:
        site, _, path = url.rpartition("/")
        with (
            Site(self.name, site, retries=0).session() as session,
            session.stream(path, start=start) as stream,
        ):
            if stream.status == 404:
                raise ImageNotFound("The registry no longer has it.")
            yield stream

    def _rows(self) -> dict[str, Mapping[str, Any]]:
        rows: dict[str, Mapping[str, Any]] = json.loads(self._file.read_text())
        return rows

    def _row(self, reference: ImageReference) -> tuple[str, Mapping[str, Any]]:
        rows = self._rows()
        start = f"{reference.collection}/{reference.container}:"
        tags = [name.removeprefix(start) for name in rows if name.startswith(start)]
        name = start + choose_tag(self, reference, tags)
        return name, rows[name]

    def _image(self, name: str, row: Mapping[str, Any]) -> Image:
        where, _, tag = name.rpartition(":")
        collection, _, container = where.rpartition("/")
        return Image(
            reference=format_reference(self.name, collection, container, tag),
            registry=self.name,
            collection=collection,
            container=container,
            tag=tag,
            size_bytes=row.get("size_bytes"),
            digest=row.get("digest"),
        )


def from_entry(entry: Entry) -> StoredRegistry:
    return StoredRegistry(entry)
