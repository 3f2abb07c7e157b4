"""Helpers for the tests of a Singularity Registry Server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.base import Download, RegistryBackend
from jupyterlab_sregistry_globus.registry.factory import make_backends

from ...support.listings import images_of
from .recorded import recording

LISTING = "/api/collections/ limit=1000000"
SEARCH = "/api/container/search/collection"
DETAIL = "/api/container/genomics/samtools:1.20"
# The search looks for lower-case names only, so this image is asked for by its detail.
UPPER = "containers-lib/UpperTool:V2"
UPPER_DETAIL = f"/api/container/{UPPER}"
PUBLIC = [
    "containers-lib/UpperTool:V2",
    "containers-lib/alpine-arm:latest",
    "containers-lib/alpine:3.19",
    "containers-lib/alpine:latest",
    "containers-lib/gatk:4.5",
    "genomics/blast:2.15",
    "genomics/bwa:0.7.17",
    "genomics/samtools:1.19",
    "genomics/samtools:1.20",
    "genomics/samtools:latest",
    "genomics/tiny:latest",
    "ml-models/pytorch:2.1",
    "ml-models/pytorch:2.2",
    "tools/my.tool_x:v1.0-rc",
    "vsoch/hello-world/vsoch%2Fhello-world:latest",
]

Make = Callable[..., RegistryBackend]


def backend(entry: dict[str, Any]) -> RegistryBackend:
    timeout_s = entry.pop("timeout_s", 5)
    settings = SRegistryGlobus(
        registries=[{"name": "lab", "kind": "sregistry", **entry}], upstream_timeout_s=timeout_s
    )
    (made,) = make_backends(settings, None)  # type: ignore[arg-type]
    return made


def names(registry: RegistryBackend) -> list[str]:
    return sorted(image.reference.removeprefix("lab://") for image in images_of(registry))


def fetched(registry: RegistryBackend, reference: str, start: int = 0) -> tuple[Download, bytes]:
    storage = registry.storage(parse(reference))
    assert storage is not None
    assert storage.download is not None
    with storage.download.open(start) as chunks:
        return storage.download, b"".join(chunks)


def detail(**changes: Any) -> dict[str, Any]:
    """Return a recorded detail, with changes."""
    return {**recording("a09")["body"], **changes}
