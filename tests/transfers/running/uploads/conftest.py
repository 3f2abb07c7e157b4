"""An upload to a cluster that serves a folder over HTTPS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import FileSource, ImageSource
from jupyterlab_sregistry_globus.models.tasks import Upload, UploadedImage
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ....support.connect import connect

FOLDER = "/scratch/ada/images/"
_SCOPE = f"https://auth.globus.org/scopes/{names.ALDER_CLUSTER}"
SCOPES = (
    f"{_SCOPE}/https",
    f"{_SCOPE}/data_access",
    f"urn:globus:auth:scope:transfer.api.globus.org:all[*{_SCOPE}/data_access]",
)
PUT = "PUT /https/*"
RENAME = "POST /v0.10/operation/endpoint/*/rename"


@pytest.fixture
def settings(settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Settings of a laptop without Connect Personal."""
    nowhere = str(tmp_path / "no-connect-personal")
    return {
        **settings,
        "connect_personal_dir": nowhere,
        "poll_min_s": 0.05,
        "poll_max_s": 0.2,
    }


@pytest.fixture
def cluster(sandbox: Sandbox) -> Path:
    """The destination's folder ``FOLDER`` on disk."""
    folder = sandbox.state / "endpoints" / "alder-cluster" / "ada" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def ada(services: Services, sandbox: Sandbox, cluster: Path) -> Services:
    """Ada, who may use the cluster over HTTPS."""
    connect(services, sandbox, LoginAction(required_scopes=SCOPES))
    return services


@pytest.fixture
def image(contents: Path, registry_root: Path) -> Path:
    """An image on this host that no endpoint serves."""
    file = contents / "bwa.sif"
    file.write_bytes((registry_root / "demo/hello/latest/hello_latest.sif").read_bytes())
    return file


def request(*sources: Any, **options: Any) -> PlanRequest:
    """Return a request to send files, or images of registries, to the cluster."""
    found = tuple(
        FileSource(str(source)) if isinstance(source, Path) else ImageSource(source)
        for source in sources
    )
    return PlanRequest(found, Location(names.ALDER_CLUSTER, FOLDER), TransferOptions(**options))


def upload_of(transfer: Transfer) -> Upload:
    (task,) = transfer.tasks
    assert isinstance(task, Upload)
    return task


def image_of(transfer: Transfer) -> UploadedImage:
    (image,) = upload_of(transfer).images
    return image


def temporary_files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".part"))


def sent(services: Services, plan_request: PlanRequest) -> Transfer:
    """Send, and wait for the end."""
    started = services.transfers.start(plan_request, origin="cli")
    return services.transfers.wait(started.id, 60)


def puts(sandbox: Sandbox) -> list[str]:
    """Return the paths of the PUTs that the sandbox saw."""
    return [asked.path for asked in sandbox.requests() if asked.method == "PUT"]
