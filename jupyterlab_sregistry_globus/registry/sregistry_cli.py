"""Images pulled by the program sregistry (sregistry-cli), as its own database lists them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from ..errors import ImageUnreadable, ReferenceMalformed, RegistryUnavailable
from ..images.digest import Digests
from ..images.inspect import HeaderFacts, inspect_file, read_header
from ..images.reference import ImageReference
from ..models.images import Image, ImageDetails
from .base import ListingSummary, RegistryBackend, Storage, check_digest, choose_tag
from .entry import Entry, InvalidEntry
from .tree.walk import is_below

DEFAULT_PATH = "~/.singularity/sregistry.db"
BUSY_TIMEOUT_S = 5.0

# A name may occur several times, from other clients or in other versions. The last row is taken.
_ROWS = """
SELECT collection.name AS collection, container.name AS container, container.tag AS tag,
       container.image AS file
FROM container JOIN collection ON collection.id = container.collection_id
"""
_IN_ORDER = " ORDER BY collection.name, container.name, container.tag, container.id DESC"
_REMARKS = {
    "no_file": ("image without a file on this host", "images without a file on this host"),
    "unpacked": (
        "unpacked image, which is a folder and cannot be sent",
        "unpacked images, which are folders and cannot be sent",
    ),
    "outside": ("file outside of its folders", "files outside of its folders"),
    "odd": ("name that is not valid in a reference", "names that are not valid in a reference"),
}


@dataclass(frozen=True)
class _Row:
    name: ImageReference
    path: Path
    status: os.stat_result


class SRegistryCliRegistry(RegistryBackend):
    """The files that a database of sregistry-cli names. The database is only read.

    :param path: the database. It may be missing for now.
    :param roots: folders that its files may be in, links resolved, besides the database's own.
    """

    kind = "sregistry-cli"
    check_after_s = 5.0
    has_headers = True

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        roots: Sequence[Path] = (),
        digests: Digests | None = None,
    ) -> None:
        super().__init__(name, str(path))
        self._path = path
        self._roots = (path.parent, *roots)
        self._digests = digests

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        left_out: Counter[str] = Counter()
        marker = self._mark()
        seen = set()
        for row in self._rows(_ROWS + _IN_ORDER, (), left_out):
            if str(row.name) not in seen:
                seen.add(str(row.name))
                on_image(_image(row))
        parts = [
            f"{left_out[key]} {one if left_out[key] == 1 else many}"
            for key, (one, many) in _REMARKS.items()
            if left_out[key]
        ]
        remark = f"Left out: {'; '.join(parts)}." if parts else ""
        return ListingSummary(remark, marker)

    def is_unchanged(self, marker: str) -> bool:
        return bool(marker) and self._mark() == marker

    def find(self, reference: ImageReference) -> Image:
        return self._find(reference)[0]

    def storage(self, reference: ImageReference) -> Storage | None:
        return Storage(local_path=self._find(reference)[1])

    def inspect(self, reference: ImageReference) -> ImageDetails:
        image, path = self._find(reference)
        return inspect_file(path, image)

    def read_header(self, reference: ImageReference) -> HeaderFacts | None:
        try:
            return read_header(self._find(reference)[1])
        except ImageUnreadable:
            return None

    def _find(self, reference: ImageReference) -> tuple[Image, Path]:
        where = "WHERE collection.name = ? AND container.name = ?"
        names = (reference.collection, reference.container)
        rows = [*self._rows(f"{_ROWS} {where} {_IN_ORDER}", names, Counter())]
        tag = choose_tag(self, reference, [*dict.fromkeys(str(row.name.tag) for row in rows)])
        row = next(row for row in rows if row.name.tag == tag)
        known = self._digests.known(row.path) if self._digests is not None else None
        image = msgspec.structs.replace(_image(row), digest=known)
        return check_digest(image, reference), row.path

    def _rows(
        self, query: str, parameters: Sequence[str], left_out: Counter[str]
    ) -> Iterator[_Row]:
        roots = [os.path.realpath(root) for root in self._roots]
        with self._reading() as connection:
            rows = connection.execute(query, parameters).fetchall()
        for collection, container, tag, file in rows:
            try:
                name = ImageReference(self.name, str(collection or ""), container, tag)
            except ReferenceMalformed:
                left_out["odd"] += 1
                continue
            try:
                path = os.path.realpath(self._path.parent / file) if file else ""
                status = os.stat(path)  # noqa: PTH116
            except (OSError, ValueError):
                left_out["no_file"] += 1
                continue
            if not any(is_below(path, root) for root in roots):
                left_out["outside"] += 1
            elif stat.S_ISREG(status.st_mode):
                yield _Row(name, Path(path), status)
            else:
                left_out["unpacked"] += 1

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        address = f"file:{quote(str(self._path))}?mode=ro"
        try:
            with contextlib.closing(
                sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S)
            ) as connection:
                connection.text_factory = lambda raw: raw.decode(errors="replace")
                yield connection
        except sqlite3.Error as error:
            reason = str(error) if self._path.exists() else "it does not exist"
            raise RegistryUnavailable(
                f"The database {self._path} of the registry {self.name!r} cannot be read: "
                f"{reason}. "
                "Check that it is a database of sregistry-cli."
            ) from error

    def _mark(self) -> str:
        try:
            status = self._path.stat()
        except OSError:
            return ""
        return f"{status.st_mtime_ns} {status.st_size}"


def from_entry(entry: Entry) -> SRegistryCliRegistry:
    """Make a registry from an entry. It may have ``path`` and ``storage``.

    :raises InvalidEntry: one of them is relative.
    """
    path = Path(entry.text("path", DEFAULT_PATH)).expanduser()
    storage = [Path(entry.text("storage", "")).expanduser()] if entry.text("storage", "") else []
    for folder in (path, *storage):
        if not folder.is_absolute():
            raise InvalidEntry(f"its path {str(folder)!r} must be absolute.")
    roots = [*storage, *(Path(root).expanduser() for root in entry.settings.allowed_roots)]
    return SRegistryCliRegistry(entry.name, path, roots=roots, digests=entry.digests())


def _image(row: _Row) -> Image:
    return Image(
        reference=str(row.name),
        registry=str(row.name.registry),
        collection=row.name.collection,
        container=row.name.container,
        tag=str(row.name.tag),
        size_bytes=row.status.st_size,
        modified_at=row.status.st_mtime,
    )
