"""Where the bytes of an image are, and by which route they can leave."""

from __future__ import annotations

import fnmatch
import platform
import posixpath
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from ..catalog import Catalog
from ..errors import BadRequest, FolderNotFound
from ..globus.endpoints import Endpoints
from ..globus.local import LocalEndpoint
from ..images.digest import Digests
from ..images.filename import file_name
from ..images.inspect import inspect_file
from ..images.reference import parse
from ..models.images import Image
from ..models.plans import Location, PlanWarning, Source
from ..registry.base import Download, ServedStorage, Storage
from .localfiles import LocalFiles
from .staging import Stager

MAX_LISTED = 100_000

# What this machine calls itself, in the words of image headers.
_ARCH_OF_MACHINE = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}

NOT_SERVED = (
    "{what} lies in no folder that a Globus endpoint of this machine serves. {cure} Or choose an "
    "image elsewhere."
)


@dataclass(frozen=True)
class Found:
    """An image to send, found.

    :param route: None where no route leads from it; a blocking warning then says why.
    """

    source: Source
    name: str
    route: Literal["served", "local", "staged"] | None
    reason: str
    endpoint_id: str = ""
    path: str = ""
    size_bytes: int | None = None
    digest: str | None = None
    arch: str | None = None
    warnings: tuple[PlanWarning, ...] = ()

    @property
    def content_key(self) -> str:
        """What tells this content from any other, as far as is known."""
        return f"{self.source.reference} {self.digest or ''}"


