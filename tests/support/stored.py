"""A registry whose images stand in a JSON file, each with the ways to its bytes."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.errors import ImageNotFound, RegistryUnavailable
from jupyterlab_sregistry_globus.images.reference import ImageReference, written
from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import RegistryBackend, Storage, choose_tag
from jupyterlab_sregistry_globus.registry.entry import Entry

MODULE = __name__
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class HttpDownload:
    """An image at an address."""

    url: str
    size_bytes: int | None
    digest: str | None
    is_resumable: bool

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterator[bytes]]:
        request = urllib.request.Request(self.url)
        if start:
            request.add_header("Range", f"bytes={start}-")
        try:
            answer = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                raise ImageNotFound("The registry no longer has it.") from error
            raise RegistryUnavailable(f"The registry answers {error.code}.") from error
        except OSError as error:
            raise RegistryUnavailable("The registry is out of reach.") from error
        with answer:
            yield _chunks(answer)


def _chunks(answer: Any) -> Iterator[bytes]:
    length = answer.headers.get("Content-Length")
    count = 0
    try:
        while chunk := answer.read1(CHUNK_BYTES):
            count += len(chunk)
            yield chunk
    except OSError as error:
        raise RegistryUnavailable("The download broke off.") from error
    if length is not None and count < int(length):
        raise RegistryUnavailable("The download broke off.")


class StoredRegistry(RegistryBackend):
    """Reads ``file`` at each use: ``{"collection/container:tag": {member: value}}``.

    Members: size_bytes, digest, below, pattern, local, url, is_resumable.
    """

    kind = "stored"

    def __init__(self, entry: Entry) -> None:
        self._file = Path(entry.text("file"))
        super().__init__(entry.name, str(self._file), entry.served_by())

    def list(self) -> Iterable[Image]:
        return [self._image(name, row) for name, row in self._rows().items()]

    def find(self, reference: ImageReference) -> Image:
        name, row = self._row(reference)
        return self._image(name, row)

    def storage(self, reference: ImageReference) -> Storage | None:
        _, row = self._row(reference)
        download = None
        if "url" in row:
            download = HttpDownload(
                row["url"],
                row.get("size_bytes"),
                row.get("digest"),
                row.get("is_resumable", True),
            )
        return Storage(
            path_below_root=row.get("below"),
            pattern_below_root=row.get("pattern"),
            local_path=Path(row["local"]) if "local" in row else None,
            download=download,
        )

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
            reference=written(self.name, collection, container, tag),
            registry=self.name,
            collection=collection,
            container=container,
            tag=tag,
            size_bytes=row.get("size_bytes"),
            digest=row.get("digest"),
        )


def from_entry(entry: Entry) -> StoredRegistry:
    return StoredRegistry(entry)
