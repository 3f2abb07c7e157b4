"""A path on an endpoint of this host is held to the same rule as a path on its disk."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import PathNotAllowed
from jupyterlab_sregistry_globus.models.plans import (
    Location,
    PlanRequest,
    PullRequest,
    TransferOptions,
)
from jupyterlab_sregistry_globus.models.sources import EndpointSource, FileSource
from jupyterlab_sregistry_globus.models.transfers import Place
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...support.api import Api, Refused

MINE = names.MY_COMPUTER
SCRATCH = Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/")


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, contents: Path, sandbox: Sandbox) -> Path:
    """A folder that Connect Personal serves, and that the server may not use."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for place in (folder, contents):
        (place / "a.sif").write_bytes(b"x" * 100)
    (contents / "link").symlink_to(folder)
    (sandbox.connect_personal_dir / "config-paths").write_text(f"{tmp_path}/,1,1\n")
    return folder


def from_mine(path: str | Path, endpoint_id: str = MINE) -> PlanRequest:
    return PlanRequest((EndpointSource(endpoint_id, str(path)),), SCRATCH)


def into_mine(path: str | Path, endpoint_id: str = MINE, **options: Any) -> PlanRequest:
    source = EndpointSource(names.REGISTRY, "/demo/hello/latest/hello_latest.sif")
    location = Location(endpoint_id, str(path))
    return PlanRequest((source,), location, TransferOptions(**options))


def spellings(contents: Path, outside: Path) -> list[str]:
    """Ways to name the outside folder."""
    up = f"/~/../{outside.name}"
    return [
        str(outside),
        f"{contents}/link",
        f"{contents}/../{outside.name}",
        f"/{outside}",
        f"/~/link/../{outside.name}/",
        up,
        "/~/link",
    ]


def test_a_file_named_by_its_endpoint_must_be_in_an_allowed_folder(
    ada: Services, contents: Path, outside: Path
) -> None:
    assert ada.transfers.plan(from_mine(contents / "a.sif")).is_sendable
    assert ada.transfers.plan(from_mine("/~/a.sif")).is_sendable
    for folder in spellings(contents, outside):
        for endpoint_id in (MINE, MINE.upper(), uuid.UUID(MINE).hex):
            with pytest.raises(PathNotAllowed, match=r"SRegistryGlobus\.allowed_roots"):
                ada.transfers.plan(from_mine(f"{folder.rstrip('/')}/a.sif", endpoint_id))


def test_nothing_is_written_outside_of_the_allowed_folders(
    ada: Services, contents: Path, outside: Path, sandbox: Sandbox
) -> None:
    (contents / "in").mkdir()
    for folder in (contents / "in", "/~/in/", "/~/new/nested"):
        assert ada.transfers.plan(into_mine(folder, create_folders=True)).is_sendable
    for folder in spellings(contents, outside):
        for new in ("", "/new"):
            with pytest.raises(PathNotAllowed, match="may write to"):
                ada.transfers.plan(into_mine(f"{folder}{new}", MINE.upper(), create_folders=True))
        with pytest.raises(PathNotAllowed, match="may write to"):
            ada.endpoints.create_folder(Location(MINE, f"{folder}/new"))
        with pytest.raises(PathNotAllowed, match="may write to"):
            ada.endpoints.create_folder(Location(MINE, f"{folder}/new/x"), parents=True)
    assert os.listdir(outside) == ["a.sif"]  # noqa: PTH208


@pytest.fixture
def guest(ada: Services, sandbox: Sandbox, tmp_path: Path) -> Callable[..., str]:
    """Share a folder of this host as a guest collection; return its id."""

    def share(folder: Path) -> str:
        sandbox.change_endpoint(MINE, subscription_id=names.SUBSCRIPTION)
        body = {
            "DATA_TYPE": "shared_endpoint",
            "host_endpoint": MINE,
            "host_path": f"{folder}/",
            "display_name": f"shared {folder.name}",
        }
        with ada.parts.clients.transfer() as client:
            return str(client.create_shared_endpoint(body)["id"])

    return share


