"""Kill a server again and again while it sends: nothing may be lost, nothing sent twice.

    python bench/kills.py [--kills 200] [--servers 1] [--seconds 3000] [--seed 1] [--json]

Each life of a server is asked to send something (served, local, staged, or a mix), and ended by
SIGKILL at a random moment; now and then Globus is slow, or its answer is lost. Several servers
share one home, as two tabs of a hub do, and any of them may be killed while the others live. At the
end they may live until every transfer has ended. Then the sandbox's record is compared with the
servers' own: one task for each that was asked for, and every file whole.

``tests/campaigns/test_kills.py`` runs it too.

Needs what the tests need: ``pip install -e '.[test]'``.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import logging
import os
import random
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.killrecords import FAULTS, FINAL, Records, digest
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import make_services
from tests.campaigns.table import TRANSFER_ROUTES
from tests.support import stored
from tests.support.connect import connect
from tests.support.program import ServerProgram
from tests.support.webserver import Asked, Reply, WebServer, ranged

SUBMIT = "POST /v0.10/transfer"
SERVED = "images://tacos/tortilla:corn"
STAGED_BYTES = 2_000_000
DRAIN_EVERY = 8


def main(kind: type[Kills], description: str) -> None:
    """Do one run as the command line says, and print its figures."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--servers", type=int, default=1, help="how many share the home")
    parser.add_argument("--seconds", type=float, default=3000.0, help="stop killing after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    # The sandbox logs that a client was killed.
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        run = kind(Path(folder), options.seed, options.servers)
        figures = run.run(options.kills, options.seconds)
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value}")
    sys.exit(1 if any(figures.get(name) for name in FAULTS) else 0)


