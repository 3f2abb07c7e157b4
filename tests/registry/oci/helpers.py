"""Registries of the settings that lead to the small OCI registry."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.registry.factory import make_backends

from ...support.listings import images_of

IMAGES = Path(__file__).parents[2] / "images" / "data"
REAL = (IMAGES / "one-group-signed-pgp.sif").read_bytes()


def oci(hub, *repositories, **rest):
    entry = {"name": "ghcr", "kind": "oci", "url": hub.url, "repositories": list(repositories)}
    settings = SRegistryGlobus(registries=[entry | rest], upstream_timeout_s=5, upstream_retries=0)
    (backend,) = make_backends(settings, None)
    return backend


def references(registry):
    return [image.reference for image in images_of(registry)]
