"""Publish the listings of the configured public registries in one file, for many users' servers."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ...errors import BadRequest, SettingWrong, StoreUnavailable
from ...models.images import Image
from ...registry.base import Storage
from ...registry.factory import PublicBackend
from ...store import foreign_database
from ...store.atomic_file import WORLD_READABLE
from ...store.regular import open_regular
from ..listing_rows import incoming_row
from . import form
from .values import is_below

_HEADER_BYTES = 100
_INSERT_IMAGE = """
INSERT OR IGNORE INTO image
    (registry_id, collection, container, tag, size, modified, arch, digest, format, file_name,
     folded, name, is_header_read)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
"""
_INSERT_STORAGE = "INSERT INTO storage VALUES (?, ?, ?, ?)"
_COUNT = "SELECT count(*) FROM image WHERE registry_id = ?"


class PublishedListing(msgspec.Struct, frozen=True):
    """One registry in a published file."""

    registry: str
    location: str
    images_count: int
    remark: str = ""


class Publication(msgspec.Struct, frozen=True):
    """A published file.

    :param path: where it is.
    :param size_bytes: its size.
    """

    path: str
    size_bytes: int
    registries: tuple[PublishedListing, ...]


class Publisher:
    """Writes published files.

    :param backends: returns the registries that can be published, asked without credentials.
    """

    def __init__(self, backends: Callable[[], Iterable[PublicBackend]]) -> None:
        self._backends = backends

    def publish(
        self,
        output: Path,
        *,
        interval_s: float,
        is_public: bool = False,
        is_forced: bool = False,
    ) -> Publication:
        """Read each registry's public listing, and replace the file by one with all of them.

        If anything fails, the old file stays as it is.

        :param interval_s: how often this is going to be repeated.
        :param is_public: whether to publish what everyone can read of a registry whose entry has
            credentials.
        :param is_forced: whether a registry may lose more than half of its images.
        :raises SettingWrong: no registry can be published.
        :raises BadRequest: the file is not a published listing, or an option is missing.
        :raises RegistryUnavailable: a registry cannot be listed.
        :raises StoreUnavailable: the file cannot be written.
        """
        by_identity = {form.identity_of(public.backend): public for public in self._backends()}
        backends = [*by_identity.values()]
        if not backends:
            raise SettingWrong(
                "No registry can be published. SRegistryGlobus.registries must have an entry of "
                "the kind library, oci, or sregistry."
            )
        # Links are followed, so that a link can lead to the current file.
        target = Path(os.path.realpath(output))
        before = _counts_before(target)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            with _new_file(part) as connection:
                listings = tuple(
                    _write_listing(connection, number, public, is_public=is_public)
                    for number, public in enumerate(backends, 1)
                )
                if not is_forced:
                    _check_losses(connection, before)
                connection.execute("INSERT INTO listing VALUES (?, ?)", (time.time(), interval_s))
                form.finish(connection)
                connection.commit()
            size_bytes = part.stat().st_size
            _sync(part)
            part.replace(target)
            _sync(target.parent)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnavailable(
                f"Cannot write {output}: {getattr(error, 'strerror', None) or error}. Check that "
                "its folder exists and is writable, and that the disk has room."
            ) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return Publication(str(output), size_bytes, listings)


@contextlib.contextmanager
def _new_file(part: Path) -> Iterator[sqlite3.Connection]:
    # Created here, so that an existing file is never opened.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(part)
    try:
        # A file that is not complete is thrown away, so no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        form.create(connection)
        yield connection
    finally:
        connection.close()


def _write_listing(
    connection: sqlite3.Connection, number: int, public: PublicBackend, *, is_public: bool
) -> PublishedListing:
    backend = public.backend
    started_at = time.time()

    def add(image: Image, storage: Storage | None) -> None:
        added = connection.execute(_INSERT_IMAGE, (number, *incoming_row(image)))
        place = _place(storage)
        if added.rowcount > 0 and place is not None:
            connection.execute(_INSERT_STORAGE, (added.lastrowid, *place))

    summary = backend.read_public(add)
    (count,) = connection.execute(_COUNT, (number,)).fetchone()
    if public.has_credentials and not is_public:
        raise BadRequest(
            f"The entry of the registry {backend.name!r} has credentials. Without them, {count} "
            "images can be read, and only those would be published. Add --as-public to do so."
        )
    connection.execute(
        "INSERT INTO registry VALUES (?, ?, ?, ?, ?)",
        (number, form.identity_of(backend), started_at, summary.remark, count),
    )
    return PublishedListing(backend.name, backend.location, count, summary.remark)


def _place(storage: Storage | None) -> tuple[str | None, str | None, int] | None:
    """Return what the file says about an image's storage; None if a plan must ask the registry."""
    if storage is None:
        return None
    path, pattern = storage.path_below_root, storage.pattern_below_root
    if not all(text is None or is_below(text) for text in (path, pattern)):
        return None
    return path, pattern, int(storage.may_lack_file)


def _counts_before(target: Path) -> Mapping[str, int]:
    """Return how many images the file has now, by registry; nothing if it can't be read.

    :raises BadRequest: the file is not a published listing.
    :raises StoreUnavailable: it cannot be opened.
    """
    try:
        with open_regular(target) as file:
            header = file.read(_HEADER_BYTES) or b""
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot read {target}: {error.strerror}. Choose another file with --output."
        ) from error
    if not form.is_ours(header):
        raise BadRequest(
            f"{target} is not a published listing, so it is not replaced. Choose another file with "
            "--output, or move it aside."
        )
    try:
        with foreign_database.reading(
            target, ("registry",), largest_bytes=form.LARGEST_BYTES, is_immutable=True
        ) as connection:
            rows = connection.execute("SELECT identity, images_count FROM registry LIMIT 1000")
            return {str(identity): int(count) for identity, count in rows}
    except (OSError, sqlite3.Error, TypeError, ValueError):  # damaged, or of another version
        return {}


def _check_losses(connection: sqlite3.Connection, before: Mapping[str, int]) -> None:
    now = dict(connection.execute("SELECT identity, images_count FROM registry").fetchall())
    for identity, count in before.items():
        left = now.get(identity, 0)
        if left * 2 < count:
            kind, location, *_ = json.loads(identity)
            raise BadRequest(
                f"{location} ({kind}) had {count} images in the old file, and has {left} now, so "
                "the old file was kept. If that is right, add --force."
            )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if path.is_file():
            os.fchmod(descriptor, WORLD_READABLE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
