"""Images pulled into a folder of this host that the site's endpoint serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    ConsentRequired,
    MappingWrong,
    PathNotServed,
    PermissionRefused,
)
from jupyterlab_sregistry_globus.globus.scopes import data_access_scope
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import PullRequest
from jupyterlab_sregistry_globus.models.sources import EndpointSource
from jupyterlab_sregistry_globus.models.transfers import Place
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..conftest import CLUSTER, Make, ended, until

HELLO = "/demo/hello/latest/hello_latest.sif"
PULL = PullRequest((EndpointSource(names.REGISTRY, HELLO),), "tacos")


@pytest.fixture
def mine(contents: Path, settings: dict[str, Any]) -> Path:
    """A folder registry that only the cluster serves."""
    folder = contents / "mine"
    folder.mkdir()
    settings["registries"] = [{"name": "mine", "kind": "folder", "path": str(folder)}]
    return folder


def submissions(sandbox: Sandbox) -> list[str]:
    return [one.path for one in sandbox.requests() if one.path == "/v0.10/transfer"]


def test_an_image_arrives_by_the_sites_endpoint(
    mine: Path, cluster: Make, registry_root: Path
) -> None:
    services = cluster()
    services.catalog.images("mine")
    transfer = services.transfers.pull(PULL, origin="cli")
    assert transfer.destination == Place(CLUSTER, "/scratch/mine/tacos/")
    assert until(services, transfer.id, ended).state == "succeeded"
    arrived = mine / "tacos" / "hello_latest.sif"
    assert arrived.read_bytes() == (registry_root / HELLO.lstrip("/")).read_bytes()
    assert [file.name for file in mine.rglob("*") if file != arrived] == ["tacos"]
    services.transfers.step()
    services.catalog.settle(10)
    assert services.catalog.images("mine").total == 1


def test_what_would_arrive_elsewhere_is_not_pulled(
    mine: Path, cluster: Make, sandbox: Sandbox, tmp_path: Path
) -> None:
    services = cluster()
    other = tmp_path / "other"
    (other / "mine" / "tacos").mkdir(parents=True)
    sandbox.change_endpoint(CLUSTER, root=str(other))
    with pytest.raises(MappingWrong) as caught:
        services.transfers.pull(PULL, origin="cli")
    assert (
        f"What the endpoint Alder cluster writes to /scratch/mine/tacos is not in {mine}/tacos."
        in caught.value.message
    )
    assert caught.value.message.endswith("Check SRegistryGlobus.host_endpoints.")
    sandbox.change_endpoint(CLUSTER, root=str(tmp_path / "home"))
    with pytest.raises(MappingWrong, match="shows no such folder at /scratch/mine/tacos"):
        services.transfers.pull(PULL, origin="cli")
    assert submissions(sandbox) == []


def test_an_endpoint_that_acts_as_another_account_does_not_receive(
    mine: Path, cluster: Make, sandbox: Sandbox
) -> None:
    services = cluster()
    sandbox.change_endpoint(CLUSTER, acts_as="svc")
    (mine / "tacos").mkdir()
    (mine / "tacos").chmod(0o755)
    with pytest.raises(PermissionRefused, match="can't write to /scratch/mine/tacos"):
        services.transfers.pull(PULL, origin="cli")
    (mine / "tacos").chmod(0o777)
    with pytest.raises(PermissionRefused, match="Alder cluster acts as svc, and this account"):
        services.transfers.pull(PULL, origin="cli")
    assert submissions(sandbox) == []
    assert list((mine / "tacos").iterdir()) == []


def test_a_folder_that_the_setting_makes_read_only_receives_nothing(
    mine: Path, cluster: Make, contents: Path
) -> None:
    entry = {"path": str(contents), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
    services = cluster(host_endpoints=[{**entry, "writable": False}])
    with pytest.raises(PathNotServed, match=r"An administrator can add the folder to SReg"):
        services.transfers.pull(PULL, origin="cli")


def test_without_an_endpoint_here_the_message_names_the_ways(mine: Path, cluster: Make) -> None:
    services = cluster(host_endpoints=[])
    with pytest.raises(PathNotServed, match="Set up Globus Connect Personal on this machine"):
        services.transfers.pull(PULL, origin="cli")


def test_a_missing_consent_is_asked_for(mine: Path, cluster: Make) -> None:
    services = cluster(login=None)
    with pytest.raises(ConsentRequired) as caught:
        services.transfers.pull(PULL, origin="cli")
    assert isinstance(caught.value.action, LoginAction)
    assert caught.value.action.required_scopes == (data_access_scope(CLUSTER),)


def test_a_busy_endpoint_is_not_taken_for_a_wrong_one(
    mine: Path, cluster: Make, sandbox: Sandbox
) -> None:
    services = cluster()
    route = f"POST /v0.10/operation/endpoint/{CLUSTER}/mkdir"
    sandbox.set_faults({"route": route, "status": 503, "count": 9})
    transfer = services.transfers.pull(PULL, origin="cli")
    assert until(services, transfer.id, ended).state == "succeeded"
