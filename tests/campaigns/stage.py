"""One home with every face on it, for many cases: a server, a terminal, a notebook, a registry."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from jupyterlab_sregistry_globus.cli import session as cli_session
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.magics import session as magic_session
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import make_services

from ..registry.sregistry.recorded import RecordedRegistry, recording
from ..sandbox.helpers import answer_code
from ..support.connect import connect
from ..support.program import ServerProgram
from ..support.webserver import Reply
from .table import FIND_IMAGE, IMAGE_SOURCE, SCRATCH, Command, Route

PREFIX = "/sregistry-globus/"
SESSIONS = (cli_session, magic_session)


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a value of the table with its placeholders replaced, however deep."""
    if isinstance(value, str):
        for name, text in ids.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, Mapping):
        return {name: filled(inner, ids) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [filled(inner, ids) for inner in value]
    return value


@dataclass
class Stage:
    """The running home.

    :param contents: the server's root.
    """

    sandbox: Sandbox
    served: RecordedRegistry
    settings: dict[str, Any]
    contents: Path
    program: ServerProgram
    client: httpx.Client
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def clear(self) -> None:
        """End every fault."""
        self.sandbox.set_faults()
        self.sandbox.set_task_faults()
        self.served.replies.clear()
        self.served.registry.hang_up()

    def connect(self) -> None:
        """Connect Ada, if she is not."""
        if self.client.get("account").json()["state"] != "connected":
            with contextlib.closing(Pools(1)) as pools:
                services = make_services(
                    SRegistryGlobus(**self.settings),
                    files=LocalFiles(self.contents, None),
                    pools=pools,
                )
                connect(services, self.sandbox)
                services.close()

    def ids(self, row: Route | Command) -> dict[str, str]:
        """Make what a row's placeholders stand for, and return it."""
        wanted = repr(row)
        return {
            name: text
            for placeholder, make in self._makers().items()
            if f"{{{placeholder}}}" in wanted
            for name, text in make().items()
        }

    def ask(self, name: str, row: Route, ids: Mapping[str, str]) -> httpx.Response:
        """Send a route's request."""
        verb, _, path = name.partition(" ")
        return self.client.request(
            verb,
            filled(path, filled(row.path, ids)).strip("/"),
            params=filled(row.query, ids),
            json=filled(row.body, ids),
        )

    def _makers(self) -> dict[str, Callable[[], dict[str, str]]]:
        return {
            "unique": self._image,
            "folder": lambda: {"folder": self._folder()},
            "sent": lambda: {"sent": self._transfer("succeeded")},
            "failed": lambda: {"failed": self._transfer("failed", {"code": "NO_SPACE_LEFT"})},
            "active": lambda: {"active": self._transfer("active", {"code": "ENDPOINT_TOO_BUSY"})},
            "bookmark": self._bookmark,
            "login": self._login,
        }

    def _image(self) -> dict[str, str]:
        """Let the registry server have one more image, the only one that it finds."""
        name = f"tool-{next(self._count)}"
        detail = {**recording("a09")["body"], "collection": "lab", "name": name, "tag": "1"}
        self.served.reply(FIND_IMAGE, Reply(200, detail))
        return {"unique": name}

    def _folder(self) -> str:
        """Make an empty folder on the endpoint, and return its path."""
        name = f"campaign-{next(self._count)}"
        (self.root / name).mkdir()
        return f"/{name}/"

    @property
    def root(self) -> Path:
        """The folder of the endpoint that everything is sent to."""
        (root,) = (self.sandbox.state / "endpoints").glob("stanford-sherlock-scratch*")
        return root

    def _transfer(self, state: str, fault: dict[str, Any] | None = None) -> str:
        self.sandbox.set_task_faults(*([fault] if fault else []))
        destination = {"endpoint_id": SCRATCH, "path": self._folder()}
        body = {"sources": [IMAGE_SOURCE], "destination": destination}
        made = self.client.post("transfers", json=body).raise_for_status().json()
        self.until(lambda: self.state(made["id"]) == state)
        if state != "active":
            self.sandbox.set_task_faults()
        return str(made["id"])

    def state(self, transfer_id: str) -> str:
        """Return the state of a transfer."""
        return str(self.client.get(f"transfers/{transfer_id}").json()["state"])

    def _bookmark(self) -> dict[str, str]:
        body = {"name": f"b{next(self._count)}", "endpoint_id": SCRATCH, "path": "/"}
        made = self.client.post("bookmarks", json=body).raise_for_status().json()
        return {"bookmark": made["id"]}

    def _login(self) -> dict[str, str]:
        body = {"page_url": "http://localhost:8888/lab", "method": "code"}
        started = self.client.post("logins", json=body).raise_for_status().json()
        code = answer_code(self.sandbox.log_in(started["authorize_url"]))
        return {"login": started["login_id"], "code": code}

    @staticmethod
    def until(is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.05)


def close_sessions() -> None:
    """End the services of this process's terminal and notebook."""
    for session in SESSIONS:
        if session.services.cache_info().currsize:
            session.services().close()
        session.services.cache_clear()


@contextlib.contextmanager
def set_stage(folder: Path, samples: Path, patch: Any, timeout_s: float) -> Any:
    """Start everything in a folder, with Ada connected.

    :param samples: the sample registry, which is only read.
    :param patch: changes environment variables until the end.
    """
    contents = folder / "contents"
    mine = contents / "my images"
    for made in (folder / "home", folder / "config", mine):
        made.mkdir(parents=True)
    patch.setenv("HOME", str(folder / "home"))
    for name in ("XDG_CACHE_HOME", "SREGISTRY_GLOBUS_CLIENT_ID"):
        patch.delenv(name, raising=False)
    with contextlib.ExitStack() as stack:
        sandbox = Sandbox(folder / "globus", registry_root=samples, local_root=contents)
        stack.enter_context(sandbox)
        served = stack.enter_context(RecordedRegistry())
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        settings = {
            "client_id": names.NATIVE_APP,
            "connect_personal_dir": str(sandbox.connect_personal_dir.parent),
            "store_dir": str(folder / "store"),
            "cache_dir": str(folder / "cache"),
            "poll_min_s": 0.1,
            "upstream_timeout_s": timeout_s,
            "upstream_retries": 0,
            "registries": [
                {
                    "name": "images",
                    "kind": "folder",
                    "path": str(samples),
                    "endpoint_id": names.REGISTRY,
                    "endpoint_path": "/",
                },
                {"name": "mine", "kind": "folder", "path": str(mine)},
                {"name": "shub", "kind": "sregistry", "url": served.url},
            ],
        }
        (folder / "config" / "jupyter_sregistry_globus_config.json").write_text(
            json.dumps({"SRegistryGlobus": settings})
        )
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "config"))
        program = ServerProgram(folder / "jupyter", contents, settings)
        stack.callback(program.kill)
        stack.callback(close_sessions)
        close_sessions()
        stage = Stage(sandbox, served, settings, contents, program, program.start())
        stage.connect()
        (stage.root / "images").mkdir(exist_ok=True)
        content = (samples / "demo/hello/latest/hello_latest.sif").read_bytes()
        (stage.root / "images" / "mole_2.sif").write_bytes(content)
        yield stage