class Sources:
    """Finds what a person asked to send."""

    def __init__(
        self,
        catalog: Catalog,
        files: LocalFiles,
        local: LocalEndpoint,
        digests: Digests,
        endpoints: Endpoints,
        stager: Stager,
    ) -> None:
        self._catalog = catalog
        self._files = files
        self._local = local
        self._digests = digests
        self._endpoints = endpoints
        self._stager = stager

    def find(self, source: Source) -> Found:
        """Look an image up and choose its route. Nothing is hashed.

        :raises ImageNotFound: there is no such image or file.
        :raises ReferenceMalformed: the reference is none.
        :raises PathNotAllowed: the file may not be read.
        """
        if source.reference and not source.path:
            return self._in_registry(source, source.reference)
        if source.path and not source.reference:
            return self._on_disk(source, source.path)
        raise BadRequest("A source is either a reference or a path.")

    def _in_registry(self, source: Source, reference: str) -> Found:
        backend, image = self._catalog.find(reference)
        storage = backend.storage(parse(image.reference)) or Storage()
        arch = image.arch
        warnings: list[PlanWarning] = []
        if storage.local_path is not None:
            arch, warnings = _read(storage.local_path, image)
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
            digest=image.digest or self._known_digest(storage.local_path),
            arch=arch,
            warnings=tuple(warnings),
        )
        served = backend.served_by
        path = None if served is None else self._served_path(served, storage)
        if served is not None and path is not None:
            reason = "Goes straight from the registry's own endpoint."
            return _routed(found, "served", reason, served.endpoint_id, path)
        if storage.local_path is not None:
            return self._local_route(found, storage.local_path)
        if storage.download is not None:
            return self._staged_route(found, storage.download)
        return _blocked(
            found,
            "no_route",
            f"The registry {image.registry!r} is on no Globus endpoint, so its images cannot be "
            "sent. Its administrator can name one as endpoint_id in SRegistryGlobus.registries.",
        )

    def _on_disk(self, source: Source, path: str) -> Found:
        file = self._files.resolve(path)
        arch, warnings = _read(file, Image("", "", "", file.name, ""))
        found = Found(
            source=source,
            name=file.name,
            route=None,
            reason="",
            size_bytes=file.stat().st_size,
            digest=self._known_digest(file),
            arch=arch,
            warnings=tuple(warnings),
        )
        return self._local_route(found, file)

    def _served_path(self, served: ServedStorage, storage: Storage) -> str | None:
        """The file as the registry's endpoint serves it; None where it is not to be found there."""
        if storage.path_below_root is not None:
            return posixpath.join(served.path, storage.path_below_root)
        if storage.pattern_below_root is None:
            return None
        folder, _, pattern = storage.pattern_below_root.rpartition("/")
        place = Location(served.endpoint_id, posixpath.join(served.path, folder, ""))
        try:
            entries = self._endpoints.folder(place, show_hidden=True, limit=MAX_LISTED).entries
        except FolderNotFound:
            return None
        fitting = [one for one in entries if fnmatch.fnmatchcase(one.name, pattern)]
        # An orphan of an earlier push may lie beside the file; the digest in the task decides, as
        # Globus then refuses the wrong one.
        fitting.sort(key=lambda one: one.modified or "")
        return posixpath.join(place.path or "/", fitting[-1].name) if fitting else None

    def _staged_route(self, found: Found, download: Download) -> Found:
        size = found.size_bytes if found.size_bytes is not None else download.size_bytes
        found = replace(found, size_bytes=size, digest=found.digest or download.digest)
        endpoint_id = self._local.endpoint_id()
        target = self._stager.path(found.content_key, found.name)
        if endpoint_id is None or target is None:
            text = (
                f"{found.name} can only be sent by way of this machine, which has no Globus "
                "endpoint with a writable folder. Set up Globus Connect Personal here."
            )
            return _blocked(found, "no_route", text)
        path = self._local.endpoint_path(target)
        if path is None:
            text = f"The staging folder {target.parent.parent} is served by no Globus endpoint."
            return _blocked(found, "no_route", text)
        shortage = self._stager.shortage(size or 0)
        if shortage:
            return _blocked(found, "no_room", shortage)
        reason = "Is downloaded to this machine first; the registry's storage is on no endpoint."
        return _routed(found, "staged", reason, endpoint_id, path)

    def _local_route(self, found: Found, file: Path) -> Found:
        endpoint_id = self._local.endpoint_id()
        if endpoint_id is None:
            cure = (
                "Set up Globus Connect Personal on this machine, or have the folder served by "
                "another endpoint."
            )
            return _blocked(found, "path_not_served", NOT_SERVED.format(what=found.name, cure=cure))
        path = self._local.endpoint_path(file)
        if path is None:
            cure = f"Add the folder {str(file.parent)!r} to {self._local.config_paths_file}."
            return _blocked(found, "path_not_served", NOT_SERVED.format(what=found.name, cure=cure))
        return _routed(found, "local", "Lies on this machine's own endpoint.", endpoint_id, path)

    def _known_digest(self, file: Path | None) -> str | None:
        return self._digests.known(file) if file is not None else None


def _by_reference(source: Source, reference: str) -> Source:
    """The source by its full reference, so that the same image is meant tomorrow."""
    return msgspec.structs.replace(source, reference=reference)


def _read(file: Path, image: Image) -> tuple[str | None, list[PlanWarning]]:
    """The architecture that a file's header names, and what is worth knowing of it."""
    details = inspect_file(file, image)
    if details.problem:
        return None, [
            PlanWarning("image_unreadable", f"{file.name}: {details.problem}", "blocking")
        ]
    warnings = []
    arch = details.image.arch
    here = _ARCH_OF_MACHINE.get(platform.machine(), platform.machine())
    if arch not in (None, "unknown", here):
        text = f"{file.name} is built for {arch}; this machine is {here}."
        warnings.append(PlanWarning("other_arch", text, "warning"))
    if details.image.format == "sif" and not details.signatures:
        warnings.append(PlanWarning("unsigned", "The image is not signed.", "note"))
    return arch, warnings


def _routed(
    found: Found,
    route: Literal["served", "local", "staged"],
    reason: str,
    endpoint_id: str,
    path: str,
) -> Found:
    return replace(found, route=route, reason=reason, endpoint_id=endpoint_id, path=path)


def _blocked(found: Found, code: str, message: str) -> Found:
    warning = PlanWarning(code, message, "blocking")
    return replace(found, warnings=(*found.warnings, warning))
