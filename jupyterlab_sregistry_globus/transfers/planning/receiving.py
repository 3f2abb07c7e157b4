"""The endpoint of this host by which a folder here receives files."""

from __future__ import annotations

from pathlib import Path

from ...errors import (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    LoginNeeded,
    MappingWrong,
    PermissionRefused,
    SRegistryGlobusError,
)
from ...globus.endpoints import Endpoints
from ...globus.hosts import HostEndpoints, ServedPath
from ...globus.hosts.check import HostChecks
from ...models.plans import Location

_OF_ONE_ENDPOINT = (
    EndpointNotFound,
    EndpointNotUsable,
    EndpointOffline,
    MappingWrong,
    PermissionRefused,
)


class ReceivingEndpoints:
    """Chooses among the endpoints of this host that may write to a folder."""

    def __init__(self, hosts: HostEndpoints, endpoints: Endpoints, checks: HostChecks) -> None:
        self._hosts = hosts
        self._endpoints = endpoints
        self._checks = checks

    def may_receive(self, folder: Path) -> bool:
        """Return whether the settings let an endpoint write to a folder."""
        return any(served.may_write for served in self._hosts.serving(folder))

    def location(self, folder: Path) -> Location | None:
        """Return a folder of this host as the closest endpoint that is ready knows it.

        :param folder: exists.
        :returns: None if the settings let no endpoint write to it.
        :raises MappingWrong: what the only endpoint writes is not here; so are other errors about
            endpoints, if none can write.
        """
        failure: SRegistryGlobusError | None = None
        for served in self._hosts.serving(folder):
            if not served.may_write:
                continue
            try:
                self._check(served)
            except _OF_ONE_ENDPOINT as error:
                failure = failure or error
            else:
                return Location(served.endpoint_id, f"{served.path.rstrip('/')}/")
        if failure is not None:
            raise failure
        return None

    def _check(self, served: ServedPath) -> None:
        # Connect Personal has this host's own paths and account.
        if served.folder.is_personal:
            return
        endpoint = self._endpoints.get(served.endpoint_id)
        state, next_step = endpoint.readiness.state, endpoint.readiness.next_step
        if state in ("offline", "paused"):
            raise EndpointOffline(f"{endpoint.display_name} is {state}. {next_step}")
        if state in ("not_usable", "gone"):
            raise EndpointNotUsable(f"{endpoint.display_name} cannot receive files. {next_step}")
        if endpoint.required_scopes:
            return  # the plan asks for the login, together with those of the sources
        try:
            problem = self._checks.writing(served, endpoint)
        except LoginNeeded:
            return
        if problem and served.folder.is_guess:
            raise MappingWrong(
                f"{served.folder.origin} does not say which folder {endpoint.display_name} serves, "
                f"and it could not be asked. {problem}"
            )
