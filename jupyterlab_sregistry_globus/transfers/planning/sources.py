"""Locate the bytes of an image, and choose the route by which they can leave."""

from __future__ import annotations

import contextlib
import platform
import posixpath
import re
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from ...catalog import Catalog
from ...errors import BadRequest, SettingWrong, StoreUnavailable
from ...images.digest import Digests
from ...images.filename import check_template, file_name
from ...images.inspect import inspect_file
from ...images.localfiles import LocalFiles
from ...images.pasted import pinned_digest
from ...images.reference import parse
from ...models.images import Image
from ...models.plans import PlanWarning
from ...models.sources import EndpointSource, FileSource, ImageSource, Source
from ...registry.base import Storage
from .candidate import Candidate, blocked, routed
from .hosted import HostedRoutes

# The names that image headers use for the architecture of this machine.
_ARCH_OF_MACHINE = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}

_NOT_CHECKED = PlanWarning(
    "content_not_checked",
    "Not checked: the file is on an endpoint, so only its name says that it is an image.",
    "note",
)
_DIGEST = re.compile("sha256:[0-9a-f]{64}")


class Sources:
    """Locates the images that a user asked to send."""

    def __init__(
        self,
        catalog: Catalog,
        files: LocalFiles,
        hosted: HostedRoutes,
        digests: Digests,
        name_template: str = "",
    ) -> None:
        self._catalog = catalog
        self._files = files
        self._hosted = hosted
        self._digests = digests
        self._name_template = name_template

    def find(self, source: Source, name_template: str | None = None) -> Candidate:
        """Locate an image and choose its route. Nothing is hashed.

        A stored file keeps its name, because workflows look for it.

        :param name_template: for images whose registry stores no file name. None takes the setting.
        :raises ImageNotFound: there is no such image or file.
        :raises ReferenceMalformed: the reference is not well-formed.
        :raises PathNotAllowed: the file may not be read.
        """
        if source.digest is not None and not _DIGEST.fullmatch(source.digest):
            raise BadRequest("A digest is sha256: followed by 64 lowercase hexadecimal digits.")
        if isinstance(source, EndpointSource):
            return _on_endpoint(source)
        if isinstance(source, FileSource):
            return self._on_disk(source)
        return self._in_registry(source, self._template(name_template))

    def _template(self, given: str | None) -> str:
        try:
            return check_template(self._name_template if given is None else given)
        except ValueError as error:
            if given is None:
                raise SettingWrong(f"SRegistryGlobus.name_template: {error}") from None
            raise BadRequest(str(error)) from None

    def forget(self, source: Source) -> None:
        """Have an image's facts read again, because they turned out not to hold."""
        if isinstance(source, ImageSource):
            self._catalog.forget(source.reference)

    def _in_registry(self, source: ImageSource, template: str) -> Candidate:
        backend, image = self._catalog.find(source.reference)
        if _differs(source, image):
            # What is remembered about the image may be older than what the user saw.
            self._catalog.forget(image.reference)
            backend, image = self._catalog.find(source.reference)
        storage = backend.storage(parse(image.reference)) or Storage()
        header = _Header(image.arch)
        if storage.local_path is not None:
            header = _read_header(storage.local_path, image)
        candidate = Candidate(
            # The full reference, so that it means the same image tomorrow.
            source=msgspec.structs.replace(source, reference=image.reference),
            name=_name(image, header, template),
            route=None,
            reason="",
            size_bytes=image.size_bytes,
            # The digest the user saw, if no newer one is known: Globus checks whether it still
            # holds.
            digest=image.digest
            or self._known_digest(storage.local_path)
            or source.digest
            or pinned_digest(source.reference),
            arch=header.arch,
            uuid=header.uuid,
            warnings=header.warnings,
            file=storage.local_path,
            download=storage.download,
        )
        served = backend.served_by
        below = storage.path_below_root or storage.pattern_below_root
        if served is None or below is None:
            return self._not_served(candidate)
        if backend.is_listed_by_name:
            candidate = replace(candidate, warnings=(*candidate.warnings, _NOT_CHECKED))
        path = posixpath.join(served.path, below)
        reason = "Sent directly from the registry's endpoint."
        others: tuple[Candidate, ...] = ()
        # Only a staged image needs the record of transfers already now.
        with contextlib.suppress(StoreUnavailable):
            others = (self._not_served(candidate),)
        return replace(
            routed(candidate, "served", reason, served.endpoint_id, path),
            pattern=None if storage.path_below_root else posixpath.basename(path),
            may_lack_file=storage.may_lack_file,
            others=others,
        )

    def _not_served(self, candidate: Candidate) -> Candidate:
        if candidate.file is not None:
            return self._hosted.local(candidate, candidate.file)
        if candidate.download is not None:
            return self._hosted.staged(candidate, candidate.download)
        return blocked(
            candidate,
            "no_route",
            f"No Globus endpoint serves the registry of {candidate.source.text}, so its images "
            "cannot be sent. Its administrator can name one as endpoint_id in "
            "SRegistryGlobus.registries.",
        )

    def _on_disk(self, source: FileSource) -> Candidate:
        file = self._files.resolve(source.path)
        header = _read_header(file, Image("", "", "", file.name, ""))
        candidate = Candidate(
            source=source,
            # The name of a link, if the user chose that.
            name=self._files.on_disk(source.path).name,
            route=None,
            reason="",
            size_bytes=file.stat().st_size,
            digest=self._known_digest(file) or source.digest,
            arch=header.arch,
            uuid=header.uuid,
            warnings=header.warnings,
            file=file,
        )
        return self._hosted.local(candidate, file)

    def _known_digest(self, file: Path | None) -> str | None:
        return self._digests.known(file) if file is not None else None


