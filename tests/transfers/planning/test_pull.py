"""Images pulled from an endpoint into a folder registry of this host."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.cli.group import program as command
from jupyterlab_sregistry_globus.errors import (
    BadRequest,
    NotSendable,
    PathNotAllowed,
    PathNotServed,
    RegistryNotFound,
    SRegistryGlobusError,
)
from jupyterlab_sregistry_globus.magics.magics import SRegistryGlobusMagics
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, PullRequest
from jupyterlab_sregistry_globus.models.sources import EndpointSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...support.api import Api
from ..conftest import ended, until

FAR = "/images/mole_2.sif"


@pytest.fixture(autouse=True)
def far(sandbox: Sandbox, registry_root: Path) -> bytes:
    """The bytes of an image on a remote endpoint."""
    content = (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    (root,) = (sandbox.state / "endpoints").glob("stanford-sherlock-scratch*")
    (root / "images").mkdir(exist_ok=True)
    (root / "images" / "mole_2.sif").write_bytes(content)
    (root / "images" / "notes.txt").touch()
    return content


@pytest.fixture
def mine(contents: Path, settings: dict[str, Any]) -> Path:
    """A folder registry that this host's endpoint may write to; ask for it before the services."""
    folder = contents / "my images"
    folder.mkdir()
    settings["registries"].append({"name": "mine", "kind": "folder", "path": str(folder)})
    return folder


@pytest.fixture
def ada(mine: Path, ada: Services) -> Services:
    return ada


def wish(path: str = FAR, collection: str = "", **members: Any) -> PullRequest:
    source = EndpointSource(names.STANFORD_SHERLOCK_SCRATCH, path)
    return PullRequest((source,), collection, **members)


def test_a_pulled_image_is_listed_in_its_collection(ada: Services, mine: Path, far: bytes) -> None:
    assert ada.catalog.images("mine").total == 0
    ada.transfers.step()
    transfer = ada.transfers.pull(wish(collection="tacos/new"), origin="panel")
    assert transfer.destination.endpoint_id == names.MY_COMPUTER
    (task,) = transfer.tasks
    assert (task.images[0].route, task.bytes_total) == ("served", len(far))
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    assert (mine / "tacos" / "new" / "mole_2.sif").read_bytes() == far
    ada.transfers.step()
    listing = ada.catalog.settle(10)
    assert [one.name for one in listing.collections if one.registry == "mine"] == ["tacos/new"]
    assert ada.catalog.find("mine://tacos/new/mole:2")[1].size_bytes == len(far)
    receipt = ada.transfers.receipt(done.id)
    assert receipt.images[0].digest_computed == "sha256:" + hashlib.sha256(far).hexdigest()


@pytest.mark.parametrize(
    ("pull", "error", "words"),
    [
        (wish("/images/notes.txt"), NotSendable, "does not have an image file extension"),
        (wish(collection="../elsewhere"), BadRequest, "not a valid collection name"),
        (wish(collection=".hidden"), BadRequest, "not a valid collection name"),
        (wish(registry="nosuch"), RegistryNotFound, "Folder registries: images, mine"),
        # Served to others, but by another endpoint than this host's own.
        (wish(registry="images"), PathNotServed, "does not have write access to"),
        (wish(path="/images/"), BadRequest, "path of each file"),
        (PullRequest((EndpointSource("", "/a/b.sif"),)), BadRequest, "Specify the endpoint"),
    ],
)
def test_a_pull_that_cannot_work_is_refused_with_the_reason(
    ada: Services, pull: PullRequest, error: type[SRegistryGlobusError], words: str
) -> None:
    with pytest.raises(error, match=words):
        ada.transfers.pull(pull, origin="panel")


def test_a_link_out_of_the_registry_is_refused(ada: Services, mine: Path, contents: Path) -> None:
    (contents / "notebooks").mkdir()
    (mine / "out").symlink_to("../notebooks")
    (mine / "dead_1.sif").symlink_to("../notebooks/planted.sif")
    (mine / "circle").symlink_to("circle")
    for collection in ("out", "out/deeper"):
        with pytest.raises(PathNotAllowed, match="points outside"):
            ada.transfers.pull(wish(collection=collection), origin="panel")
    with pytest.raises(NotSendable, match="already in"):
        ada.transfers.pull(wish("/images/dead_1.sif"), origin="panel")
    with pytest.raises(PathNotServed):
        ada.transfers.pull(wish(collection="circle"), origin="panel")
    assert not any((contents / "notebooks").iterdir())


@pytest.mark.parametrize("path", [f"/images/{'x' * 300}.sif", "/images/.."])
def test_an_impossible_file_name_is_refused(ada: Services, path: str) -> None:
    with pytest.raises(SRegistryGlobusError):
        ada.transfers.pull(wish(path), origin="panel")
    with pytest.raises(SRegistryGlobusError):
        request = PlanRequest(wish(path).sources, Location(names.MY_COMPUTER))
        ada.transfers.check(request)


def test_an_existing_image_is_not_replaced(ada: Services, mine: Path) -> None:
    (mine / "mole_2.sif").write_bytes(b"mine")
    with pytest.raises(NotSendable, match="is already in"):
        ada.transfers.pull(wish(), origin="panel")


def test_a_file_missing_from_the_endpoint_is_refused_before_anything_moves(
    ada: Services,
) -> None:
    with pytest.raises(NotSendable, match=r"has no file gone\.sif in /images/"):
        ada.transfers.pull(wish("/images/gone.sif"), origin="panel")


def test_a_read_only_folder_says_how_to_make_it_writable(
    ada: Services, mine: Path, sandbox: Sandbox
) -> None:
    (sandbox.connect_personal_dir / "config-paths").write_text(f"{mine},0,0\n")
    with pytest.raises(PathNotServed, match="with 1 as the last number"):
        ada.transfers.pull(wish(), origin="panel")


def test_through_a_command(mine: Path, faced: None, far: bytes) -> None:
    place = f"{names.STANFORD_SHERLOCK_SCRATCH}:{FAR}"
    assert command(["pull", place, "tacos/", "--registry", "mine", "--wait"]) == 0
    assert (mine / "tacos" / "mole_2.sif").read_bytes() == far
    assert command(["pull", place, "tacos/"]) == 1


def test_through_a_magic(mine: Path, faced: None, far: bytes) -> None:
    magics = SRegistryGlobusMagics(shell=None)
    magics.globus(f'pull "Stanford Sherlock scratch:{FAR}" --wait')
    assert (mine / "mole_2.sif").read_bytes() == far
    assert "mole" in repr(magics.sregistry("ls mine"))
    with pytest.raises(BadRequest):
        magics.globus("pull tacos/")


async def test_through_a_route(mine: Path, api: Api, connected: Any, far: bytes) -> None:
    source = {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH, "path": FAR}
    await api.get("catalog")
    transfer = await api.post("pulls", body={"sources": [source], "collection": "tacos"})
    for _ in range(600):
        catalog = await api.get("catalog")
        if any(one["registry"] == "mine" for one in catalog["collections"]):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(f"{await api.get('transfers', transfer['id'])}\n{catalog}")
    assert (mine / "tacos" / "mole_2.sif").read_bytes() == far
