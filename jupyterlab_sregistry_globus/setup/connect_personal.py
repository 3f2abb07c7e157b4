"""This machine's own endpoint: found or made, and serving the registry's folder for reading."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from pathlib import Path

from ..errors import EndpointFailed, EndpointNotFound, PermissionRefused, SettingMissing
from ..globus.personal.config_paths import read_only_line
from ..globus.personal.endpoint import PersonalEndpoint
from ..globus.sharing import Place, Sharing
from .changes import Change, StepPlan
from .program import DOWNLOAD_AT, NAME, Program

START_TIMEOUT_S = 30.0


@dataclass
class Host:
    """This machine's endpoint while it is being set up.

    :param place: None until it is known, or made.
    """

    place: Place | None = None


class ConnectPersonal:
    """Plans what makes this machine serve a folder.

    :param mine: ids of the identities that are connected; guest collections need their own.
    :param program: None where it is not installed.
    """

    def __init__(
        self,
        sharing: Sharing,
        local: PersonalEndpoint,
        program: Program | None,
        mine: frozenset[str],
    ) -> None:
        self._sharing = sharing
        self._local = local
        self._program = program
        self._mine = mine
        self._paths = local.config_paths

    def plan(
        self, folder: Path, *, name: str, subscription_id: str | None, starts: bool
    ) -> tuple[StepPlan, Host]:
        """What is to be done; Globus is asked what there is, and nothing is changed.

        :param folder: to be served for reading.
        :param name: of the endpoint, if one is to be made.
        :param subscription_id: to put the endpoint under; None leaves that as it is.
        :param starts: whether to start Connect Personal where it is not running.
        :raises SettingMissing: the program is not installed.
        :raises EndpointNotFound: the endpoint was deleted at Globus.
        :raises PermissionRefused: the endpoint is somebody else's.
        """
        plan, host = StepPlan(), Host()
        endpoint_id = self._local.endpoint_id()
        if endpoint_id is None:
            self._plan_new(plan, host, name, subscription_id)
        else:
            self._plan_found(plan, host, endpoint_id, subscription_id)
        is_running = host.place is not None and bool(host.place.is_connected)
        self._plan_paths(plan, folder, is_running=is_running)
        if starts and not is_running:
            self._plan_start(plan, host)
        return plan, host

    def _plan_new(self, plan: StepPlan, host: Host, name: str, subscription_id: str | None) -> None:
        program = self._program
        if program is None:
            raise SettingMissing(
                f"Globus Connect Personal is not set up on this machine, and its program {NAME} is "
                f"not found. Unpack it from {DOWNLOAD_AT} and run this again. Nothing was made at "
                "Globus.",
                setting="SRegistryGlobus.connect_personal_dir",
                help=f"Install {NAME}.",
            )
        waiting = self._sharing.waiting(name)

        def make() -> str:
            host.place = waiting or self._sharing.create_personal(name, subscription_id)
            return f"It is {host.place.id}."

        def set_up() -> str:
            place = host.place
            if place is None or place.setup_key is None:
                raise EndpointFailed("Globus gave no key to set this machine up with.")
            program.set_up(place.setup_key)
            here = self._local.endpoint_id()
            if here != place.id:
                raise EndpointFailed(
                    f"{program.path} ended well, yet {self._paths.path.parent} does not name the "
                    f"endpoint {place.id} but {here or 'none'}."
                )
            return ""

        if waiting is None:
            under = f", under the subscription {subscription_id}" if subscription_id else ""
            words = f"Make an endpoint {name!r} at Globus, which serves you alone{under}."
        else:
            words = f"Take the endpoint {name!r} ({waiting.id}), which still waits for its machine."
        plan.changes.append(Change(words, make))
        plan.changes.append(
            Change(f"Set this machine up as that endpoint: {program.path} -setup (key).", set_up)
        )
        if waiting is not None and subscription_id:
            plan.changes.append(self._subscribing(host, subscription_id))

    def _plan_found(
        self, plan: StepPlan, host: Host, endpoint_id: str, subscription_id: str | None
    ) -> None:
        try:
            place = self._sharing.place(endpoint_id)
        except EndpointNotFound as error:
            raise EndpointNotFound(
                f"Connect Personal here is set up as the endpoint {endpoint_id}, which Globus no "
                f"longer has. Move {self._paths.path.parent} away and run this again."
            ) from error
        except PermissionRefused as error:
            raise PermissionRefused(
                f"Connect Personal here is set up as the endpoint {endpoint_id}, which is somebody "
                "else's. Connect as its owner, or name another folder of Connect Personal."
            ) from error
        if place.owner_id and place.owner_id not in self._mine:
            raise PermissionRefused(
                f"Connect Personal here is set up as {place.name!r}, which belongs to "
                f"{place.owner}. Connect as its owner, or name another folder of Connect Personal."
            )
        host.place = place
        plan.facts.append(f"Connect Personal is set up here, as {place.name!r} ({place.id}).")
        if subscription_id and place.subscription_id != subscription_id:
            plan.changes.append(self._subscribing(host, subscription_id))

    def _subscribing(self, host: Host, subscription_id: str) -> Change:
        def put_under() -> str:
            assert host.place is not None  # noqa: S101 - an earlier change has set it
            self._sharing.put_under(host.place.id, subscription_id)
            host.place = self._sharing.place(host.place.id)
            return ""

        return Change(f"Put the endpoint under the subscription {subscription_id}.", put_under)

    def _plan_paths(self, plan: StepPlan, folder: Path, *, is_running: bool) -> None:
        wanted = read_only_line(folder)
        present = self._paths.line_for(folder)
        if present == wanted:
            plan.facts.append(f"It shares {folder} for reading.")
            return

        def share() -> str:
            self._paths.share_read_only(folder)
            return ""

        instead = f" in place of {present}" if present else ""
        plan.changes.append(Change(f"Write {wanted}{instead} into {self._paths.path}.", share))
        if present and present.endswith(",1"):
            plan.warnings.append(f"Afterwards nothing can be sent to {folder} itself any more.")
        if is_running:
            plan.warnings.append(
                "Connect Personal is running, and learns of the folder when it is started again."
            )

    def _plan_start(self, plan: StepPlan, host: Host) -> None:
        program = self._program
        if program is None:
            plan.warnings.append(f"{NAME} is not found, so it cannot be started here.")
            return

        def start() -> str:
            program.start()
            return self._wait_for_start(host)

        command = shlex.join(program.start_command)
        plan.changes.append(Change(f"Start Connect Personal: {command}.", start))

    def _wait_for_start(self, host: Host) -> str:
        assert host.place is not None  # noqa: S101 - an earlier change has set it
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            host.place = self._sharing.place(host.place.id)
            if host.place.is_connected:
                return "Globus sees it."
            if time.monotonic() > until:
                raise EndpointFailed(
                    f"Globus has not seen Connect Personal within {START_TIMEOUT_S:.0f} s of its "
                    "start. Start it in a terminal of its own to see what it says."
                )
            time.sleep(1.0)