def _differs(source: ImageSource, image: Image) -> bool:
    pairs = ((source.digest, image.digest), (source.size_bytes, image.size_bytes))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _on_endpoint(source: EndpointSource) -> Candidate:
    name = posixpath.basename(source.path)
    is_file = source.path.startswith("/") and name not in ("", ".", "..")
    if not source.endpoint_id or not is_file or "\0" in source.path:
        raise BadRequest("Specify the endpoint of each file, and its absolute path.")
    candidate = Candidate(source, name, None, "", digest=source.digest, warnings=(_NOT_CHECKED,))
    reason = "Sent directly from its endpoint."
    return routed(candidate, "served", reason, source.endpoint_id, source.path)


def _name(image: Image, header: _Header, template: str) -> str:
    if image.file_name:
        # A line break or an escape would cause trouble wherever the name is shown.
        return "".join(c if c.isprintable() else "_" for c in image.file_name)
    return file_name(
        image.container,
        image.tag,
        template=template,
        registry=image.registry,
        collection=image.collection,
        arch=header.arch,
        format=image.format,
    )


@dataclass(frozen=True)
class _Header:
    """What a file's header says, with warnings about it."""

    arch: str | None
    uuid: str | None = None
    warnings: tuple[PlanWarning, ...] = ()


def _read_header(file: Path, image: Image) -> _Header:
    details = inspect_file(file, image)
    if details.problem:
        text = f"{file.name}: {details.problem}"
        return _Header(None, warnings=(PlanWarning("image_unreadable", text, "blocking"),))
    warnings = []
    arch = details.image.arch
    own_arch = _ARCH_OF_MACHINE.get(platform.machine(), platform.machine())
    if arch not in (None, "unknown", own_arch):
        text = f"{file.name} is built for {arch}; this machine is {own_arch}."
        warnings.append(PlanWarning("other_arch", text, "warning"))
    if details.image.format == "sif" and not details.signatures:
        warnings.append(PlanWarning("unsigned", "The image is not signed.", "note"))
    return _Header(arch, details.uuid, tuple(warnings))
