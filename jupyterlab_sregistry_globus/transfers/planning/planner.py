"""Images and a destination become routes, bytes and warnings; nothing is sent."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable

from ...errors import (
    BadRequest,
    ConsentRequired,
    EndpointNotUsable,
    EndpointOffline,
    PermissionRefused,
)
from ...globus.endpoints import Endpoints
from ...globus.messages import CONSENT_NEEDED
from ...globus.personal.endpoint import PersonalEndpoint
from ...models.actions import LoginAction
from ...models.endpoints import Endpoint, Folder, FolderEntry
from ...models.plans import Location, Plan, PlannedImage, PlanRequest, PlanWarning
from ...units import human_bytes
from ..staging.room import StagingRoom
from .candidate import Found
from .served import ServedFiles
from .sources import Sources

MAX_IMAGES = 1000


class Planner:
    """Decides how images reach a destination, and what stands in the way."""

    def __init__(
        self,
        sources: Sources,
        served: ServedFiles,
        room: StagingRoom,
        endpoints: Endpoints,
        local: PersonalEndpoint,
    ) -> None:
        self._sources = sources
        self._served = served
        self._room = room
        self._endpoints = endpoints
        self._local = local

    def plan(self, request: PlanRequest) -> Plan:
        """Make a plan. Nothing is sent or hashed.

        Asks Globus for the destination, its folder (once, for the images' names alone), the
        source endpoints, and each of their folders that a served image comes from. What is wrong with one image is a blocking warning beside it, so that the
        others can be judged; what is wrong with the request as a whole is an error.

        :raises ImageNotFound: a registry has no such image, or the disk no such file.
        :raises ConsentRequired: an endpoint wants a consent; carries what to log in with.
        :raises LoginRequired: the destination wants a fresh login.
        :raises EndpointOffline: the destination or a source is off or paused.
        :raises EndpointNotFound: there is no such endpoint.
        :raises FolderNotFound: the destination has no such folder.
        :raises PermissionRefused: nobody may write to that folder.
        """
        if not 1 <= len(request.sources) <= MAX_IMAGES:
            raise BadRequest(f"Choose between 1 and {MAX_IMAGES} images.")
        found = [self._sources.find(source) for source in request.sources]
        destination = self._endpoints.get(request.destination.endpoint_id)
        origins = self._origins(found)
        _check_usable([destination, *origins.values()])
        found = self._served.look(found, origins)
        others = self._origins(one for one in found if one.endpoint_id not in origins)
        _check_usable(others.values())
        origins |= others
        where = request.destination
        if where.path is None:
            where = Location(where.endpoint_id, destination.default_directory)
        folder = self._endpoints.folder(where, names={one.name for one in found})
        self._check_writable(where, folder)
        images = _images(request, found, origins, destination, folder)
        warnings = self._about_room(images)
        return Plan(
            destination=Location(destination.id, folder.path),
            destination_name=destination.display_name,
            images=images,
            total_bytes=sum(image.size_bytes or 0 for image in images),
            sizes_unknown=sum(image.size_bytes is None for image in images),
            warnings=warnings,
            is_sendable=not any(
                warning.severity == "blocking"
                for warning in (*warnings, *(one for image in images for one in image.warnings))
            ),
        )

    def _origins(self, found: Iterable[Found]) -> dict[str, Endpoint]:
        wanted = {one.endpoint_id for one in found if one.route is not None}
        return {endpoint_id: self._endpoints.get(endpoint_id) for endpoint_id in sorted(wanted)}

    def _about_room(self, images: Iterable[PlannedImage]) -> tuple[PlanWarning, ...]:
        staged = {
            image.source_path: image.size_bytes or 0
            for image in images
            if image.route == "staged" and image.source_path
        }
        shortage = self._room.shortage(staged) if staged else ""
        return (PlanWarning("no_room", shortage, "blocking"),) if shortage else ()

    def _check_writable(self, where: Location, folder: Folder) -> None:
        if where.endpoint_id == self._local.endpoint_id() and not self._local.may_write(
            folder.path
        ):
            raise PermissionRefused(
                f"{folder.path} may only be read: {self._local.config_paths_file} says so. "
                "Choose another folder."
            )


def _check_usable(endpoints: Iterable[Endpoint]) -> None:
    scopes: list[str] = []
    for endpoint in endpoints:
        state, next_step = endpoint.readiness.state, endpoint.readiness.next_step
        if state in ("offline", "paused"):
            raise EndpointOffline(f"{endpoint.display_name} is {state}. {next_step}")
        if state in ("not_usable", "gone"):
            raise EndpointNotUsable(f"{endpoint.display_name} cannot hold files. {next_step}")
        scopes += endpoint.required_scopes
    if scopes:
        # All at once, so that one login is enough.
        raise ConsentRequired(
            CONSENT_NEEDED,
            action=LoginAction(required_scopes=tuple(dict.fromkeys(scopes))),
        )


def _images(
    request: PlanRequest,
    found: list[Found],
    origins: dict[str, Endpoint],
    destination: Endpoint,
    folder: Folder,
) -> tuple[PlannedImage, ...]:
    there = {entry.name: entry for entry in folder.entries}
    times = Counter(one.name for one in found)
    planned = []
    for one in found:
        path = posixpath.join(folder.path, one.name)
        warnings = list(one.warnings)
        if one.size_bytes is None:
            warnings.append(PlanWarning("size_unknown", "The size is not known.", "note"))
        if times[one.name] > 1:
            text = f"Two of the chosen images would be named {one.name}. Send them one by one."
            warnings.append(PlanWarning("same_name", text, "blocking"))
        if (one.endpoint_id, one.path) == (destination.id, path):
            warnings.append(PlanWarning("same_file", "The image is already there.", "blocking"))
        elif one.name in there:
            warnings.append(_exists(one, there[one.name], request.options.sync))
        planned.append(
            PlannedImage(
                source=one.source,
                name=one.name,
                route=one.route or "staged",
                reason=one.reason,
                source_endpoint_id=one.endpoint_id,
                source_endpoint_name=(
                    origins[one.endpoint_id].display_name if one.endpoint_id in origins else ""
                ),
                source_path=one.path,
                source_alternatives=one.alternatives,
                destination_path=path,
                size_bytes=one.size_bytes,
                digest=one.digest,
                arch=one.arch,
                uuid=one.uuid,
                warnings=tuple(warnings),
            )
        )
    return tuple(planned)


def _exists(one: Found, entry: FolderEntry, sync: str) -> PlanWarning:
    if entry.type == "dir":
        text = f"The folder already has a folder named {one.name}."
        return PlanWarning("exists_folder", text, "blocking")
    what = f"A file {one.name} is already there"
    if entry.size_bytes is not None:
        what += f" ({human_bytes(entry.size_bytes)})"
    then = {
        "always": "it will be replaced.",
        "exists": "it will be kept, and the image not sent.",
        "size": "it will be replaced if its size differs.",
        "mtime": "it will be replaced if it is older.",
        "checksum": "it will be replaced if its content differs.",
    }[sync]
    is_other = None not in (entry.size_bytes, one.size_bytes) and entry.size_bytes != one.size_bytes
    code = "exists_other" if is_other else "exists"
    return PlanWarning(code, f"{what}; {then}", "warning" if is_other else "note")
