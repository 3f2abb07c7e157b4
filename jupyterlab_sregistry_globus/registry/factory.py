"""Registries out of the settings. Each kind's module is imported only when one is configured."""

from __future__ import annotations

from importlib import import_module

from ..config import SRegistryGlobus
from ..globus.endpoints import Endpoints
from .base import BrokenRegistry, RegistryBackend
from .entry import Entry, EntryWrong

MODULE_BY_KIND = {
    "endpoint": ".tree.endpoint",
    "folder": ".tree.folder",
    "library": ".library.registry",
    "oci": ".oci.registry",
    "sregistry": ".sregistry.registry",
    "sregistry-cli": ".sregistry_cli",
}


def make_backends(settings: SRegistryGlobus, endpoints: Endpoints) -> list[RegistryBackend]:
    """The configured registries, in order; opens nothing and asks nobody.

    An entry that makes no registry becomes one whose every use says what is wrong with it.
    """
    return [_make(Entry(values, settings, endpoints)) for values in settings.registries]


def _make(entry: Entry) -> RegistryBackend:
    module = MODULE_BY_KIND.get(entry.kind)
    if module is None:
        kinds = ", ".join(sorted(MODULE_BY_KIND))
        return BrokenRegistry(
            entry.name, "", f"its kind {entry.kind!r} is unknown; there are {kinds}."
        )
    try:
        made = import_module(module, __package__).from_entry(entry)
    except EntryWrong as error:
        return BrokenRegistry(entry.name, "", str(error))
    assert isinstance(made, RegistryBackend)  # noqa: S101 - for the type checker
    return made
