"""Everything behind the HTTP routes, in one place: state, record, faults, background work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .auth import consents, scopes, sessions, tokens
from .errors import Refused
from .faults import Faults
from .record import Record
from .seed import default
from .transfer.engine import Engine
from .world import World


class Services:
    """The sandbox without its socket.

    :param folder: the state folder.
    :param seed: world that an empty state begins with.
    :param throttle: bytes per second of each task, None for no limit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        registry_root: Path | None,
        local_root: Path | None,
        seed: str,
        throttle: int | None,
    ) -> None:
        self.world = World(folder)
        self.faults = Faults()
        self.record = Record()
        self._registry_root = registry_root
        self._local_root = local_root
        self._seed = seed
        with self.world.change():
            if self.world.setting("seed", None) is None:
                self._fill(seed)
        self._engine = Engine(self.world, throttle, self._each_round)

    def start(self) -> None:
        """Begin the background work, with what a former process left unfinished."""
        self._engine.start()

    def close(self) -> None:
        self._engine.close()
        self.world.close()

    def _each_round(self) -> None:
        """What else is due, under the world's lock."""

    def reset(self, seed: str | None = None) -> None:
        """Forget everything and begin with a seed world; None for the one it began with."""
        with self.world.change():
            self.world.clear()
            default.wipe(self.world)
            self._fill(seed or self._seed)
        self.faults.replace([])
        self.record.clear()

    def add_redirect_uri(self, client_id: str, uri: str) -> None:
        """:raises Refused: there is no such app."""
        with self.world.change():
            client = self.world.clients.get(client_id)
            if client is None:
                raise Refused(404, "NotFound", f"No app {client_id}")
            if uri not in client.redirect_uris:
                client.redirect_uris.append(uri)
                self.world.clients.put(client.id, client)

    def mint(self, wanted: str, identity: str, client_id: str) -> dict[str, dict[str, Any]]:
        """Tokens as after a login with all consents given, by resource server.

        :raises Refused: a scope, the app or the identity is unknown.
        """
        world = self.world
        with world.change():
            client = world.clients.get(client_id)
            if client is None or identity not in world.identities:
                raise Refused(404, "NotFound", "No such app or identity")
            trees = scopes.check(world, wanted)
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
        return {str(one["resource_server"]): one for one in documents}

    def _fill(self, seed: str) -> None:
        if seed not in ("default", "empty"):
            raise Refused(400, "BadRequest", f"Unknown seed: {seed}")
        if seed == "default":
            default.fill(self.world, registry_root=self._registry_root, local_root=self._local_root)
        self.world.set_setting("seed", seed)
