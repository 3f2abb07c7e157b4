"""SIF images in an OCI registry, as ``apptainer push oras://…`` puts them there."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...errors import ImageNotFound
from ...images.filename import extension_of
from ...images.inspect import inspect_open
from ...images.reference import ImageReference, format_reference
from ...models.images import Image, ImageDetails
from ..base import ListingSummary, RegistryBackend, ServedStorage, Storage, check_digest, choose_tag
from ..entry import Entry, InvalidEntry
from ..web.answers import Stream
from ..web.download import WebDownload
from ..web.http import Session
from ..web.remotefile import open_stream
from ..web.times import parse_time
from .server import MAX_TAGS, Descriptor, OciServer

SIF_TYPE = "application/vnd.sylabs.sif.layer.v1.sif"
# An early Singularity wrote the second one, with its typing error.
_SIF_TYPES = frozenset(
    {
        SIF_TYPE,
        "appliciation/vnd.sylabs.sif.layer.tar",
        "application/vnd.sylabs.sif.layer.tar",
    }
)
# Other tools use these for any file. Its title shows whether it is an image.
_GENERIC_TYPES = frozenset(
    {
        "",
        "application/octet-stream",
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.unknown.layer.v1+txt",
    }
)
_TITLE = "org.opencontainers.image.title"
_CREATED = "org.opencontainers.image.created"
_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
NOT_INSTALLED = (
    "the package oras is missing. Install it where this server and the kernels run: "
    "pip install 'jupyterlab-sregistry-globus[oci]'"
)


@dataclass(frozen=True)
class _Artifact:
    """A manifest that holds one image."""

    layer: Descriptor
    created_at: float | None

    @property
    def title(self) -> str:
        return _text(self.layer.annotations, _TITLE)


class OciRegistry(RegistryBackend):
    """The configured repositories of an OCI registry. Most registries can't list them.

    ``lab/tools/samtools`` is the container ``samtools`` of the collection ``lab/tools``. The digest
    of an image's layer is that of its file.

    :param repositories: without the server's name.
    """

    kind = "oci"

    def __init__(
        self,
        name: str,
        server: OciServer,
        repositories: Iterable[str],
        *,
        served_by: ServedStorage | None = None,
    ) -> None:
        super().__init__(name, server.site.url, served_by)
        self._server = server
        self._repositories = {
            (collection or name, container): f"{collection}/{container}".lstrip("/")
            for collection, _, container in (name.rpartition("/") for name in repositories)
        }

    def variant(self) -> str:
        return " ".join(self._repositories.values())

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        missing: list[str] = []
        others = beyond = 0
        with self._server.session() as session:
            for place, repository in self._repositories.items():
                try:
                    tags = self._server.tags(session, repository)
                except ImageNotFound:
                    missing.append(repository)
                    continue
                beyond += len(tags) > MAX_TAGS
                for tag in tags[:MAX_TAGS]:
                    artifact = self._find_artifact(session, repository, tag)
                    if artifact is None:
                        others += 1
                    else:
                        on_image(self._image(place, tag, artifact))
        return ListingSummary(_remark(missing, others, beyond))

    def find(self, reference: ImageReference) -> Image:
        return self._find(reference)[0]

    def storage(self, reference: ImageReference) -> Storage | None:
        image, repository, artifact = self._find(reference)

        def begin(start: int) -> AbstractContextManager[Stream]:
            return self._server.blob(repository, artifact.layer.digest, start)

        return Storage(
            download=WebDownload(
                begin,
                size_bytes=artifact.layer.size,
                digest=image.digest,
                # A registry may ignore ranges; then the bytes before the start are skipped.
                is_resumable=True,
            )
        )

    def inspect(self, reference: ImageReference) -> ImageDetails:
        image, repository, artifact = self._find(reference)

        def begin(start: int) -> AbstractContextManager[Stream]:
            return self._server.blob(repository, artifact.layer.digest, start)

        size_bytes = artifact.layer.size
        return inspect_open(open_stream(begin, size_bytes), size_bytes, image)

    def _find(self, reference: ImageReference) -> tuple[Image, str, _Artifact]:
        place = (reference.collection, reference.container)
        repository = self._repositories.get(place)
        if repository is None:
            raise self.missing(reference, "Check the repositories in this registry's entry.")
        with self._server.session() as session:
            tag = reference.tag or self._tag(session, repository, reference)
            artifact = self._find_artifact(session, repository, tag)
            if artifact is None:
                tags = self._tags(session, repository)
                choose_tag(self, reference, [name for name in tags if name != tag])
                raise self.missing(reference)
        image = check_digest(self._image(place, tag, artifact), reference)
        return image, repository, artifact

    def _tag(self, session: Session, repository: str, reference: ImageReference) -> str:
        if self._find_artifact(session, repository, "latest") is not None:
            return "latest"
        return choose_tag(self, reference, self._tags(session, repository))

    def _tags(self, session: Session, repository: str) -> Sequence[str]:
        try:
            return self._server.tags(session, repository)
        except ImageNotFound:
            return []

    def _find_artifact(self, session: Session, repository: str, tag: str) -> _Artifact | None:
        try:
            return self._artifact(session, repository, tag)
        except ImageNotFound:
            return None

    def _artifact(self, session: Session, repository: str, tag: str) -> _Artifact | None:
        """Return what a tag holds; None if that is not an image file.

        An index with one manifest counts as that manifest. With several, a tag is several images.
        """
        if not _TAG.fullmatch(tag):
            return None
        manifest = self._server.manifest(session, repository, tag)
        inner = manifest.manifests or ()
        if not manifest.layers and len(inner) == 1 and _DIGEST.fullmatch(inner[0].digest):
            manifest = self._server.manifest(session, repository, inner[0].digest)
        layers = [layer for layer in manifest.layers or () if _is_image(layer)]
        return (
            _Artifact(layers[0], parse_time(_text(manifest.annotations, _CREATED)))
            if len(layers) == 1
            else None
        )

    def _image(self, place: tuple[str, str], tag: str, artifact: _Artifact) -> Image:
        return Image(
            reference=format_reference(self.name, *place, tag),
            registry=self.name,
            collection=place[0],
            container=place[1],
            tag=tag,
            size_bytes=artifact.layer.size,
            modified_at=artifact.created_at,
            digest=artifact.layer.digest,
            format="sif" if artifact.layer.media_type in _SIF_TYPES else None,
        )


def from_entry(entry: Entry) -> OciRegistry:
    """Make a registry from an entry with ``url`` and ``repositories``.

    :raises InvalidEntry: one is missing or not valid, or the package oras is not installed.
    """
    if importlib.util.find_spec("oras") is None:
        raise InvalidEntry(NOT_INSTALLED)
    url = entry.url("url")
    host = urlsplit(url).netloc
    repositories = [
        name.strip("/").removeprefix(f"{host}/") for name in entry.texts("repositories")
    ]
    if not repositories:
        raise InvalidEntry("write its 'repositories', a list of texts such as 'lab/samtools'.")
    for repository in repositories:
        if not _REPOSITORY.fullmatch(repository):
            raise InvalidEntry(
                f"{repository!r} is not a repository's name. Write it in lower case, without a tag."
            )
    site = entry.site(url)
    server = OciServer(site, entry.text("username", ""), entry.text("password", ""))
    return OciRegistry(entry.name, server, repositories, served_by=None)


def _is_image(layer: Descriptor) -> bool:
    if not _DIGEST.fullmatch(layer.digest) or layer.size < 0:
        return False
    if layer.media_type in _SIF_TYPES:
        return True
    title = _text(layer.annotations, _TITLE)
    return layer.media_type in _GENERIC_TYPES and extension_of(title) != ""


def _text(annotations: object, key: str) -> str:
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def _remark(missing: Sequence[str], others: int, beyond: int) -> str:
    parts = [
        f"missing repositories ({', '.join(missing)})" if missing else "",
        "1 tag without an image file" if others == 1 else "",
        f"{others} tags without an image file" if others > 1 else "",
        f"tags beyond the first {MAX_TAGS} of a repository" if beyond else "",
    ]
    reasons = "; ".join(part for part in parts if part)
    return f"Left out: {reasons}." if reasons else ""
