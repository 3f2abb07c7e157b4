"""This machine's own endpoint: found or created, and serving the registry's folder for reading."""

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
    """This machine's endpoint during a setup.

    :param place: None until it is known, or created.
    """

    place: Place | None = None


class ConnectPersonal:
    """Plans how this machine will serve a folder.

    :param identity_ids: the connected identities. Only an owner can create guest collections.
    :param program: None if it is not installed.
    """

    def __init__(
        self,
        sharing: Sharing,
        local: PersonalEndpoint,
        program: Program | None,
        identity_ids: frozenset[str],
    ) -> None:
        self._sharing = sharing
        self._local = local
        self._program = program
        self._identity_ids = identity_ids
        self._paths = local.config_paths

    def plan(
        self, folder: Path, *, name: str, subscription_id: str | None, starts: bool
    ) -> tuple[StepPlan, Host]:
        """Ask Globus what exists, and plan the rest. Changes nothing.

        :param folder: the folder to serve for reading.
        :param name: of the endpoint, if one is created.
        :param subscription_id: the subscription to put the endpoint under; None leaves it as it is.
        :param starts: whether to start Connect Personal if it is not running.
        :raises SettingMissing: the program is not installed.
        :raises EndpointNotFound: the endpoint was deleted at Globus.
        :raises PermissionRefused: the endpoint belongs to another identity.
        """
        plan, host = StepPlan(), Host()
        endpoint_id = self._local.endpoint_id()
        if endpoint_id is None:
            self._plan_new(plan, host, name, subscription_id)
        else:
            self._plan_existing(plan, host, endpoint_id, subscription_id)
        is_running = host.place is not None and bool(host.place.is_connected)
        self._plan_paths(plan, folder, is_running=is_running)
        if starts and not is_running:
            self._plan_start(plan, host)
        return plan, host

    def _plan_new(self, plan: StepPlan, host: Host, name: str, subscription_id: str | None) -> None:
        program = self._program
        if program is None:
            raise SettingMissing(
                f"The program {NAME} was not found, and Globus Connect Personal is not set up on "
                f"this machine. Unpack it from {DOWNLOAD_AT} and run setup again. Nothing was "
                "created at Globus.",
                setting="SRegistryGlobus.connect_personal_dir",
                help=f"Install {NAME}.",
            )
        waiting = self._sharing.waiting(name)

        def create() -> str:
            host.place = waiting or self._sharing.create_personal(name, subscription_id)
            return f"Its id is {host.place.id}."

        def set_up() -> str:
            place = host.place
            if place is None or place.setup_key is None:
                raise EndpointFailed(
                    "Globus did not return a setup key for this machine. Run setup again."
                )
            program.set_up(place.setup_key)
            local_id = self._local.endpoint_id()
            if local_id != place.id:
                raise EndpointFailed(
                    f"{program.path} succeeded, but {self._paths.path.parent} names the endpoint "
                    f"{local_id or '(none)'} instead of {place.id}. Check which folder it uses."
                )
            return ""

        if waiting is None:
            under = f", under the subscription {subscription_id}" if subscription_id else ""
            text = f"Create an endpoint {name!r} at Globus that only you can use{under}."
        else:
            text = (
                f"Use the endpoint {name!r} ({waiting.id}), which is not set up on any machine yet."
            )
        plan.changes.append(Change(text, create))
        plan.changes.append(
            Change(f"Set this machine up as that endpoint: {program.path} -setup (key).", set_up)
        )
        if waiting is not None and subscription_id:
            plan.changes.append(self._subscription_change(host, subscription_id))

    def _plan_existing(
        self, plan: StepPlan, host: Host, endpoint_id: str, subscription_id: str | None
    ) -> None:
        try:
            place = self._sharing.place(endpoint_id)
        except EndpointNotFound as error:
            raise EndpointNotFound(
                f"Connect Personal is set up here as the endpoint {endpoint_id}, which no longer "
                f"exists at Globus. Move {self._paths.path.parent} aside, and run setup again."
            ) from error
        except PermissionRefused as error:
            raise PermissionRefused(
                f"Connect Personal is set up here as the endpoint {endpoint_id}, which belongs to "
                "another identity. Connect as its owner, or use another folder of Connect Personal."
            ) from error
        if place.owner_id and place.owner_id not in self._identity_ids:
            raise PermissionRefused(
                f"Connect Personal is set up here as {place.name!r}, which belongs to "
                f"{place.owner}. Connect as its owner, or use another folder of Connect Personal."
            )
        host.place = place
        plan.facts.append(f"Connect Personal is set up here, as {place.name!r} ({place.id}).")
        if subscription_id and place.subscription_id != subscription_id:
            plan.changes.append(self._subscription_change(host, subscription_id))

    def _subscription_change(self, host: Host, subscription_id: str) -> Change:
        def put_under() -> str:
            assert host.place is not None  # noqa: S101 - set by an earlier change
            self._sharing.put_under(host.place.id, subscription_id)
            host.place = self._sharing.place(host.place.id)
            return ""

        return Change(f"Put the endpoint under the subscription {subscription_id}.", put_under)

    def _plan_paths(self, plan: StepPlan, folder: Path, *, is_running: bool) -> None:
        new_line = read_only_line(folder)
        old_line = self._paths.line_for(folder)
        if old_line == new_line:
            plan.facts.append(f"It shares {folder} for reading.")
            return

        def share() -> str:
            self._paths.share_read_only(folder)
            return ""

        instead = f" instead of {old_line}" if old_line else ""
        plan.changes.append(Change(f"Write {new_line}{instead} to {self._paths.path}.", share))
        if old_line and old_line.endswith(",1"):
            plan.warnings.append(f"After that, {folder} itself can no longer receive files.")
        if is_running:
            plan.warnings.append(
                "Connect Personal is running. Restart it, so that it serves the folder."
            )

    def _plan_start(self, plan: StepPlan, host: Host) -> None:
        program = self._program
        if program is None:
            plan.warnings.append(f"{NAME} was not found, so setup cannot start it.")
            return

        def start() -> str:
            program.start()
            return self._wait_for_start(host)

        command = shlex.join(program.start_command)
        plan.changes.append(Change(f"Start Connect Personal: {command}.", start))

    def _wait_for_start(self, host: Host) -> str:
        assert host.place is not None  # noqa: S101 - set by an earlier change
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            host.place = self._sharing.place(host.place.id)
            if host.place.is_connected:
                return "It is connected to Globus."
            if time.monotonic() > deadline:
                raise EndpointFailed(
                    f"Connect Personal did not connect to Globus within {START_TIMEOUT_S:.0f} s. "
                    "Start it in a terminal to see its messages."
                )
            time.sleep(1.0)
