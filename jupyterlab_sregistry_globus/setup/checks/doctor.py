"""All checks. A check comes after those that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from ... import __version__
from ...config import SRegistryGlobus
from ...services import Services
from . import (
    configuration,
    hosts,
    installation,
    personal,
    readers,
    registries,
    service,
    storage,
    tokens,
    transfer,
)
from .report import Check, Report


def examine(
    read_settings: Callable[[], SRegistryGlobus],
    make_services: Callable[[SRegistryGlobus], Services],
    transfer_to: str | None = None,
) -> Iterator[Check]:
    """Run all checks, and yield each as soon as it is known.

    After a failure, the checks that depend on it are skipped, because they would only repeat it.

    :param read_settings: may raise anything, because users write the files.
    :param make_services: builds the services for the settings.
    :param transfer_to: ``ENDPOINT:PATH``, to which a test file is sent; None to send nothing.
    """
    yield from installation.checks()
    try:
        settings = read_settings()
    except Exception as error:  # a Python file may raise anything
        yield configuration.unreadable(error)
        return
    services = make_services(settings)
    try:
        yield from _examine(settings, services, transfer_to)
    finally:
        services.close()


def report(checks: Iterator[Check]) -> Report:
    """Return all checks together."""
    results = tuple(checks)
    return Report(__version__, all(check.state != "fail" for check in results), results)


def _examine(
    settings: SRegistryGlobus, services: Services, transfer_to: str | None
) -> Iterator[Check]:
    failed = yield from _with_failures(configuration.checks(settings))
    yield from storage.checks(settings, services)
    yield from tokens.checks(settings)
    yield from registries.check_listings(services)
    yield from registries.check_published(services)
    if not settings.enabled or "client id" in failed:
        return
    failed = yield from _with_failures(service.check_reachable(settings, services))
    if failed & {"Globus Auth", "Globus Transfer"}:
        yield from personal.checks(services, is_connected=False)
        yield from hosts.checks(services, is_connected=False)
        return
    failed = yield from _with_failures(service.check_account(settings, services))
    is_connected = not failed
    if is_connected:
        yield from registries.check_endpoints(services)
        yield from readers.checks(services)
    yield from personal.checks(services, is_connected=is_connected)
    yield from hosts.checks(services, is_connected=is_connected)
    if is_connected and transfer_to is not None:
        yield from transfer.checks(services, transfer_to)


def _with_failures(checks: Iterator[Check]) -> Generator[Check, None, set[str]]:
    """Yield the checks. Return the names of those that failed."""
    failed = set()
    for check in checks:
        yield check
        if check.state == "fail":
            failed.add(check.name)
    return failed
