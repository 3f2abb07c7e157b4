"""Where the bytes of an image are, and by which route they can leave."""

from __future__ import annotations

import platform
import posixpath
import re
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from ...catalog import Catalog
from ...errors import BadRequest
from ...globus.personal.endpoint import PersonalEndpoint
from ...images.digest import Digests
from ...images.filename import file_name
from ...images.inspect import inspect_file
from ...images.localfiles import LocalFiles
from ...images.reference import parse
from ...models.images import Image
from ...models.plans import PlanWarning, Source
from ...registry.base import Download, Storage
from ..staging.room import StagingRoom
from .candidate import Found, blocked, routed

# What this machine calls itself, in the words of image headers.
_ARCH_OF_MACHINE = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}

_DIGEST = re.compile("sha256:[0-9a-f]{64}")

NOT_SERVED = (
    "{what} lies in no folder that a Globus endpoint of this machine serves. {cure} Or choose an "
    "image elsewhere."
)


class Sources:
    """Finds what a person asked to send."""

    def __init__(
        self,
        catalog: Catalog,
        files: LocalFiles,
        local: PersonalEndpoint,
        digests: Digests,
        room: StagingRoom,
    ) -> None:
        self._catalog = catalog
        self._files = files
        self._local = local
        self._digests = digests
        self._room = room

    def find(self, source: Source) -> Found:
        """Look an image up and choose its route. Nothing is hashed.

        :raises ImageNotFound: there is no such image or file.
        :raises ReferenceMalformed: the reference is none.
        :raises PathNotAllowed: the file may not be read.
        """
        if source.digest is not None and not _DIGEST.fullmatch(source.digest):
            raise BadRequest("A digest is sha256: and 64 hexadecimal digits in lower case.")
        if source.endpoint_id:
            return _on_endpoint(source, source.endpoint_id)
        if source.reference and not source.path:
            return self._in_registry(source, source.reference)
        if source.path and not source.reference:
            return self._on_disk(source, source.path)
        raise BadRequest("A source is either a reference or a path.")

    def _in_registry(self, source: Source, reference: str) -> Found:
        backend, image = self._catalog.find(reference)
        storage = backend.storage(parse(image.reference)) or Storage()
        header = _Header(image.arch)
        if storage.local_path is not None:
            header = _read(storage.local_path, image)
        found = Found(
            source=_by_reference(source, image.reference),
            name=file_name(
                image.container,
                image.tag,
                stored_as=storage.path_below_root,
                format=image.format,
            ),
            route=None,
            reason="",
            size_bytes=image.size_bytes,
            # What was seen, where nothing newer is known: Globus then says whether it still holds.
            digest=image.digest or self._known_digest(storage.local_path) or source.digest,
            arch=header.arch,
            uuid=header.uuid,
            warnings=header.warnings,
        )
        served = backend.served_by
        below = storage.path_below_root or storage.pattern_below_root
        if served is None or below is None:
            return self._not_served(found, storage)
        path = posixpath.join(served.path, below)
        reason = "Goes straight from the registry's own endpoint."
        return replace(
            routed(found, "served", reason, served.endpoint_id, path),
            pattern=None if storage.path_below_root else posixpath.basename(path),
            otherwise=lambda: self._not_served(found, storage),
        )

    def _not_served(self, found: Found, storage: Storage) -> Found:
        if storage.local_path is not None:
            return self._local_route(found, storage.local_path)
        if storage.download is not None:
            return self._staged_route(found, storage.download)
        return blocked(
            found,
            "no_route",
            f"The registry of {found.source.reference} is on no Globus endpoint, so its images "
            "cannot be sent. Its administrator can name one as endpoint_id in "
            "SRegistryGlobus.registries.",
        )

    def _on_disk(self, source: Source, path: str) -> Found:
        file = self._files.resolve(path)
        header = _read(file, Image("", "", "", file.name, ""))
        found = Found(
            source=source,
            name=file.name,
            route=None,
            reason="",
            size_bytes=file.stat().st_size,
            digest=self._known_digest(file) or source.digest,
            arch=header.arch,
            uuid=header.uuid,
            warnings=header.warnings,
        )
        return self._local_route(found, file)

    def _staged_route(self, found: Found, download: Download) -> Found:
        size = found.size_bytes if found.size_bytes is not None else download.size_bytes
        found = replace(found, size_bytes=size, digest=found.digest or download.digest)
        endpoint_id = self._local.endpoint_id()
        target = self._room.path(found.content_key, found.name)
        if endpoint_id is None or target is None:
            text = (
                f"{found.name} can only be sent by way of this machine, which has no Globus "
                "endpoint with a writable folder. Set up Globus Connect Personal here."
            )
            return blocked(found, "no_route", text)
        path = self._local.endpoint_path(target)
        if path is None:
            text = f"The staging folder {target.parent.parent} is served by no Globus endpoint."
            return blocked(found, "no_route", text)
        reason = "Is downloaded to this machine first; the registry's storage is on no endpoint."
        return routed(found, "staged", reason, endpoint_id, path)

    def _local_route(self, found: Found, file: Path) -> Found:
        endpoint_id = self._local.endpoint_id()
        if endpoint_id is None:
            cure = (
                "Set up Globus Connect Personal on this machine, or have the folder served by "
                "another endpoint."
            )
            return blocked(found, "path_not_served", NOT_SERVED.format(what=found.name, cure=cure))
        path = self._local.endpoint_path(file)
        if path is None:
            cure = f"Add the folder {str(file.parent)!r} to {self._local.config_paths_file}."
            return blocked(found, "path_not_served", NOT_SERVED.format(what=found.name, cure=cure))
        return routed(found, "local", "Lies on this machine's own endpoint.", endpoint_id, path)

    def _known_digest(self, file: Path | None) -> str | None:
        return self._digests.known(file) if file is not None else None


def _on_endpoint(source: Source, endpoint_id: str) -> Found:
    path = source.path or ""
    name = posixpath.basename(path)
    if source.reference or not path.startswith("/") or name in ("", ".", "..") or "\0" in path:
        raise BadRequest("A source on an endpoint is its endpoint_id and the path of a file.")
    found = Found(source, name, None, "", digest=source.digest)
    return routed(found, "served", "Lies on an endpoint.", endpoint_id, path)


def _by_reference(source: Source, reference: str) -> Source:
    """The source by its full reference, so that the same image is meant tomorrow."""
    return msgspec.structs.replace(source, reference=reference)


@dataclass(frozen=True)
class _Header:
    """What a file's header tells, and what is worth knowing of it."""

    arch: str | None
    uuid: str | None = None
    warnings: tuple[PlanWarning, ...] = ()


def _read(file: Path, image: Image) -> _Header:
    details = inspect_file(file, image)
    if details.problem:
        text = f"{file.name}: {details.problem}"
        return _Header(None, warnings=(PlanWarning("image_unreadable", text, "blocking"),))
    warnings = []
    arch = details.image.arch
    here = _ARCH_OF_MACHINE.get(platform.machine(), platform.machine())
    if arch not in (None, "unknown", here):
        text = f"{file.name} is built for {arch}; this machine is {here}."
        warnings.append(PlanWarning("other_arch", text, "warning"))
    if details.image.format == "sif" and not details.signatures:
        warnings.append(PlanWarning("unsigned", "The image is not signed.", "note"))
    return _Header(arch, details.uuid, tuple(warnings))
