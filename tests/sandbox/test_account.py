"""A collection that reads and writes as another account of this host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import globus_sdk
import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.rights import without_override
from .helpers import CLOUD, finished, refused, send, wait_for

SHARE = names.ALDER_SHARE


@pytest.fixture
def shared(sandbox: Sandbox) -> Path:
    sandbox.change_endpoint(SHARE, acts_as="svc")
    folder = sandbox.state / "endpoints/alder-cluster/lab/shared"
    (folder / "images").chmod(0o777)
    return folder


@pytest.fixture
def share(sandbox: Sandbox, shared: Path) -> Iterator[httpx.Client]:
    scope = f"https://auth.globus.org/scopes/{SHARE}/https"
    token = sandbox.tokens(scope)[SHARE]["access_token"]
    with httpx.Client(
        base_url=f"{sandbox.url}https/{SHARE}",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    ) as client:
        yield client


def assert_not_ours(path: Path) -> None:
    with without_override(), pytest.raises(PermissionError):
        path.read_bytes()


def test_it_cannot_read_our_private_files(
    ada: globus_sdk.TransferClient, share: httpx.Client, shared: Path
) -> None:
    staged = shared / "images/a.sif"
    staged.write_bytes(b"ours")
    staged.chmod(0o600)
    assert share.get("/images/a.sif").status_code == 403
    assert refused(lambda: ada.operation_stat(SHARE, "/images/a.sif"))[0] == 403
    task_id = send(ada, (SHARE, "/images/a.sif"), (CLOUD, "/a.sif"))
    wait_for(lambda: ada.get_task(task_id)["nice_status"] == "PERMISSION_DENIED")
    staged.chmod(0o644)
    assert finished(ada, task_id)["status"] == "SUCCEEDED"
    assert share.get("/images/a.sif").content == b"ours"
    assert share.put("/images/a.sif", content=b"x").status_code == 403
    assert share.put("/README2.txt", content=b"x").status_code == 403


def test_we_cannot_read_what_it_wrote(
    ada: globus_sdk.TransferClient, share: httpx.Client, shared: Path
) -> None:
    assert share.put("/images/b.sif", content=b"theirs").status_code == 200
    assert_not_ours(shared / "images/b.sif")
    task_id = send(ada, (CLOUD, "/README.txt"), (SHARE, "/images/c.txt"))
    assert finished(ada, task_id)["status"] == "SUCCEEDED"
    assert_not_ours(shared / "images/c.txt")
    document = ada.operation_stat(SHARE, "/images/b.sif")
    assert (document["user"], document["permissions"], document["size"]) == ("svc", "0600", 6)
    assert share.get("/images/b.sif").content == b"theirs"
    assert share.put("/images/b.sif", content=b"again").status_code == 200
    assert_not_ours(shared / "images/b.sif")
    task_id = send(ada, (SHARE, "/images/b.sif"), (SHARE, "/images/d.sif"))
    assert finished(ada, task_id)["status"] == "SUCCEEDED"
    assert share.get("/images/d.sif").content == b"again"
    assert share.delete("/images/d.sif").status_code == 200


def test_we_cannot_delete_from_its_folders(
    ada: globus_sdk.TransferClient, share: httpx.Client, shared: Path
) -> None:
    ada.operation_mkdir(SHARE, "/images/new")
    assert share.put("/images/new/e.sif", content=b"theirs").status_code == 200
    path = shared / "images/new/e.sif"
    with without_override(), pytest.raises(PermissionError):
        path.unlink()
    [row] = ada.operation_ls(SHARE, "/images")["DATA"]
    assert (row["name"], row["user"], row["permissions"]) == ("new", "svc", "0755")
    ada.operation_rename(SHARE, "/images/new/e.sif", "/images/new/f.sif")
    data = globus_sdk.DeleteData(SHARE)
    data.add_item("/images/new/f.sif")
    task_id = ada.submit_delete(data)["task_id"]
    assert finished(ada, task_id)["status"] == "SUCCEEDED"
    assert list(path.parent.iterdir()) == []


def test_other_collections_act_as_us(
    sandbox: Sandbox, share: httpx.Client, shared: Path, transfer: Callable[..., object]
) -> None:
    sandbox.change_endpoint(SHARE, acts_as=None)
    assert share.put("/images/b.sif", content=b"ours").status_code == 200
    with without_override():
        assert (shared / "images/b.sif").read_bytes() == b"ours"
