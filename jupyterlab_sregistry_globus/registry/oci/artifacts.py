"""What a tag of an OCI registry holds: images for one or more architectures, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import ImageNotFound
from ...images.filename import extension_of, is_safe_name
from ..web.http import Session
from ..web.times import parse_time
from .server import Descriptor, Manifest, OciServer

SIF_TYPE = "application/vnd.sylabs.sif.layer.v1.sif"
# An early Singularity wrote the second one, with its typing error.
SIF_TYPES = frozenset(
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
_DOCKER_CONFIGS = frozenset(
    {
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.oci.image.config.v1+json",
    }
)
_TITLE = "org.opencontainers.image.title"
_CREATED = "org.opencontainers.image.created"
_ATTESTATION = "vnd.docker.reference.type"
_MAX_PLATFORMS = 32
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Artifact:
    """A manifest that holds one image.

    :param arch: as the index names it, such as ``arm64`` or ``arm-v7``; empty outside of an index.
    :param digests: of the manifest and of its index.
    """

    layer: Descriptor
    created_at: float | None
    arch: str
    digests: frozenset[str]

    @property
    def file_name(self) -> str | None:
        """The name of the file that was pushed; None if it has none that is safe to use."""
        title = text_of(self.layer.annotations, _TITLE)
        return title if extension_of(title) and is_safe_name(title) else None


@dataclass(frozen=True)
class Contents:
    """What a tag holds.

    :param artifacts: one for each architecture.
    :param is_docker: whether it holds a Docker image.
    """

    artifacts: Sequence[Artifact] = field(default=())
    is_docker: bool = False

    def choose(self, arch: str) -> Artifact | None:
        """Return the image for an architecture, or the only one; None if that is not clear."""
        if len(self.artifacts) == 1:
            return self.artifacts[0]
        return self.of(arch)

    def of(self, arch: str) -> Artifact | None:
        """Return the image for exactly this architecture; None if there is none."""
        for artifact in self.artifacts:
            if artifact.arch == arch:
                return artifact
        return None


def read_contents(server: OciServer, session: Session, repository: str, name: str) -> Contents:
    """Read what a tag or digest holds, one manifest for each architecture.

    :raises ImageNotFound: it does not exist.
    """
    manifest = server.manifest(session, repository, name)
    if manifest.layers or not manifest.manifests:
        artifact = _artifact(manifest, "", frozenset({manifest.digest}))
        return Contents((artifact,) if artifact else (), artifact is None and _is_docker(manifest))
    artifacts: dict[str, Artifact] = {}
    is_docker = False
    for descriptor in [*filter(_is_offered, manifest.manifests)][:_MAX_PLATFORMS]:
        try:
            inner = server.manifest(session, repository, descriptor.digest)
        except ImageNotFound:
            continue
        arch = _arch(descriptor.platform)
        digests = frozenset({manifest.digest, inner.digest})
        artifact = _artifact(inner, arch, digests)
        if artifact is not None:
            # Without a name of its own, an architecture is told apart by its digest.
            key = arch if arch and arch not in artifacts else inner.digest[7:19]
            artifacts.setdefault(key, artifact)
        elif _is_docker(inner):
            is_docker = True
            if not artifacts:
                break  # the others are the same for other architectures
    named = tuple(
        Artifact(artifact.layer, artifact.created_at, arch, artifact.digests)
        for arch, artifact in artifacts.items()
    )
    return Contents(named, is_docker and not named)


def text_of(annotations: object, key: str) -> str:
    """Return an annotation; empty if it is missing or no text."""
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def _artifact(manifest: Manifest, arch: str, digests: frozenset[str]) -> Artifact | None:
    layers = [layer for layer in manifest.layers or () if _is_image(layer)]
    if len(layers) != 1:
        return None
    created_at = parse_time(text_of(manifest.annotations, _CREATED))
    return Artifact(layers[0], created_at, arch, digests)


def _is_image(layer: Descriptor) -> bool:
    if not _DIGEST.fullmatch(layer.digest) or layer.size < 0:
        return False
    if layer.media_type in SIF_TYPES:
        return True
    title = text_of(layer.annotations, _TITLE)
    return layer.media_type in _GENERIC_TYPES and extension_of(title) != ""


def _is_docker(manifest: Manifest) -> bool:
    config = manifest.config
    return config is not None and config.media_type in _DOCKER_CONFIGS and bool(manifest.layers)


def _is_offered(descriptor: Descriptor) -> bool:
    """Leave out attestations, which builders add to an index as if they were for a platform."""
    if not _DIGEST.fullmatch(descriptor.digest) or text_of(descriptor.annotations, _ATTESTATION):
        return False
    return _arch(descriptor.platform) != "unknown"


def _arch(platform: Any) -> str:
    arch, variant = text_of(platform, "architecture"), text_of(platform, "variant")
    name = f"{arch}-{variant}" if arch and variant and (arch, variant) != ("arm64", "v8") else arch
    return name if re.fullmatch(r"[\w.-]{1,50}", name, re.ASCII) else ""
