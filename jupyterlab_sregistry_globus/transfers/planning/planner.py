"""Turn images and a destination into routes, sizes and warnings; send nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...errors import (
    BadRequest,
    ConsentRequired,
    EndpointNotUsable,
    EndpointOffline,
    FolderNotFound,
    PermissionRefused,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...globus.hosts import HostEndpoints, HostPaths
from ...globus.hosts.check import HostChecks
from ...globus.messages import CONSENT_NEEDED
from ...models.actions import LoginAction
from ...models.endpoints import Endpoint, Folder
from ...models.plans import Location, Plan, PlannedImage, PlanRequest, PlanWarning, TransferOptions
from ...models.sources import EndpointSource
from ..staging.room import StagingRoom
from .candidate import Candidate
from .demands import Demands
from .direct import DirectRoute
from .mappings import Mappings
from .planned import planned_images
from .problems import Problems
from .routes import attempt_in_order, choose
from .served import SOURCE_MISSING, ServedFiles
from .sources import Sources

MAX_IMAGES = 1000
NEW_FOLDER = "new_folder"


class Planner:
    """Decides how images reach a destination, and what might stop them."""

    def __init__(
        self,
        sources: Sources,
        served: ServedFiles,
        room: StagingRoom,
        endpoints: Endpoints,
        hosts: HostEndpoints,
        paths: HostPaths,
        checks: HostChecks,
        direct: DirectRoute,
    ) -> None:
        self._sources = sources
        self._served = served
        self._room = room
        self._endpoints = endpoints
        self._hosts = hosts
        self._paths = paths
        self._checks = checks
        self._direct = direct

    def plan(self, request: PlanRequest) -> Plan:
        """Decide how each image will reach the destination, and what might stop it.

        Sends and hashes nothing. Asks Globus for the destination, its folder (once, for the images'
        names only), the source endpoints, and each of their folders that a served image comes from.
        A problem with one image is a blocking warning beside it, so that the others can still be
        judged; a problem with the request as a whole is an error.

        :raises ConsentRequired: an endpoint requires a consent; carries the login to offer.
        :raises LoginRequired: the destination requires a fresh login.
        :raises EndpointOffline: the destination is off or paused.
        :raises EndpointNotFound: there is no such endpoint.
        :raises FolderNotFound: the destination has no such folder.
        :raises PermissionRefused: the destination folder is read-only.
        :raises PathNotAllowed: the destination, or the only source, is on this host, outside the
            folders that this server may use.
        """
        return self._plan(request, Problems(is_alone=len(request.sources) == 1))

    def plan_to_send(self, request: PlanRequest) -> Plan:
        """Plan a transfer that is about to be sent, as ``plan``.

        :raises ImageNotFound: a registry has no such image, or the disk no such file; so are other
            errors about single images.
        """
        problems = Problems(is_alone=len(request.sources) == 1, is_strict=True)
        plan = self._plan(request, problems)
        problems.check()
        return plan

    def _plan(self, request: PlanRequest, problems: Problems) -> Plan:
        if not 1 <= len(request.sources) <= MAX_IMAGES:
            raise BadRequest(f"Choose between 1 and {MAX_IMAGES} images.")
        template = request.options.name_template
        candidates = [
            problems.attempt(functools.partial(self._sources.find, source, template), source)
            for source in request.sources
        ]
        if problems.is_strict:
            # Before Globus is asked, and perhaps a login.
            problems.check()
        destination = self._endpoints.get(request.destination.endpoint_id)
        _check_usable(destination, "cannot receive files.")
        origins: dict[str, Endpoint] = {}
        candidates = [
            choose(self._direct.added_to(candidate, destination), request.options.route)
            for candidate in candidates
        ]
        demands = Demands()
        mappings = Mappings(self._checks, candidates, demands)
        candidates = self._with_origins(candidates, origins, problems, mappings, destination)
        with demands.collected():
            _check_consents([destination, *origins.values()])
        with demands.collected():
            candidates = self._served.check_folders(candidates, origins)
        # A fallback route may begin at an endpoint that was not asked for yet.
        candidates = self._with_origins(candidates, origins, problems, mappings, destination)
        with demands.collected():
            _check_consents(origins.values())
        if any(candidate.route == "direct" for candidate in candidates):
            with demands.collected():
                self._direct.check_login(destination)
        for candidate in candidates:
            if any(warning.code == SOURCE_MISSING for warning in candidate.warnings):
                # The registry may name another file by now.
                self._sources.forget(candidate.source)
        location = request.destination
        if location.path is None:
            location = Location(location.endpoint_id, destination.default_directory)
        names = {candidate.name for candidate in candidates if not candidate.is_lost}
        folder = Folder(location.endpoint_id, "", (), 0)
        new_folder: tuple[PlanWarning, ...] = ()
        if destination.required_scopes:
            demands.check()
        with demands.collected():
            folder, new_folder = self._destination(location, names, request.options)
        demands.check()
        self._endpoints.check_use(destination, folder.path, "write to")
        self._check_writable(destination, folder)
        images = planned_images(
            candidates,
            origins=origins,
            destination=destination,
            folder=folder,
            sync=request.options.sync,
            hosts=self._paths,
        )
        warnings = (*new_folder, *self._room_warnings(images))
        return Plan(
            destination=Location(destination.id, folder.path),
            destination_name=destination.display_name,
            images=images,
            total_bytes=sum(image.size_bytes or 0 for image in images),
            sizes_unknown=sum(image.size_bytes is None for image in images),
            warnings=warnings,
            is_sendable=not any(
                warning.severity == "blocking"
                for warning in (*warnings, *(w for image in images for w in image.warnings))
            ),
        )

    def create_folder(self, plan: Plan) -> None:
        """Create the destination folder if the plan says that it will be created.

        :raises PermissionRefused: the user may not write there.
        """
        if any(warning.code == NEW_FOLDER for warning in plan.warnings):
            self._endpoints.create_folder(plan.destination, parents=True)

    def _destination(
        self, location: Location, names: set[str], options: TransferOptions
    ) -> tuple[Folder, tuple[PlanWarning, ...]]:
        """Return the destination folder, and a warning if it has to be created first."""
        try:
            return self._endpoints.folder(location, names=names), ()
        except FolderNotFound:
            if not options.create_folders or not location.path:
                raise
        path = self._endpoints.absolute(location)
        text = f"The folder {path} does not exist. It will be created."
        folder = Folder(location.endpoint_id, path, (), 0)
        return folder, (PlanWarning(NEW_FOLDER, text, "note"),)

    def _with_origins(
        self,
        candidates: Sequence[Candidate],
        origins: dict[str, Endpoint],
        problems: Problems,
        mappings: Mappings,
        destination: Endpoint,
    ) -> list[Candidate]:
        """Look up the endpoints that images are sent from, and block images that can't be.

        :param origins: the endpoints by id, to be completed.
        """
        lost: dict[str, SRegistryGlobusError] = {}

        def usable(candidate: Candidate) -> Candidate:
            endpoint_id = candidate.endpoint_id
            if candidate.route == "direct":
                return self._direct.check(candidate, destination)
            if endpoint_id in lost:
                raise lost[endpoint_id]
            if endpoint_id not in origins:
                try:
                    origin = self._endpoints.get(endpoint_id)
                    _check_usable(origin)
                except SRegistryGlobusError as error:
                    lost[endpoint_id] = error
                    raise
                origins[endpoint_id] = origin
            # Images of a registry are where its settings say.
            if isinstance(candidate.source, EndpointSource):
                self._endpoints.check_use(origins[endpoint_id], candidate.path, "send from")
            return replace(mappings.check(candidate, origins[endpoint_id]), is_checked=True)

        return [
            candidate
            if candidate.route is None or candidate.is_checked
            else problems.attempt(functools.partial(attempt_in_order, candidate, usable), candidate)
            for candidate in candidates
        ]

    def _room_warnings(self, images: Iterable[PlannedImage]) -> tuple[PlanWarning, ...]:
        staged = {
            image.path_here: image.size_bytes or 0
            for image in images
            if image.route == "staged" and image.source_path
        }
        shortage = self._room.shortage(staged) if staged else ""
        return (PlanWarning("no_room", shortage, "blocking"),) if shortage else ()

    def _check_writable(self, destination: Endpoint, folder: Folder) -> None:
        read_only = self._hosts.read_only_folder(destination.id, folder.path)
        if read_only is not None:
            raise PermissionRefused(
                f"{folder.path} is read-only, as set in {read_only.origin}. Choose another folder."
            )


def _check_usable(endpoint: Endpoint, problem: str = "holds no files that can be sent.") -> None:
    state, next_step = endpoint.readiness.state, endpoint.readiness.next_step
    if state in ("offline", "paused"):
        raise EndpointOffline(f"{endpoint.display_name} is {state}. {next_step}")
    if state in ("not_usable", "gone"):
        raise EndpointNotUsable(f"{endpoint.display_name} {problem} {next_step}")


def _check_consents(endpoints: Iterable[Endpoint]) -> None:
    scopes = [scope for endpoint in endpoints for scope in endpoint.required_scopes]
    if scopes:
        # All at once, so that one login is enough.
        raise ConsentRequired(
            CONSENT_NEEDED,
            action=LoginAction(required_scopes=tuple(dict.fromkeys(scopes))),
        )
