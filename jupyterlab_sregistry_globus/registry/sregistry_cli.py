"""Images pulled by the program sregistry (sregistry-cli), as its own database lists them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ..errors import ImageUnreadable, ReferenceMalformed, RegistryUnavailable
from ..images.digest import Digests
from ..images.inspect import HeaderFacts, inspect_file, read_header
from ..images.reference import ImageReference
from ..models.images import Image, ImageDetails
from ..store import foreign_database
from .base import ListingSummary, RegistryBackend, Storage, check_digest, choose_tag
from .entry import Entry
from .tree.walk import is_below

DEFAULT_PATH = "~/.singularity/sregistry.db"
TABLES = ("container", "collection")
MAX_ROWS = 100_000
_LONGEST_NAME_BYTES = 512
_LONGEST_PATH_BYTES = 4096

# A name may occur several times, from other clients or in other versions. The last row is taken.
# A value that is too long to be a name or a path counts as missing.
_ROWS = """
SELECT {collection} AS collection, {container} AS container, {tag} AS tag, {file} AS file
FROM container JOIN collection ON collection.id = container.collection_id
{where} ORDER BY 1, 2, 3, container.id DESC LIMIT ?
"""


def _bounded(column: str, longest_bytes: int) -> str:
    length = f"coalesce(length(CAST({column} AS BLOB)), 0)"
    return f"CASE WHEN {length} <= {longest_bytes} THEN {column} END"


_COLUMNS = {
    "collection": _bounded("collection.name", _LONGEST_NAME_BYTES),
    "container": _bounded("container.name", _LONGEST_NAME_BYTES),
    "tag": _bounded("container.tag", _LONGEST_NAME_BYTES),
    "file": _bounded("container.image", _LONGEST_PATH_BYTES),
}
_LIST = _ROWS.format(where="", **_COLUMNS)
_FIND = _ROWS.format(where="WHERE collection.name = ? AND container.name = ?", **_COLUMNS)
_REMARKS = {
    "no_file": ("image without a file on this machine", "images without a file on this machine"),
    "unpacked": (
        "unpacked image, which is a folder and cannot be sent",
        "unpacked images, which are folders and cannot be sent",
    ),
    "outside": ("file outside its folders", "files outside its folders"),
    "odd": ("name that is not valid in a reference", "names that are not valid in a reference"),
    "beyond": (f"part beyond {MAX_ROWS} rows", ""),
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
        for row in self._rows(_LIST, (), left_out):
            if str(row.name) not in seen:
                seen.add(str(row.name))
                on_image(_image(row))
        parts = [
            f"{left_out[key]} {singular if left_out[key] == 1 else plural}"
            for key, (singular, plural) in _REMARKS.items()
            if left_out[key]
        ]
        remark = f"Not listed: {'; '.join(parts)}." if parts else ""
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
        names = (reference.collection, reference.container)
        rows = [*self._rows(_FIND, names, Counter())]
        tag = choose_tag(self, reference, [*dict.fromkeys(str(row.name.tag) for row in rows)])
        row = next(row for row in rows if row.name.tag == tag)
        known = self._digests.known(row.path) if self._digests is not None else None
        image = msgspec.structs.replace(_image(row), digest=known)
        return check_digest(image, reference), row.path

    def _rows(
        self, query: str, parameters: Sequence[str], left_out: Counter[str]
    ) -> Iterator[_Row]:
        roots = [os.path.realpath(root) for root in self._roots]
        rows = self._read(query, parameters)
        if len(rows) > MAX_ROWS:
            left_out["beyond"] = 1
        for collection, container, tag, file in rows[:MAX_ROWS]:
            try:
                name = _name(self.name, collection, container, tag)
            except ReferenceMalformed:
                left_out["odd"] += 1
                continue
            try:
                is_named = file and isinstance(file, str)
                path = os.path.realpath(self._path.parent / file) if is_named else ""
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

    def _read(self, query: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        try:
            with foreign_database.reading(self._path, TABLES) as connection:
                return connection.execute(query, (*parameters, MAX_ROWS + 1)).fetchall()
        except (OSError, sqlite3.Error) as error:
            raise RegistryUnavailable(
                f"The database {self._path} of the registry {self.name!r} cannot be read: "
                f"{_reason(error)}. Check that it is a database of sregistry-cli."
            ) from error

    def _mark(self) -> str:
        try:
            status = self._path.stat()
        except OSError:
            return ""
        return f"{status.st_mtime_ns} {status.st_size}"


def from_entry(entry: Entry) -> SRegistryCliRegistry:
    """Make a registry from an entry with, unless they are the usual ones, ``path`` and ``storage``.

    :raises InvalidEntry: one of them cannot be expanded.
    """
    path = entry.folder("path", DEFAULT_PATH)
    storage = [entry.folder("storage")] if entry.text("storage", "") else []
    roots = [*storage, *map(Path, entry.settings.allowed_roots)]
    return SRegistryCliRegistry(entry.name, path, roots=roots, digests=entry.digests())


def _name(registry: str, collection: Any, container: Any, tag: Any) -> ImageReference:
    if not isinstance(container, str) or not isinstance(tag, str):
        raise ReferenceMalformed("A container or tag is missing, or is not a string.")
    return ImageReference(registry, str(collection or ""), container, tag)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    # SQLite's word where the deadline ended a query.
    return "reading it takes too long" if str(error) == "interrupted" else str(error)


def _image(row: _Row) -> Image:
    return Image(
        reference=str(row.name),
        registry=str(row.name.registry),
        collection=row.name.collection,
        container=row.name.container,
        tag=str(row.name.tag),
        size_bytes=row.status.st_size,
        modified_at=row.status.st_mtime,
        file_name=row.path.name,
    )