def test_a_guest_collection_of_this_host_is_no_way_around(
    ada: Services, guest: Callable[..., str], contents: Path, outside: Path, sandbox: Sandbox
) -> None:
    (contents / "in").mkdir()
    inner, outer = guest(contents), guest(outside)
    assert ada.transfers.plan(from_mine("/a.sif", inner)).is_sendable
    assert ada.transfers.plan(into_mine("/in/", inner)).is_sendable
    for request in (
        from_mine("/a.sif", outer),
        from_mine("/link/a.sif", inner),
        into_mine("/", outer),
    ):
        with pytest.raises(PathNotAllowed):
            ada.transfers.plan(request)
    with pytest.raises(PathNotAllowed):
        ada.endpoints.create_folder(Location(outer, "/new"))
    # Globus shows the folder of a collection to its owner alone.
    sandbox.change_endpoint(inner, owner_id=names.BOB)
    with pytest.raises(PathNotAllowed, match="shares a folder on this machine"):
        ada.transfers.plan(from_mine("/a.sif", inner))


def test_a_file_is_the_same_under_another_of_its_paths(
    ada: Services, guest: Callable[..., str], contents: Path
) -> None:
    (contents / "alias").symlink_to(".")
    shared = guest(contents)
    for location in (Location(MINE, f"{contents}/alias/"), Location(shared, "/")):
        plan = ada.transfers.plan(PlanRequest((FileSource("a.sif"),), location))
        assert [warning.code for warning in plan.images[0].warnings].count("same_file") == 1


def test_a_registry_receives_images_wherever_its_folder_is(
    ada: Services, program: Callable[..., Services], outside: Path, settings: dict[str, Any]
) -> None:
    mine = {"name": "mine", "kind": "folder", "path": str(outside)}
    services = program(registries=[mine])
    source = EndpointSource(names.REGISTRY, "/demo/hello/latest/hello_latest.sif")
    transfer = services.transfers.pull(PullRequest((source,), "demo"), origin="panel")
    assert transfer.destination == Place(MINE, f"{outside}/demo/")
    with pytest.raises(PathNotAllowed):
        services.transfers.plan(from_mine(outside / "a.sif"))


@pytest.fixture
def jp_server_config(settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    strict = {"allowed_roots": [str(tmp_path / "outside")], "allowed_roots_only": True}
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_sregistry_globus": True}},
        "SRegistryGlobus": {**settings, **strict},
    }


async def test_only_allowed_roots_are_used_if_so_set(
    api: Api, connected: Any, contents: Path, outside: Path
) -> None:
    async def plan(source: dict[str, str], path: str) -> Any:
        destination = {"endpoint_id": MINE, "path": path}
        return await api.post("plans", body={"sources": [source], "destination": destination})

    (outside / "in").mkdir()
    own = {"kind": "endpoint", "endpoint_id": MINE, "path": f"{outside}/a.sif"}
    assert (await plan(own, f"{outside}/in/"))["is_sendable"]
    for source, path in (
        ({"kind": "file", "path": "a.sif"}, f"{outside}/in/"),
        ({**own, "path": f"{contents}/a.sif"}, f"{outside}/in/"),
        (own, str(contents)),
    ):
        with pytest.raises(Refused) as caught:
            await plan(source, path)
        assert (caught.value.status, caught.value.code) == (403, "path_not_allowed")
        assert "SRegistryGlobus.allowed_roots_only" in caught.value.message
    with pytest.raises(Refused, match="allowed_roots_only"):
        await api.post("endpoints", MINE, "folder", body={"path": f"{contents}/new"})


def test_commands_act_with_the_users_own_rights(
    faces: Any, run_cli: Callable[..., Any], outside: Path, registry_root: Path
) -> None:
    image = registry_root / "demo/hello/latest/hello_latest.sif"
    (outside / "a.sif").write_bytes(image.read_bytes())
    (outside / "in").mkdir()
    done = run_cli(f"send {outside}/a.sif {MINE}:{outside}/in/new --parents --wait")
    assert done.code == 0, done
    assert (outside / "in" / "new" / "a.sif").exists()
