"""SIF images in an OCI registry, as ``apptainer push oras://…`` puts them there."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from ...errors import ImageNotFound, ImageUnreadable
from ...images.filename import file_name
from ...images.inspect import inspect_open
from ...images.reference import ImageReference, format_reference
from ...models.images import Image, ImageDetails
from ..base import ListingSummary, RegistryBackend, ServedStorage, Storage, check_digest, choose_tag
from ..entry import Entry, InvalidEntry
from ..web.answers import Stream
from ..web.download import WebDownload
from ..web.http import Session
from ..web.remotefile import open_stream
from .artifacts import SIF_TYPES, Artifact, Contents, read_contents
from .server import MAX_TAGS, OciServer

_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST_TAG = re.compile(r"sha256[.:]([0-9a-f]{64})")
# No tag of an OCI registry has it.
ARCH_MARK = "+"
DEFAULT_ARCH = "amd64"
NOT_INSTALLED = (
    "the package oras is missing. Install it where this server and the kernels run: "
    "pip install 'jupyterlab-sregistry-globus[oci]'"
)


class OciRegistry(RegistryBackend):
    """The configured repositories of an OCI registry. Most registries can't list them.

    ``lab/tools/samtools`` is the container ``samtools`` of the collection ``lab/tools``. The digest
    of an image's layer is that of its file. A tag for several architectures is several images, such
    as ``latest`` and ``latest+arm64``.

    :param repositories: without the server's name.
    :param arch: which image to take if a tag has several.
    """

    kind = "oci"

    def __init__(
        self,
        name: str,
        server: OciServer,
        repositories: Iterable[str],
        *,
        arch: str = DEFAULT_ARCH,
        served_by: ServedStorage | None = None,
    ) -> None:
        super().__init__(name, server.site.url, served_by)
        self._server = server
        self._arch = arch
        self._repositories = {
            (collection or name, container): f"{collection}/{container}".lstrip("/")
            for collection, _, container in (name.rpartition("/") for name in repositories)
        }

    def variant(self) -> str:
        return f"{self._arch} {' '.join(self._repositories.values())}"

    def has_credentials(self) -> bool:
        return any(map(self._server.has_login, self._repositories.values()))

    def read_listing(self, on_image: Callable[[Image], None]) -> ListingSummary:
        missing: list[str] = []
        left_out: Counter[str] = Counter()
        with self._server.session() as session:
            for place, repository in self._repositories.items():
                try:
                    tags = self._server.tags(session, repository)
                except ImageNotFound:
                    missing.append(repository)
                    continue
                left_out["beyond"] += len(tags) > MAX_TAGS
                for tag in tags[:MAX_TAGS]:
                    contents = self._contents(session, repository, tag)
                    for name, artifact in self._offered(tag, contents):
                        on_image(self._image(place, name, artifact))
                    if not contents.artifacts:
                        left_out["docker" if contents.is_docker else "others"] += 1
        return ListingSummary(_remark(missing, left_out))

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

    def _find(self, reference: ImageReference) -> tuple[Image, str, Artifact]:
        place = (reference.collection, reference.container)
        repository = self._repositories.get(place)
        if repository is None:
            raise self.missing(reference, "Check the repositories in this registry's entry.")
        with self._server.session() as session:
            tag, artifact = self._resolve(session, repository, reference)
        image = self._image(place, tag, artifact)
        if reference.digest in artifact.digests:
            # It names the manifest. The image's own digest is that of its file.
            return image, repository, artifact
        return check_digest(image, reference), repository, artifact

    def _resolve(
        self, session: Session, repository: str, reference: ImageReference
    ) -> tuple[str, Artifact]:
        """Return the tag and the image that a reference means."""
        if reference.tag is None and reference.digest is not None:
            as_tag = reference.digest.replace(":", ".")
            artifact = self._contents(session, repository, as_tag).choose(self._arch)
            if artifact is not None:
                return as_tag, artifact
        tag = reference.tag or self._tag(session, repository, reference)
        name, _, arch = tag.partition(ARCH_MARK)
        contents = self._contents(session, repository, name)
        pinned = [
            artifact
            for artifact in contents.artifacts
            if reference.digest in (artifact.layer.digest, *artifact.digests)
        ]
        chosen = contents.of(arch) if arch else contents.choose(self._arch)
        if not arch and len(pinned) == 1 and pinned[0] is not chosen:
            return f"{name}{ARCH_MARK}{pinned[0].arch}", pinned[0]
        if chosen is not None:
            return tag, chosen
        if contents.is_docker:
            raise self._is_docker(repository, name, reference)
        if contents.artifacts:
            offered = ", ".join(f"{name}{ARCH_MARK}{item.arch}" for item in contents.artifacts)
            raise self.missing(
                reference, f"Choose the architecture with one of the tags {offered}."
            )
        tags = self._tags(session, repository)
        choose_tag(self, reference, [other for other in tags if other != tag])
        raise self.missing(reference)

    def _is_docker(self, repository: str, name: str, reference: ImageReference) -> ImageUnreadable:
        host = urlsplit(self._server.site.url).netloc
        mark = "@" if ":" in _as_digest(name) else ":"
        address = f"docker://{host}/{repository}{mark}{_as_digest(name)}"
        file = file_name(reference.container, reference.tag)
        return ImageUnreadable(
            f"{reference.within(self.name)} is a Docker image; build a SIF from it with: "
            f"apptainer build {file} {address}, and send ./{file}."
        )

    def _tag(self, session: Session, repository: str, reference: ImageReference) -> str:
        contents = self._contents(session, repository, "latest")
        if contents.artifacts or contents.is_docker:
            return "latest"
        return choose_tag(self, reference, self._tags(session, repository))

    def _tags(self, session: Session, repository: str) -> Sequence[str]:
        try:
            return self._server.tags(session, repository)
        except ImageNotFound:
            return []

    def _contents(self, session: Session, repository: str, tag: str) -> Contents:
        """Return what a tag holds, or a digest written as a tag; nothing if it does not exist."""
        name = _as_digest(tag)
        if ":" not in name and not _TAG.fullmatch(name):
            return Contents()
        try:
            return read_contents(self._server, session, repository, name)
        except ImageNotFound:
            return Contents()

    def _offered(self, tag: str, contents: Contents) -> Iterator[tuple[str, Artifact]]:
        """Yield the images of a tag, each with a tag of its own."""
        chosen = contents.choose(self._arch)
        if chosen is not None:
            yield tag, chosen
        for artifact in contents.artifacts:
            if artifact is not chosen:
                yield f"{tag}{ARCH_MARK}{artifact.arch}", artifact

    def _image(self, place: tuple[str, str], tag: str, artifact: Artifact) -> Image:
        return Image(
            reference=format_reference(self.name, *place, tag),
            registry=self.name,
            collection=place[0],
            container=place[1],
            tag=tag,
            size_bytes=artifact.layer.size,
            modified_at=artifact.created_at,
            arch=artifact.arch.partition("-")[0] or None,
            digest=artifact.layer.digest,
            format="sif" if artifact.layer.media_type in SIF_TYPES else None,
            file_name=artifact.file_name,
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
        raise InvalidEntry("set 'repositories' to a list of strings such as 'lab/samtools'.")
    for repository in repositories:
        if not _REPOSITORY.fullmatch(repository):
            raise InvalidEntry(
                f"{repository!r} is not a valid repository name. Use lowercase, and leave out the "
                "tag."
            )
    site = entry.site(url)
    server = OciServer(
        site,
        entry.credential("username"),
        entry.credential("password"),
        is_anonymous=entry.is_anonymous,
    )
    return OciRegistry(
        entry.name, server, repositories, arch=entry.text("arch", DEFAULT_ARCH), served_by=None
    )


def _as_digest(tag: str) -> str:
    """Return the digest that is written as a tag, as libraries do; other tags as they are."""
    match = _DIGEST_TAG.fullmatch(tag)
    return f"sha256:{match[1]}" if match else tag


def _remark(missing: Sequence[str], left_out: Counter[str]) -> str:
    others, docker = left_out["others"], left_out["docker"]
    parts = [
        f"missing repositories ({', '.join(missing)})" if missing else "",
        "1 tag without an image file" if others == 1 else "",
        f"{others} tags without an image file" if others > 1 else "",
        "1 Docker image, from which a SIF must be built first" if docker == 1 else "",
        f"{docker} Docker images, from which SIFs must be built first" if docker > 1 else "",
        f"tags beyond the first {MAX_TAGS} of a repository" if left_out["beyond"] else "",
    ]
    reasons = "; ".join(part for part in parts if part)
    return f"Not listed: {reasons}." if reasons else ""
