"""A cluster that offers HTTPS, and a laptop on which no endpoint runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import PullRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import EndpointSource
from jupyterlab_sregistry_globus.models.tasks import Download, DownloadedImage
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ....support.connect import connect
from ..uploads.conftest import SCOPES

FOLDER = "/scratch/ada/images"
GET = "GET /https/*"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder registry that no endpoint serves."""
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(settings: dict[str, Any], tmp_path: Path, mine: Path) -> dict[str, Any]:
    """Settings of a laptop without Connect Personal."""
    mine_entry = {"name": "mine", "kind": "folder", "path": str(mine)}
    return {
        **settings,
        "registries": [mine_entry, *settings["registries"]],
        "connect_personal_dir": str(tmp_path / "no-connect-personal"),
        "poll_min_s": 0.05,
        "poll_max_s": 0.2,
    }


@pytest.fixture
def far(sandbox: Sandbox, registry_root: Path) -> Path:
    """An image on the cluster."""
    file = sandbox.state / "endpoints" / "alder-cluster" / "ada" / "images" / "bwa.sif"
    file.parent.mkdir(parents=True, exist_ok=True)
    content = (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    file.write_bytes(content * (1 + 600_000 // len(content)))
    return file


@pytest.fixture
def ada(services: Services, sandbox: Sandbox, far: Path) -> Services:
    """Ada, who may use the cluster over HTTPS."""
    connect(services, sandbox, LoginAction(required_scopes=SCOPES))
    return services


def pull(*names_there: str, **members: Any) -> PullRequest:
    """Return a request to pull files of the cluster's folder."""
    options = {name: members.pop(name) for name in ("route",) if name in members}
    sources = tuple(EndpointSource(names.ALDER_CLUSTER, f"{FOLDER}/{name}") for name in names_there)
    return PullRequest(sources, options=TransferOptions(**options), **members)


def image_of(transfer: Transfer) -> DownloadedImage:
    (task,) = transfer.tasks
    assert isinstance(task, Download)
    (image,) = task.images
    return image


def pulled(services: Services, request: PullRequest) -> Transfer:
    """Pull, and wait for the end."""
    started = services.transfers.pull(request, origin="cli")
    return services.transfers.wait(started.id, 60)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def asked(sandbox: Sandbox) -> list[str | None]:
    """Return how often the sandbox was asked for the file's bytes."""
    return [
        seen.path for seen in sandbox.requests() if seen.method == "GET" and "/https/" in seen.path
    ]


def leftovers(folder: Path) -> list[str]:
    """Return what a folder holds besides images."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
