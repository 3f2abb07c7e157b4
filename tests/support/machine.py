"""An account on a machine of its own, the commands it runs, and the options it gives to setup."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import globus_sdk
from click.testing import CliRunner

from jupyterlab_sregistry_globus.cli import session
from jupyterlab_sregistry_globus.cli.group import program
from jupyterlab_sregistry_globus.config import SRegistryGlobus, load_settings
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services, make_services

from .connect import connect
from .secrets import TRAIL

TRANSFER_ALL = "urn:globus:auth:scope:transfer.api.globus.org:all"
SECTION = "SRegistryGlobus"
SUBSCRIPTION = ("--subscription", names.SUBSCRIPTION)


@dataclass(frozen=True)
class Ended:
    """A command that has ended; when a test fails, pytest shows all of it."""

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
        """One step of a setup that was run with --json."""
        return next(one for one in self.json["steps"] if one["name"] == name)

    def check(self, name: str) -> dict[str, Any]:
        """One check of what was run with --json."""
        checks = {one["name"]: one for one in self.json["checks"]}
        assert name in checks, sorted(checks)
        found: dict[str, Any] = checks[name]
        return found


class Machine:
    """An account on a machine whose Globus is played."""

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
        """Of a Connect Personal that setup made."""
        return self.home / ".globusonline" / "lta" / "config-paths"

    @property
    def settings(self) -> dict[str, Any]:
        """What the configuration file holds of ours."""
        found: dict[str, Any] = json.loads(self.config_file.read_text())[SECTION]
        return found

    @property
    def calls(self) -> list[dict[str, Any]]:
        """How globusconnectpersonal was called."""
        if not self.calls_file.exists():
            return []
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]

    def configure(self, **settings: Any) -> None:
        """Write settings by hand."""
        known = self.settings if self.config_file.exists() else {}
        self.config_file.parent.mkdir(exist_ok=True)
        self.config_file.write_text(json.dumps({SECTION: {**known, **settings}}))
        self.config_file.chmod(0o600)

    def run(self, *arguments: str, typed: str = "") -> Ended:
        """One command, with what somebody types into it."""
        session.services.cache_clear()  # each command is a program of its own
        with CliRunner().isolation(input=typed) as (out, err, _):
            code = program(list(arguments))
            if session.services.cache_info().currsize:
                session.services().close()
            ended = Ended(code, out.getvalue().decode(), err.getvalue().decode())
            TRAIL.say(f"output of {arguments[0]}", ended.out + ended.err)
            return ended

    def setup(self, *arguments: str) -> Ended:
        """A setup that asks nothing and prints JSON."""
        return self.run("setup", "--yes", "--json", *arguments)

    def doctor(self) -> Ended:
        return self.run("doctor", "--json")

    @contextmanager
    def service_factory(self) -> Iterator[Callable[[SRegistryGlobus], Services]]:
        """A function that builds the services for some settings."""
        with ThreadPoolExecutor(2) as pool:
            files = LocalFiles(self.home, None)
            yield lambda settings: make_services(settings, files=files, pool=pool)

    @contextmanager
    def services(self) -> Iterator[Services]:
        """The services with the settings as they are in the files."""
        with self.service_factory() as make:
            services = make(load_settings())
            try:
                yield services
            finally:
                services.close()

    def log_in(self, identity: str = names.ADA) -> None:
        with self.services() as here:
            connect(here, self.sandbox, identity=identity)

    def transfer(self, identity: str = names.ADA) -> globus_sdk.TransferClient:
        """Globus Transfer as somebody, by the SDK alone."""
        tokens = self.sandbox.tokens(TRANSFER_ALL, identity=identity)
        secret = tokens["transfer.api.globus.org"]["access_token"]
        client = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret))
        client.retry_config.max_retries = 0
        return client

    def may_read(self, identity: str, endpoint_id: str, path: str) -> bool:
        """Whether Globus lets somebody list a folder."""
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
    return [
        f"{one.method} {one.path}"
        for one in machine.sandbox.requests()
        if one.method in methods and one.path.startswith("/v0.10/")
    ]


def rules_of(machine: Machine, guest: str) -> list[tuple[str, str, str]]:
    with machine.transfer() as ada:
        rows = [
            (one["path"], one["principal_type"], one["principal"])
            for one in ada.endpoint_acl_list(guest)
        ]
    return sorted(rows)


def guest_of(machine: Machine) -> str:
    (entry,) = machine.settings["registries"]
    assert entry["endpoint_path"] == "/"
    return str(entry["endpoint_id"])
