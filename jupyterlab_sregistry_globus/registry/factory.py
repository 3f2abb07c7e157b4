"""Makes registries from the settings. A kind's module is imported only if it is configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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


# Kinds whose servers many users ask; the others are read on this host, or with each user's rights.
PUBLISHABLE_KINDS = ("library", "oci", "sregistry")


@dataclass(frozen=True)
class PublicBackend:
    """A registry as everyone can read it, to be published.

    :param has_credentials: whether its entry would send credentials otherwise.
    """

    backend: RegistryBackend
    has_credentials: bool


def make_public_backends(
    settings: SRegistryGlobus, endpoints: Endpoints
) -> Iterator[PublicBackend]:
    """Make the configured registries whose listing can be published, asking without credentials."""
    for values in settings.registries:
        entry = Entry(values, settings, endpoints)
        if entry.kind in PUBLISHABLE_KINDS:
            public = _make(Entry(values, settings, endpoints, is_anonymous=True))
            yield PublicBackend(public, _make(entry).has_credentials())


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
        made.listing_path = _listing_path(entry)
    except InvalidEntry as error:
        return BrokenRegistry(entry.name, "", str(error))
    assert isinstance(made, RegistryBackend)  # noqa: S101 - for the type checker
    return made


def _listing_path(entry: Entry) -> Path | None:
    path = entry.listing()
    if path is not None and entry.kind not in PUBLISHABLE_KINDS:
        kinds = ", ".join(PUBLISHABLE_KINDS)
        raise InvalidEntry(f"'listing' is only for registries of the kinds {kinds}.")
    return path
