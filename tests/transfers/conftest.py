"""A registry that states for each image how its bytes can be reached."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.globus.scopes import data_access_scope
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, Plan, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.registry import factory
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.store.leases import Holder
from jupyterlab_sregistry_globus.transfers.outbox import Outbox

from ..support import stored
from ..support.connect import connect

MakeOutbox = Callable[..., Outbox]
Make = Callable[..., Services]

CLUSTER = names.ALDER_CLUSTER
CONSENT = LoginAction(required_scopes=(data_access_scope(CLUSTER),))


class Store:
    """The images of the registry ``store``; change ``rows`` at any time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.rows: dict[str, dict[str, Any]] = {}
        self._save()

    def add(self, name: str, **members: Any) -> str:
        """List an image and return its reference."""
        self.rows[name] = members
        self._save()
        return f"store://{name}"

    def _save(self) -> None:
        self._file.write_text(json.dumps(self.rows))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> Store:
    """A registry whose storage is the sandbox's registry endpoint.

    Ask for it before the services: it is added to their settings.
    """
    monkeypatch.setitem(factory.MODULE_BY_KIND, "stored", stored.MODULE)
    file = tmp_path / "store.json"
    settings["registries"].append(
        {
            "name": "store",
            "kind": "stored",
            "file": str(file),
            "endpoint_id": names.REGISTRY,
            "endpoint_path": "/",
        }
    )
    return Store(file)


@pytest.fixture
def make(tmp_path: Path) -> MakeOutbox:
    """Opens the record as one more program does; each is a running program of its own."""

    def opened(
        identity: str | None = "ada", namespace: str = "globus app", start: str = "1"
    ) -> Outbox:
        holder = Holder("node7", os.getpid(), start)
        return Outbox(tmp_path / "transfers.db", namespace, lambda: identity, holder)

    return opened


@pytest.fixture
def cluster(
    sandbox: Sandbox, contents: Path, tmp_path: Path, program: Callable[..., Services]
) -> Make:
    """Makes the services of a host whose folders the cluster serves; a consent is given."""
    sandbox.change_endpoint(CLUSTER, root=str(contents))

    def made(login: LoginAction | None = CONSENT, **changes: Any) -> Services:
        entry = {"path": str(contents), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
        settings = {
            "host_endpoints": [entry],
            "connect_personal_dir": str(tmp_path / "no Connect Personal"),
            **changes,
        }
        services = program(**settings)
        connect(services, sandbox, login)
        return services

    return made


def asked(*references: str, to: str = names.STANFORD_SHERLOCK_SCRATCH) -> PlanRequest:
    """Return a request to send images."""
    return PlanRequest(tuple(ImageSource(one) for one in references), Location(to))


def codes(plan: Plan) -> list[list[str]]:
    """Return the codes of each image's warnings."""
    return [[warning.code for warning in image.warnings] for image in plan.images]


def until(here: Services, transfer_id: str, is_so: Callable[[Transfer], bool]) -> Transfer:
    """Follow, as a server does, until a condition holds."""
    end = time.monotonic() + 60
    while not is_so(transfer := here.transfers.get(transfer_id)):
        assert time.monotonic() < end, transfer
        here.transfers.hurry()
        here.transfers.step()
        time.sleep(0.02)
    return transfer


def ended(transfer: Transfer) -> bool:
    return transfer.state in ("succeeded", "failed", "canceled")
