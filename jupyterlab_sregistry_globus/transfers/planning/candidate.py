"""An image to send, found; and what stands in its way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ...models.plans import PlanWarning, Source

Route = Literal["served", "local", "staged"]


@dataclass(frozen=True)
class Found:
    """An image to send, found.

    :param route: None where no route leads from it; a blocking warning then says why.
    :param path: on the endpoint; only its folder is right as long as ``pattern`` is not resolved.
    :param pattern: the file's name, where a part of it is not known.
    :param alternatives: other files that may be the image, if ``path`` turns out not to be.
    :param otherwise: the same image by another route, for when this one leads nowhere.
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
    otherwise: Callable[[], Found] | None = None

    @property
    def content_key(self) -> str:
        """What tells this content from any other; of what is not known, from all others."""
        return f"{self.source.reference} {self.digest or uuid.uuid4().hex}"


def routed(found: Found, route: Route, reason: str, endpoint_id: str, path: str) -> Found:
    """The image with its route."""
    return replace(found, route=route, reason=reason, endpoint_id=endpoint_id, path=path)


def blocked(found: Found, code: str, message: str) -> Found:
    """The image with what keeps it from being sent."""
    warning = PlanWarning(code, message, "blocking")
    return replace(found, warnings=(*found.warnings, warning))