class Kills:
    """One run.

    :param folder: for everything that is written.
    :param seed: of the random moments; what happens in them is up to the machine.
    :param servers: how many share the home.
    """

    # What Ada allows beside the usual.
    scopes: tuple[str, ...] = ()

    def __init__(self, folder: Path, seed: int, servers: int = 1) -> None:
        self.count = servers
        self.dice = random.Random(seed)
        self.folder = folder
        self.contents = folder / "contents"
        self.registry = folder / "registry"
        self.store_file = folder / "store.json"
        self.images: dict[str, dict[str, Any]] = {}
        self.staged = os.urandom(STAGED_BYTES)
        self.is_calm = False
        self.answered: dict[str, str] = {}
        self.asked: dict[str, int] = {}

    def run(self, kills: int, seconds: float) -> dict[str, Any]:
        """Kill so often, or for so long, and return the figures. Changes ``os.environ``."""
        os.environ["HOME"] = str(self.folder / "home")
        for made in (self.folder / "home", self.contents):
            made.mkdir()
        write_samples(self.registry)
        source = self.registry / "demo/hello/latest/hello_latest.sif"
        (self.contents / "hello.sif").write_bytes(source.read_bytes())
        self.store_file.write_text("{}")
        self.sandbox = Sandbox(
            self.folder / "globus",
            registry_root=self.registry,
            local_root=self.contents,
            throttle_bytes_per_second=1_500_000,
        )
        self.records = Records(self.folder, self.sandbox, self.answered, self.asked)
        with WebServer(self._image) as web, self.sandbox:
            self.url = web.url
            os.environ.update(self.sandbox.environment())
            self._connect()
            self.servers = [self._server(number) for number in range(self.count)]
            began = time.monotonic()
            done = 0
            try:
                while done < kills and time.monotonic() < began + seconds:
                    self._life(done)
                    done += 1
                return {"kills": done, **self._end(began)}
            finally:
                self._kill_all()

    def _kill_all(self) -> None:
        for server in self.servers:
            server.kill()

    def _start_all(self) -> list[httpx.Client]:
        """Start those that were killed, at once; return a client of each."""
        with ThreadPoolExecutor(len(self.servers)) as pool:
            return list(pool.map(lambda server: server.start(), self.servers))

    def _settings(self) -> dict[str, Any]:
        return {
            "client_id": names.NATIVE_APP,
            "connect_personal_dir": str(self.sandbox.connect_personal_dir.parent),
            "store_dir": str(self.folder / "store"),
            "cache_dir": str(self.folder / "cache"),
            "poll_min_s": 0.2,
            "registries": [
                {
                    "name": "images",
                    "kind": "folder",
                    "path": str(self.registry),
                    "endpoint_id": names.REGISTRY,
                    "endpoint_path": "/",
                },
                {"name": "store", "kind": "stored", "file": str(self.store_file)},
            ],
        }

    def _connect(self) -> None:
        with contextlib.closing(Pools(1)) as pools:
            files = LocalFiles(self.contents, None)
            settings = SRegistryGlobus(**self._settings())
            services = make_services(settings, files=files, pools=pools)
            login = LoginAction(required_scopes=self.scopes) if self.scopes else None
            connect(services, self.sandbox, login)
            services.close()

    def _server(self, number: int) -> ServerProgram:
        kinds = {"stored": stored.MODULE}
        folder = self.folder / f"jupyter-{number}"
        return ServerProgram(folder, self.contents, self._settings(), kinds)

    def _image(self, asked: Asked) -> Reply:
        """Downloads that hang or break off in the middle, until it is calm."""
        reply = ranged(self.staged, asked)
        chance = self.dice.random()
        if self.is_calm or chance < 0.2:
            return reply
        middle = self.dice.randint(0, len(reply.raw()))
        if chance < 0.5:
            return Reply(reply.status, reply.body, reply.headers, cut_after=middle)
        return Reply(reply.status, reply.body, reply.headers, stall_after=middle)

    def _life(self, number: int) -> None:
        client = self.dice.choice(self._start_all())
        self._trouble()
        label = f"kill-{number}"
        asking = threading.Thread(target=self._ask, args=(client, label), daemon=True)
        if self.dice.random() < 0.8:
            asking.start()
        time.sleep(self.dice.uniform(0.0, 1.5))
        for server in self.dice.sample(self.servers, self.dice.randint(1, self.count)):
            server.kill()
        if asking.ident is not None:
            asking.join()
        self.records.note_moment(label)
        if number % DRAIN_EVERY == DRAIN_EVERY - 1:
            self._let_live(30.0)

    def _trouble(self) -> None:
        chance = self.dice.random()
        if chance < 0.3:
            self.sandbox.set_faults({"route": SUBMIT, "delay_s": self.dice.uniform(0.1, 1.0)})
        elif chance < 0.5:
            self.sandbox.set_faults({"route": SUBMIT, "drop": True, "after": True, "count": 2})
        else:
            self.sandbox.set_faults()

    def _ask(self, client: httpx.Client, label: str) -> None:
        kinds = self.dice.sample(TRANSFER_ROUTES, self.dice.randint(1, len(TRANSFER_ROUTES)))
        body = {
            "sources": [self._source(kind, label) for kind in kinds],
            "destination": {
                "endpoint_id": names.STANFORD_SHERLOCK_SCRATCH,
                "path": f"/{label}/",
            },
            "options": {"label": label},
        }
        self.records.destination(label).mkdir()
        self.asked[label] = len(kinds)
        # A kill closes the client, maybe before it has asked.
        with contextlib.suppress(httpx.TransportError, RuntimeError):
            answer = client.post("transfers", json=body)
            answer.raise_for_status()
            self.answered[label] = answer.json()["id"]

    def _source(self, kind: str, label: str) -> dict[str, str]:
        if kind == "local":
            return {"kind": "file", "path": "hello.sif"}
        if kind == "served":
            return {"kind": "image", "reference": SERVED}
        digest = "sha256:" + hashlib.sha256(self.staged).hexdigest()
        row = {"url": f"{self.url}/{label}", "size_bytes": STAGED_BYTES, "digest": digest}
        self.images[f"kills/{label}:1"] = row
        self.store_file.write_text(json.dumps(self.images))
        return {"kind": "image", "reference": f"store://kills/{label}:1"}

    def _let_live(self, seconds: float) -> bool:
        """Let all servers live; return whether every transfer ended in that time."""
        client = self._start_all()[0]
        self.sandbox.set_faults()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            transfers = client.get("transfers", params={"limit": 1000}).json()["transfers"]
            if all(transfer["state"] in FINAL for transfer in transfers):
                time.sleep(3)  # the last poll clears the staging folder
                self._kill_all()
                return True
            time.sleep(0.3)
        self._kill_all()
        return False

    def _end(self, began: float) -> dict[str, Any]:
        killed_for_s = time.monotonic() - began
        self.is_calm = True
        has_ended = self._let_live(240.0)
        wanted = {
            "hello.sif": digest(self.contents / "hello.sif"),
            "tortilla_corn.sif": digest(self.registry / "tacos/tortilla/corn/tortilla_corn.sif"),
            "": hashlib.sha256(self.staged).hexdigest(),
        }
        figures = self.records.figures(wanted, self.contents)
        return {**figures, "not ended": not has_ended, "seconds": round(killed_for_s)}


if __name__ == "__main__":
    main(Kills, __doc__ or "")
