"""An account on a machine of its own, the commands that it runs, and options for setup."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import globus_sdk
from click.testing import CliRunner

from jupyterlab_sregistry_globus.cli import session
from jupyterlab_sregistry_globus.cli.group import program
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.configfiles import load_settings
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services, make_services

from .connect import connect
from .secrets import TRAIL

TRANSFER_ALL = "urn:globus:auth:scope:transfer.api.globus.org:all"
SECTION = "SRegistryGlobus"
SUBSCRIPTION = ("--subscription", names.SUBSCRIPTION)


@dataclass(frozen=True)
class Result:
    """The result of a command. When a test fails, pytest shows all of it."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return " ".join((self.out + self.err).split())

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def step(self, name: str) -> dict[str, Any]:
        """Return a step of a setup that ran with --json."""
        return next(step for step in self.json["steps"] if step["name"] == name)

    def check(self, name: str) -> dict[str, Any]:
        """Return a check of a command that ran with --json."""
        checks: dict[str, dict[str, Any]] = {check["name"]: check for check in self.json["checks"]}
        assert name in checks, sorted(checks)
        return checks[name]


class Machine:
    """An account on a machine whose Globus is the sandbox."""

    def __init__(self, sandbox: Sandbox, home: Path, registry: Path) -> None:
        self.sandbox = sandbox
        self.home = home
        self.registry = registry
        self.calls_file = home / "calls"

    @property
    def config_file(self) -> Path:
        return self.home / "config" / "jupyter_sregistry_globus_config.json"

    @property
    def config_paths(self) -> Path:
        """The file of a Connect Personal that setup created."""
        return self.home / ".globusonline" / "lta" / "config-paths"

    @property
    def settings(self) -> dict[str, Any]:
        """Our settings in the configuration file."""
        settings: dict[str, Any] = json.loads(self.config_file.read_text())[SECTION]
        return settings

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of globusconnectpersonal."""
        if not self.calls_file.exists():
            return []
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]

    def configure(self, **settings: Any) -> None:
        """Write settings to the file."""
        present = self.settings if self.config_file.exists() else {}
        self.config_file.parent.mkdir(exist_ok=True)
        self.config_file.write_text(json.dumps({SECTION: {**present, **settings}}))
        self.config_file.chmod(0o600)

    def run(self, *arguments: str, typed: str = "") -> Result:
        """Run one command, with the input that the user types."""
        session.services.cache_clear()  # each command is a process of its own
        with CliRunner().isolation(input=typed) as (out, err, _):
            code = program(list(arguments))
            if session.services.cache_info().currsize:
                session.services().close()
            result = Result(code, out.getvalue().decode(), err.getvalue().decode())
            TRAIL.say(f"output of {arguments[0]}", result.out + result.err)
            return result

    def setup(self, *arguments: str) -> Result:
        """Run a setup that asks nothing and prints JSON."""
        return self.run("setup", "--yes", "--json", *arguments)

    def doctor(self) -> Result:
        return self.run("doctor", "--json")

    @contextmanager
    def service_factory(self) -> Iterator[Callable[[SRegistryGlobus], Services]]:
        """Provide a function that builds the services for some settings."""
        with contextlib.closing(Pools(2)) as pools:
            files = LocalFiles(self.home, None)
            yield lambda settings: make_services(settings, files=files, pools=pools)

    @contextmanager
    def services(self) -> Iterator[Services]:
        """Provide the services with the settings in the files."""
        with self.service_factory() as make:
            services = make(load_settings())
            try:
                yield services
            finally:
                services.close()

    def log_in(self, identity: str = names.ADA) -> None:
        with self.services() as services:
            connect(services, self.sandbox, identity=identity)

    def transfer(self, identity: str = names.ADA) -> globus_sdk.TransferClient:
        """Return a client of Globus Transfer for an identity, without our own code."""
        tokens = self.sandbox.tokens(TRANSFER_ALL, identity=identity)
        secret = tokens["transfer.api.globus.org"]["access_token"]
        client = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret))
        client.retry_config.max_retries = 0
        return client

    def may_read(self, identity: str, endpoint_id: str, path: str) -> bool:
        """Return whether Globus lets an identity list a folder."""
        client = self.transfer(identity)
        try:
            client.operation_ls(endpoint_id, path)
        except globus_sdk.TransferAPIError as error:
            assert error.http_status == 403, error
            return False
        finally:
            client.close()
        return True


def folder_option(machine: Machine) -> tuple[str, ...]:
    return ("--folder", str(machine.registry))


def program_option(personal: Path) -> tuple[str, ...]:
    return ("--program", str(personal))


def requests(machine: Machine, *methods: str) -> list[str]:
    """Return the requests to Globus Transfer with these methods."""
    return [
        f"{request.method} {request.path}"
        for request in machine.sandbox.requests()
        if request.method in methods and request.path.startswith("/v0.10/")
    ]


def rules_of(machine: Machine, guest: str) -> list[tuple[str, str, str]]:
    """Return the access rules of a guest collection: path, kind and principal."""
    with machine.transfer() as ada:
        rows = [
            (rule["path"], rule["principal_type"], rule["principal"])
            for rule in ada.endpoint_acl_list(guest)
        ]
    return sorted(rows)


def guest_of(machine: Machine) -> str:
    """Return the id of the guest collection in the only registry's entry."""
    (entry,) = machine.settings["registries"]
    assert entry["endpoint_path"] == "/"
    return str(entry["endpoint_id"])
