"""A path on the site's endpoint is held to the same rule as a path on this host's disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import PathNotAllowed, PermissionRefused
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import EndpointSource, FileSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...images.sifs import MadeSif, partition
from ...support.api import Api, Refused
from ..conftest import CLUSTER, Make

SCRATCH = Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/")
SHARE = names.ALDER_SHARE


@pytest.fixture
def outside(tmp_path: Path, contents: Path) -> Path:
    """A folder that the cluster serves, and that the server may not use."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for place in (folder, contents):
        (place / "a.sif").write_bytes(bytes(MadeSif([partition()])))
    (contents / "link").symlink_to(folder)
    return folder


@pytest.fixture
def ada(cluster: Make, sandbox: Sandbox, tmp_path: Path, outside: Path) -> Services:
    """A server whose contents are in a part of what the cluster serves."""
    sandbox.change_endpoint(CLUSTER, root=str(tmp_path))
    entry = {"path": str(tmp_path), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
    return cluster(host_endpoints=[entry])


def sent(path: str, endpoint_id: str = CLUSTER) -> PlanRequest:
    return PlanRequest((EndpointSource(endpoint_id, path),), SCRATCH)


def into(path: str, endpoint_id: str = CLUSTER) -> PlanRequest:
    source = EndpointSource(names.REGISTRY, "/demo/hello/latest/hello_latest.sif")
    return PlanRequest((source,), Location(endpoint_id, path))


def test_a_file_named_by_its_endpoint_must_be_in_an_allowed_folder(ada: Services) -> None:
    assert ada.transfers.plan(sent("/scratch/contents/a.sif")).is_sendable
    for path in (
        "/scratch/outside/a.sif",
        "//scratch/./outside/a.sif",
        "/scratch/contents/link/a.sif",
    ):
        for endpoint_id in (CLUSTER, CLUSTER.upper()):
            with pytest.raises(PathNotAllowed, match=r"SRegistryGlobus\.allowed_roots"):
                ada.transfers.plan(sent(path, endpoint_id))
    # What is there besides is unknown, and may be on this host, too.
    for path in ("/home/ada/a.sif", "/scratch/contents/../outside/a.sif"):
        with pytest.raises(PathNotAllowed, match=r"SRegistryGlobus\.host_endpoints"):
            ada.transfers.plan(sent(path))


def test_nothing_is_written_outside_of_the_allowed_folders(
    ada: Services, contents: Path, outside: Path
) -> None:
    (contents / "in").mkdir()
    assert ada.transfers.plan(into("/scratch/contents/in/")).is_sendable
    for path in ("/scratch/outside/", "/scratch/contents/link/"):
        with pytest.raises(PathNotAllowed, match="may write to"):
            ada.transfers.plan(into(path))
        with pytest.raises(PathNotAllowed, match="may write to"):
            ada.endpoints.create_folder(Location(CLUSTER, f"{path}new"))
    assert os.listdir(outside) == ["a.sif"]  # noqa: PTH208


def test_a_guest_collection_of_the_sites_endpoint_is_no_way_around(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.change_endpoint(SHARE, host_path="/scratch/contents/", owner_id=names.ADA)
    assert ada.transfers.plan(sent("/a.sif", SHARE)).is_sendable
    with pytest.raises(PathNotAllowed):
        ada.transfers.plan(sent("/link/a.sif", SHARE))
    sandbox.change_endpoint(SHARE, host_path="/scratch/outside/")
    with pytest.raises(PathNotAllowed):
        ada.transfers.plan(sent("/a.sif", SHARE))
    sandbox.change_endpoint(SHARE, owner_id=names.BOB)
    with pytest.raises(PathNotAllowed, match="shares a folder on this machine"):
        ada.transfers.plan(sent("/a.sif", SHARE))


def test_a_home_there_is_looked_up_before_it_is_compared(
    cluster: Make, sandbox: Sandbox, tmp_path: Path, outside: Path
) -> None:
    sandbox.change_endpoint(CLUSTER, root=str(tmp_path), home="/scratch")
    entry = {"path": str(tmp_path), "endpoint": CLUSTER, "endpoint_path": "~"}
    services = cluster(host_endpoints=[entry])
    for good in ("/~/contents/a.sif", "/scratch/contents/a.sif"):
        assert services.transfers.plan(sent(good)).is_sendable
    for bad in ("/~/outside/a.sif", "/scratch/outside/a.sif"):
        with pytest.raises(PathNotAllowed, match=r"SRegistryGlobus\.allowed_roots"):
            services.transfers.plan(sent(bad))


def test_what_a_setting_makes_read_only_is_not_written_to(
    cluster: Make, contents: Path, sandbox: Sandbox
) -> None:
    entry = {"path": str(contents), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
    services = cluster(host_endpoints=[{**entry, "writable": False}])
    with pytest.raises(PermissionRefused, match=r"as set in SRegistryGlobus\.host_endpoints"):
        services.transfers.plan(into("/scratch/"))


def test_a_file_is_the_same_under_its_path_there(ada: Services) -> None:
    request = PlanRequest((FileSource("a.sif"),), Location(CLUSTER, "/scratch/contents/"))
    (image,) = ada.transfers.plan(request).images
    assert [warning.code for warning in image.warnings].count("same_file") == 1


@pytest.fixture
def jp_server_config(
    settings: dict[str, Any], outside: Path, request: pytest.FixtureRequest
) -> dict[str, Any]:
    entry = {"path": str(outside), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
    more = getattr(request, "param", {})
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_sregistry_globus": True}},
        "SRegistryGlobus": {**settings, "host_endpoints": [entry], **more},
    }


def body(path: Path | str) -> dict[str, Any]:
    source = {"kind": "file", "path": str(path)}
    return {"sources": [source], "destination": {"endpoint_id": SCRATCH.endpoint_id}}


async def test_files_in_an_administrators_folders_may_be_sent_from_the_file_browser(
    api: Api, connected: Any, outside: Path, contents: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    sandbox.change_endpoint(CLUSTER, root=str(outside))
    with pytest.raises(Refused) as caught:
        await api.post("plans", body=body(outside / "a.sif"))
    # Allowed; only the consent is missing.
    assert (caught.value.status, caught.value.code) == (403, "consent_required")
    with pytest.raises(Refused) as caught:
        await api.post("plans", body=body("link/a.sif"))
    assert caught.value.code == "consent_required"
    (tmp_path / "elsewhere.sif").write_bytes((outside / "a.sif").read_bytes())
    with pytest.raises(Refused) as caught:
        await api.post("plans", body=body(tmp_path / "elsewhere.sif"))
    assert caught.value.code == "path_not_allowed"


@pytest.mark.parametrize("jp_server_config", [{"allowed_roots_only": True}], indirect=True)
async def test_but_not_if_only_allowed_roots_may_be_used(
    api: Api, connected: Any, outside: Path
) -> None:
    with pytest.raises(Refused) as caught:
        await api.post("plans", body=body(outside / "a.sif"))
    assert caught.value.code == "path_not_allowed"
