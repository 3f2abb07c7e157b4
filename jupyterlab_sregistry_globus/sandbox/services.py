"""The services behind the HTTP routes: state, record, faults and background work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from .auth import consents, scopes, sessions, tokens
from .errors import Refused
from .faults import Faults
from .ratelimit import RateLimit
from .record import Record
from .seed import default
from .timers.runs import run_due
from .transfer import manage
from .transfer.engine import Engine
from .transfer.model import Endpoint, TaskFault
from .world import World, new_uuid


class Services:
    """The sandbox without its socket.

    :param folder: the state folder.
    :param roots: folders that endpoints may serve, besides the state folder and the two others.
    :param seed: the world of an empty state.
    :param throttle: bytes per second of each task; None for no limit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        registry_root: Path | None,
        local_root: Path | None,
        roots: Sequence[Path] = (),
        seed: str,
        throttle: int | None,
    ) -> None:
        given = [root for root in (registry_root, local_root) if root is not None]
        self.world = World(folder, [*given, *roots])
        self.faults = Faults()
        self.record = Record()
        self._rate = RateLimit()
        self._registry_root = registry_root
        self._local_root = local_root
        self._seed = seed
        with self.world.change():
            if self.world.setting("seed", None) is None:
                self._fill(seed)
        self._engine = Engine(self.world, throttle, lambda: run_due(self.world))

    def start(self) -> None:
        """Start the background work, including what a former process left unfinished."""
        self._engine.start()

    def close(self) -> None:
        self._engine.close()
        self.world.close()

    def reset(self, seed: str | None = None) -> None:
        """Delete everything, and start again with a seed world; None for the first one."""
        with self.world.change():
            # Creating a key takes longer than everything else.
            key = self.world.setting("signing_key", None)
            self.world.clear()
            default.wipe(self.world)
            self._fill(seed or self._seed)
            if key is not None:
                self.world.set_setting("signing_key", key)
        self.faults.replace([])
        self.record.clear()

    def add_redirect_uri(self, client_id: str, uri: str) -> None:
        """Register a redirect address of an app.

        :raises Refused: the app does not exist.
        """
        with self.world.change():
            client = self.world.clients.get(client_id)
            if client is None:
                raise Refused(404, "NotFound", f"No app {client_id}")
            if uri not in client.redirect_uris:
                client.redirect_uris.append(uri)
                self.world.clients.put(client.id, client)

    def mint(self, requested: str, identity: str, client_id: str) -> dict[str, dict[str, Any]]:
        """Return tokens by resource server, as after a login with all consents.

        :raises Refused: a scope, the app or the identity is unknown.
        """
        world = self.world
        with world.change():
            client = world.clients.get(client_id)
            if client is None or identity not in world.identities:
                raise Refused(404, "NotFound", "No such app or identity")
            trees = scopes.check(world, requested)
            owner = sessions.account_of(world, identity)
            consents.grant(world, owner, client.id, trees, allows_refresh=True)
            documents = tokens.issue(
                world,
                client,
                app=client.id,
                path=[],
                identity=owner,
                session=sessions.authenticate(world, None, [identity]).id,
                scopes=list(dict.fromkeys(tree.scope for tree in trees)),
                offline=True,
            )
        return {str(document["resource_server"]): document for document in documents}

    def set_task_faults(self, faults: Sequence[TaskFault]) -> None:
        """Replace the faults of tasks."""
        with self.world.change():
            self.world.task_faults.clear()
            for fault in faults:
                fault.id = new_uuid()
                self.world.task_faults.put(fault.id, fault)
        self.world.wake()

    def rescind_consents(self, *, identity: str | None, app: str | None, scope: str | None) -> int:
        """See `auth.consents.rescind`."""
        with self.world.change():
            return consents.rescind(self.world, identity=identity, app=app, scope=scope)

    def change_endpoint(self, endpoint_id: str, members: Mapping[str, Any]) -> None:
        """Set members of an endpoint's row. See `transfer.model.Endpoint`.

        :raises Refused: the endpoint or a member is unknown, or a value has the wrong type.
        """
        with self.world.change():
            row = self.world.endpoints.get(endpoint_id)
            if row is None:
                raise Refused(404, "NotFound", f"No endpoint {endpoint_id}")
            allowed = {field.name for field in msgspec.structs.fields(Endpoint)}
            unknown = sorted(set(members) - allowed)
            if unknown:
                raise Refused(400, "BadRequest", f"Unknown members: {', '.join(unknown)}")
            try:
                msgspec.convert({**msgspec.to_builtins(row), **members}, Endpoint)
            except msgspec.ValidationError as error:
                raise Refused(400, "BadRequest", str(error)) from None
            for name in ("root", "config_folder"):
                self._check_served(members.get(name))
            for name, value in members.items():
                setattr(row, name, value)
            self.world.endpoints.put(row.id, row)
        self.world.wake()

    def change_setting(self, name: str, value: Any) -> None:
        """Change the sandbox's behavior.

        rotate_refresh_tokens: each refresh issues a new refresh token and revokes the old one.
        cancel_delay_s: seconds from an accepted cancel to its effect.
        rate_limit_per_s: requests per second of each token; None for no limit.

        :raises Refused: the setting does not exist.
        """
        if name not in ("rotate_refresh_tokens", "cancel_delay_s", "rate_limit_per_s"):
            raise Refused(400, "BadRequest", f"Unknown setting: {name}")
        with self.world.change():
            self.world.set_setting(name, value)

    def connect_personal(self, setup_key: str, config_dir: Path, home: Path) -> str:
        """See `transfer.manage.connect`. Returns the endpoint's id.

        :raises Refused: a folder is outside those that endpoints may serve.
        """
        for folder in (config_dir, config_dir / "lta", home):
            self._check_served(str(folder))
        with self.world.change():
            return manage.connect(self.world, setup_key, config_dir, home).id

    def check_rate(self, authorization: str | None) -> None:
        """Count a request of this header.

        :raises Refused: it has sent too many in the last second.
        """
        with self.world.change():
            limit = self.world.setting("rate_limit_per_s", None)
        if limit is not None:
            self._rate.check(tokens.digest(authorization or ""), float(limit))

    def _check_served(self, folder: str | None) -> None:
        if folder is not None and not self.world.may_serve(folder):
            raise Refused(
                403,
                "Forbidden",
                f"{folder} is outside the folders that this sandbox may use. Start it with --root.",
            )

    def _fill(self, seed: str) -> None:
        if seed not in ("default", "empty"):
            raise Refused(400, "BadRequest", f"Unknown seed: {seed}")
        if seed == "default":
            default.fill(self.world, registry_root=self._registry_root, local_root=self._local_root)
        self.world.set_setting("seed", seed)
