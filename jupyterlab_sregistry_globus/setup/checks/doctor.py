"""Every check, in the order in which things depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from ... import __version__
from ...config import SRegistryGlobus
from ...services import Services
from . import configuration, installation, personal, readers, registries, service, storage, tokens
from .report import Check, Report


def examine(
    read_settings: Callable[[], SRegistryGlobus], make: Callable[[SRegistryGlobus], Services]
) -> Iterator[Check]:
    """Look at everything, each check as soon as it is known.

    What depends on something that failed is left out, since it would only say the same again.

    :param read_settings: may raise anything: files are written by people.
    :param make: the services for the settings.
    """
    yield from installation.checks()
    try:
        settings = read_settings()
    except Exception as error:  # whatever stands in a Python file
        yield configuration.unreadable(error)
        return
    here = make(settings)
    try:
        yield from _examine(settings, here)
    finally:
        here.close()


def report(checks: Iterator[Check]) -> Report:
    """All of it at once."""
    found = tuple(checks)
    return Report(__version__, all(one.state != "fail" for one in found), found)


def _examine(settings: SRegistryGlobus, here: Services) -> Iterator[Check]:
    found = yield from _passed(configuration.checks(settings))
    yield from storage.checks(settings, here)
    yield from tokens.checks(settings)
    yield from registries.listed(here)
    if not settings.enabled or "client id" in found:
        return
    found = yield from _passed(service.reachable(settings, here))
    if found & {"Globus Auth", "Globus Transfer"}:
        yield from personal.checks(here, is_connected=False)
        return
    found = yield from _passed(service.account(settings, here))
    is_connected = not found
    if is_connected:
        yield from registries.served(here)
        yield from readers.checks(here)
    yield from personal.checks(here, is_connected=is_connected)


def _passed(checks: Iterator[Check]) -> Generator[Check, None, set[str]]:
    """Hand the checks on; what comes at the end are the names of those that failed."""
    failed = set()
    for one in checks:
        yield one
        if one.state == "fail":
            failed.add(one.name)
    return failed
