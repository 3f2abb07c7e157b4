"""An image to send, once it has been located, and whatever prevents sending it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...globus.hosts import ServedPath
from ...models.plans import PlanWarning, Route, RouteOption
from ...models.sources import Source
from ...registry.base import Download


@dataclass(frozen=True)
class Candidate:
    """An image to send, once it has been located.

    :param route: None if no route exists; a blocking warning then says why.
    :param path: on the endpoint; while ``pattern`` is not resolved, only its folder is correct.
    :param pattern: the file's name, if only part of it is known.
    :param alternatives: other files that may be the image, if ``path`` turns out not to be.
    :param is_checked: whether its source may be used and shows it, as far as was asked.
    :param is_lost: whether it was not found, so that nothing else can be said about it.
    :param may_lack_file: whether its storage may keep no file of that name for it.
    :param others: the same image by its other routes, the best first.
    :param possible: every route it could take, this one included, the best first.
    :param file: on this host; None if it is not on this host's disk, or must not be read.
    :param download: from the registry; None if the registry offers none.
    :param served_at: the endpoint of this host that serves the file, or the folder in which the
        image is staged; None if the route does not begin at this host.
    :param staged_at: where the image is staged on this host; None if it is not.
    """

    source: Source
    name: str
    route: Route | None
    reason: str
    endpoint_id: str = ""
    path: str = ""
    pattern: str | None = None
    alternatives: tuple[str, ...] = ()
    size_bytes: int | None = None
    digest: str | None = None
    arch: str | None = None
    uuid: str | None = None
    warnings: tuple[PlanWarning, ...] = ()
    others: tuple[Candidate, ...] = ()
    possible: tuple[RouteOption, ...] = ()
    file: Path | None = None
    download: Download | None = None
    served_at: ServedPath | None = None
    staged_at: Path | None = None
    is_checked: bool = False
    is_lost: bool = False
    may_lack_file: bool = False
    # Content without a known digest is shared with no other transfer.
    unshared_id: str = field(default_factory=lambda: uuid.uuid4().hex, compare=False)

    @property
    def content_key(self) -> str:
        """A text that is equal for equal content; unknown content equals no other."""
        return f"{self.source.text} {self.digest or self.unshared_id}"


def routed(
    candidate: Candidate, route: Route, reason: str, endpoint_id: str, path: str
) -> Candidate:
    """Return the image with its route."""
    return replace(candidate, route=route, reason=reason, endpoint_id=endpoint_id, path=path)


def blocked(candidate: Candidate, code: str, message: str) -> Candidate:
    """Return the image with a warning that keeps it from being sent."""
    warning = PlanWarning(code, message, "blocking")
    return replace(candidate, warnings=(*candidate.warnings, warning))
