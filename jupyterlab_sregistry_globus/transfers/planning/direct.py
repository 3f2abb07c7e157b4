"""The direct route: whether this host can upload an image to the destination itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...errors import EndpointNotUsable
from ...globus.https import HttpsFiles
from ...models.endpoints import Endpoint
from ...models.plans import PlanWarning
from ...units import human_bytes
from .candidate import Candidate, routed

# What says that no route exists, which is not so if the direct one does.
_NO_ROUTE = frozenset({"no_route", "path_not_served"})


@dataclass(frozen=True)
class DirectRoute:
    """Decides about uploads over HTTPS.

    :param limit_bytes: the largest image; 0 turns uploads off.
    :param rate_of: returns the bytes per second of the last upload to an endpoint; None if there
        was none.
    """

    https: HttpsFiles
    limit_bytes: int
    rate_of: Callable[[str], float | None]

    def added_to(self, candidate: Candidate, destination: Endpoint) -> Candidate:
        """Return the image with the direct route among its others, if it is possible.

        Makes no request to the destination. The warning of an image without any route then says
        why.
        """
        if candidate.is_lost or (candidate.file is None and candidate.download is None):
            return candidate
        reason = self._refusal(candidate, destination)
        if reason is None:
            warnings = tuple(w for w in candidate.warnings if w.code not in _NO_ROUTE)
            path = "" if candidate.file is None else str(candidate.file)
            way = replace(candidate, warnings=warnings, others=(), pattern=None, alternatives=())
            if candidate.file is None and candidate.download is not None:
                way = replace(way, digest=candidate.digest or candidate.download.digest)
            way = routed(way, "direct", self._reason(candidate, destination), "", path)
            return replace(candidate, others=(*candidate.others, way))
        if candidate.route is not None:
            return candidate
        warnings = tuple(
            PlanWarning(w.code, f"{w.message} {reason}", w.severity) if w.code in _NO_ROUTE else w
            for w in candidate.warnings
        )
        return replace(candidate, warnings=warnings)

    def check(self, candidate: Candidate, destination: Endpoint) -> Candidate:
        """Refuse an upload whose size, which is known by now, does not allow it.

        :raises EndpointNotUsable: its length is unknown, or above the limit.
        """
        if candidate.size_bytes is None:
            raise EndpointNotUsable(
                f"{candidate.name} cannot be uploaded directly, because its registry does not tell "
                "its length."
            )
        reason = self._refusal(candidate, destination)
        if reason is not None:
            raise EndpointNotUsable(reason)
        return candidate

    def check_login(self, destination: Endpoint) -> None:
        """Refuse uploads to an endpoint that require another login first.

        :raises ConsentRequired: a consent is missing; carries the login to offer.
        """
        self.https.check(destination)

    def _refusal(self, candidate: Candidate, destination: Endpoint) -> str | None:
        if not self.limit_bytes:
            return "Direct uploads are turned off (direct_limit_bytes)."
        if destination.https_server is None:
            return f"{destination.display_name} does not accept uploads over HTTPS."
        if candidate.size_bytes is not None and candidate.size_bytes > self.limit_bytes:
            return (
                f"It has {human_bytes(candidate.size_bytes)}, and a direct upload may have "
                f"{human_bytes(self.limit_bytes)} (direct_limit_bytes). Set up Globus Connect "
                "Personal on this machine for larger files."
            )
        return None

    def _reason(self, candidate: Candidate, destination: Endpoint) -> str:
        rate = self.rate_of(destination.id)
        text = "Direct upload: keep this computer on"
        if rate and candidate.size_bytes is not None:
            text += f" (about {_duration(candidate.size_bytes / rate)})"
        if candidate.file is None:
            text += ", because the image passes through it on its way from the registry"
        return f"{text}."


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    if seconds < 90 * 60:
        return f"{math.ceil(seconds / 60)} min"
    return f"{math.ceil(seconds / 3600)} h"
