"""Which of an image's routes it takes, and which it could take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...errors import (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    MappingWrong,
    PermissionRefused,
    SRegistryGlobusError,
)
from ...models.plans import Route, RouteOption
from .candidate import Candidate

Check = Callable[[Candidate], Candidate]

ORDER: tuple[Route, ...] = ("served", "local", "direct", "staged")

# Why an endpoint cannot be sent from, while another route may work.
_OF_THE_ROUTE = (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    MappingWrong,
    PermissionRefused,
)


def choose(candidate: Candidate, preferred: Route | None) -> Candidate:
    """Return the image by its preferred route, or else by its best one.

    An image that no route is possible for stays as it is, with its blocking warning.

    :param preferred: None leaves the choice to the order of routes.
    """
    ways = [way for way in _ways(candidate) if way.route is not None]
    ways.sort(key=lambda way: ORDER.index(way.route or "staged"))
    if not ways:
        return candidate
    # Several endpoints of this host can offer one route; the first of them is the closest.
    reasons = {way.route or "staged": way.reason for way in reversed(ways)}
    possible = tuple(
        RouteOption(route, reasons[route])
        for route in dict.fromkeys(way.route or "staged" for way in ways)
    )
    # Stable: the preferred one comes first, the others keep their order.
    ways.sort(key=lambda way: way.route != preferred)
    return _with_size(replace(ways[0], others=tuple(ways[1:]), possible=possible))


def attempt_in_order(candidate: Candidate, check: Check) -> Candidate:
    """Return the image by the first of its routes that passes a check of its source.

    :param check: returns its argument, or raises why the source cannot be sent from.
    :raises EndpointOffline: the source is off or paused, and no other route is possible; so are
        other errors about the source.
    """
    try:
        return check(candidate)
    except _OF_THE_ROUTE as error:
        return attempt_next(candidate, error, check)


def attempt_next(candidate: Candidate, error: SRegistryGlobusError, check: Check) -> Candidate:
    """Return the image by the first of its other routes that passes a check of its source.

    :param error: why the present route is not possible; raised if no other one is.
    """
    if not candidate.others:
        raise error
    first, *rest = candidate.others
    other = replace(
        first,
        reason=f"{first.reason} {error.message}",
        others=tuple(rest),
        possible=tuple(
            way
            for way in candidate.possible
            if way.route != candidate.route or first.route == candidate.route
        ),
    )
    return attempt_in_order(_with_size(other), check)


def _ways(candidate: Candidate) -> list[Candidate]:
    """Return the image by each of its routes, those of its other routes included."""
    ways = [replace(candidate, others=())]
    for other in candidate.others:
        ways += _ways(other)
    return ways


def _with_size(candidate: Candidate) -> Candidate:
    """Fill in a size that the registry has to be asked for, if the bytes come from it."""
    is_downloaded = candidate.route in ("direct", "staged") and candidate.file is None
    if candidate.download is None or candidate.size_bytes is not None or not is_downloaded:
        return candidate
    return replace(candidate, size_bytes=candidate.download.size_bytes)
