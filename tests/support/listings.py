"""Read what a registry lists."""

from __future__ import annotations

from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import ListingSummary, RegistryBackend


def read(registry: RegistryBackend) -> tuple[list[Image], ListingSummary]:
    """Return all images of a registry, and the summary of its listing."""
    images: list[Image] = []
    return images, registry.read_listing(images.append)


def images_of(registry: RegistryBackend) -> list[Image]:
    """Return all images of a registry."""
    return read(registry)[0]
