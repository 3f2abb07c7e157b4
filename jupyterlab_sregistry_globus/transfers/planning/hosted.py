"""The routes that begin at an endpoint of this host: local and staged."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...globus.hosts import HostEndpoints
from ...registry.base import Download
from ...store.nodes import node_sentence
from ..staging.room import StagingRoom
from .candidate import Candidate, blocked, routed

# There is always a way without an endpoint on this host, if the destination allows it.
OTHER_WAY = (
    "Send it directly over HTTPS, to an endpoint that accepts that, or set up Globus Connect "
    "Personal on this machine."
)


class HostedRoutes:
    """Gives images the routes that begin at the endpoints of this host."""

    def __init__(self, hosts: HostEndpoints, room: StagingRoom) -> None:
        self._hosts = hosts
        self._room = room

    def local(self, candidate: Candidate, file: Path) -> Candidate:
        """Return a file of this host with the endpoints that serve it, the closest first."""
        served = self._hosts.serving(file)
        if not served:
            text = (
                f"{candidate.name} is not in a folder served by a Globus endpoint on this machine. "
                f"{self._next_step(file)}"
            )
            return blocked(candidate, "path_not_served", text)
        reason = "Sent from this machine's endpoint."
        if len(served) > 1:
            reason = (
                f"Sent from this machine's endpoint for {served[0].folder.folder}, the closest of "
                f"{len(served)} that serve the file."
            )
        return _first(
            [
                replace(
                    routed(candidate, "local", reason, path.endpoint_id, path.path), served_at=path
                )
                for path in served
            ]
        )

    def staged(self, candidate: Candidate, download: Download) -> Candidate:
        """Return a downloadable image with the endpoints that serve our staging folder."""
        candidate = replace(candidate, digest=candidate.digest or download.digest)
        target = self._room.path(candidate.content_key, candidate.name)
        if target is None:
            text = (
                f"{candidate.name} can only be sent through this machine, which has no Globus "
                f"endpoint with a writable folder. {OTHER_WAY}"
            )
            return blocked(candidate, "no_route", text)
        # Links below our own folder are not followed: the stager refuses them.
        folder = target.parent.parent
        served = self._hosts.serving(folder)
        if not served:
            text = f"No Globus endpoint serves the staging folder {folder}. {OTHER_WAY}"
            return blocked(candidate, "no_route", text)
        reason = (
            "Downloaded to this machine first, because no endpoint serves the registry's storage."
        )
        names = (target.parent.name, target.name)
        return _first(
            [
                replace(
                    routed(
                        candidate,
                        "staged",
                        reason,
                        path.endpoint_id,
                        posixpath.join(path.path, *names),
                    ),
                    served_at=path,
                    staged_at=target,
                )
                for path in served
            ]
        )

    def _next_step(self, file: Path) -> str:
        site = [str(folder.folder) for folder in self._hosts.site_folders()]
        if self._hosts.problem:
            return f"{self._hosts.problem} {OTHER_WAY}"
        if site:
            places = ", ".join(dict.fromkeys(site))
            moved = (
                f"Copy it to a folder that is served ({places}), or send it directly over HTTPS."
            )
            return f"{node_sentence(file)}{moved}"
        if self._hosts.personal.endpoint_id() is None:
            return f"{OTHER_WAY} Or choose another image."
        return (
            "Send it directly over HTTPS, to an endpoint that accepts that, or add the folder "
            f"{str(file.parent)!r} to {self._hosts.personal.config_paths_file}. Or choose another "
            "image."
        )


def _first(ways: Sequence[Candidate]) -> Candidate:
    return replace(ways[0], others=tuple(ways[1:]))
