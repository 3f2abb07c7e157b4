"""Makes registries from the settings. A kind's module is imported only if it is configured."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from ..config import SRegistryGlobus
from ..globus.endpoints import Endpoints
from .base import BrokenRegistry, RegistryBackend
from .entry import Entry, InvalidEntry

MODULE_BY_KIND = {
    "endpoint": ".tree.endpoint",
    "folder": ".tree.folder",
    "library": ".library.registry",
    "oci": ".oci.registry",
    "sregistry": ".sregistry.registry",
    "sregistry-cli": ".sregistry_cli",
}


def make_backends(settings: SRegistryGlobus, endpoints: Endpoints) -> list[RegistryBackend]:
    """Make the configured registries, in order. Opens no file and sends no request.

    An entry that is not valid becomes a registry whose every use says what is wrong with it.
    """
    return [_make(Entry(values, settings, endpoints)) for values in settings.registries]


def receiving_folders(backends: Iterable[RegistryBackend]) -> list[Path]:
    """Return the folders of this host into which images can be brought."""
    folders = [backend.receiving_folder for backend in backends]
    return [folder for folder in folders if folder is not None]


def _make(entry: Entry) -> RegistryBackend:
    module = MODULE_BY_KIND.get(entry.kind)
    if module is None:
        kinds = ", ".join(sorted(MODULE_BY_KIND))
        return BrokenRegistry(
            entry.name, "", f"its kind {entry.kind!r} is unknown. Write one of {kinds}."
        )
    try:
        made = import_module(module, __package__).from_entry(entry)
    except InvalidEntry as error:
        return BrokenRegistry(entry.name, "", str(error))
    assert isinstance(made, RegistryBackend)  # noqa: S101 - for the type checker
    return made
