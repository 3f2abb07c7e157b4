"""Reading and writing the files of a collection over HTTPS."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import globus_sdk
import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..helpers import TRANSFER_ALL, USUAL, data_access
from .conftest import Clients

TEN = b"0123456789"
WITH_CONSENT = f"{USUAL} {TRANSFER_ALL}[*{data_access(names.ALDER_CLUSTER)}]"


@pytest.fixture
def client(transfer: Clients) -> globus_sdk.TransferClient:
    return transfer(names.ADA, WITH_CONSENT)  # type: ignore[return-value]


def test_only_some_collections_have_https(
    sandbox: Sandbox, client: globus_sdk.TransferClient
) -> None:
    def server(endpoint_id: str) -> object:
        return client.get_endpoint(endpoint_id)["https_server"]

    for endpoint_id in (names.ALDER_CLUSTER, names.ALDER_SHARE):
        assert server(endpoint_id) == f"{sandbox.url}https/{endpoint_id}"
    for endpoint_id in (names.MY_COMPUTER, names.STANFORD_OAK, names.RESEARCH_CLOUD):
        assert server(endpoint_id) is None
    sandbox.change_endpoint(names.RESEARCH_CLOUD, https=True)
    assert server(names.RESEARCH_CLOUD) == f"{sandbox.url}https/{names.RESEARCH_CLOUD}"


def test_a_written_file_is_seen_by_transfer_and_on_the_disk(
    cluster: httpx.Client, client: globus_sdk.TransferClient, scratch: Path
) -> None:
    before = time.time()
    assert cluster.put("/scratch/ada/images/a.sif", content=TEN).status_code == 200
    assert (scratch / "ada/images/a.sif").read_bytes() == TEN
    document = client.operation_stat(names.ALDER_CLUSTER, "/scratch/ada/images/a.sif")
    assert (document["name"], document["size"], document["type"]) == ("a.sif", 10, "file")
    [row] = client.operation_ls(names.ALDER_CLUSTER, "/scratch/ada/images")["DATA"]
    modified = time.strptime(row["last_modified"], "%Y-%m-%d %H:%M:%S+00:00")
    assert abs(time.mktime(modified) - time.timezone - before) < 3


def test_a_file_is_overwritten_and_deleted(cluster: httpx.Client, scratch: Path) -> None:
    assert cluster.put("/scratch/a", content=TEN * 5).status_code == 200
    assert cluster.put("/scratch/a", content=TEN).status_code == 200
    assert (scratch / "a").read_bytes() == TEN
    assert cluster.delete("/scratch/a").is_success
    assert not (scratch / "a").exists()
    for method in ("GET", "HEAD", "DELETE"):
        assert cluster.request(method, "/scratch/a").status_code == 404


def test_a_body_without_a_length(cluster: httpx.Client, scratch: Path) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(1000):
            yield TEN * 100

    assert cluster.put("/scratch/chunked", content=pieces()).status_code == 200
    assert (scratch / "chunked").stat().st_size == 1_000_000


def test_an_empty_file(cluster: httpx.Client, scratch: Path) -> None:
    assert cluster.put("/scratch/empty", content=b"").status_code == 200
    assert (scratch / "empty").read_bytes() == b""
    answer = cluster.get("/scratch/empty")
    assert (answer.status_code, answer.content) == (200, b"")
    assert cluster.get("/scratch/empty", headers={"Range": "bytes=0-"}).status_code == 416


@pytest.mark.parametrize(
    ("wanted", "status", "content", "content_range"),
    [
        (None, 200, TEN, None),
        ("bytes=3-", 206, b"3456789", "bytes 3-9/10"),
        ("bytes=3-4", 206, b"34", "bytes 3-4/10"),
        ("bytes=0-99", 206, TEN, "bytes 0-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=4-3", 200, TEN, None),
        ("bytes=0-1,4-5", 200, TEN, None),
        ("lines=1-2", 200, TEN, None),
    ],
)
def test_ranges(
    cluster: httpx.Client,
    scratch: Path,
    wanted: str | None,
    status: int,
    content: bytes | None,
    content_range: str | None,
) -> None:
    (scratch / "ten").write_bytes(TEN)
    headers = {} if wanted is None else {"Range": wanted}
    answer = cluster.get("/scratch/ten", headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == content_range
    if content is not None:
        assert answer.content == content
        assert answer.headers["Content-Length"] == str(len(content))
        head = cluster.head("/scratch/ten", headers=headers)
        assert (head.status_code, head.content) == (status, b"")
        assert head.headers["Content-Length"] == str(len(content))


def test_folders_and_parts_are_refused(cluster: httpx.Client, scratch: Path) -> None:
    for method in ("GET", "PUT", "DELETE"):
        for path in ("/scratch", "/scratch/ada/", "/scratch/ada"):
            assert cluster.request(method, path).status_code == 400
    assert cluster.put("/scratch/missing/a", content=TEN).status_code == 404
    part = {"Content-Range": "bytes 0-9/20"}
    assert cluster.put("/scratch/part", content=TEN, headers=part).status_code == 400
    assert not (scratch / "part").exists()
    assert cluster.post("/scratch/part", content=TEN).status_code == 405


ODD = (
    "a b",
    "a#b?c",
    "100%",
    "a+b:c@d",
    "%41",
    "~a",
    "semi;colon=&'\"",
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "..a",
    "x" * 255,
)


@pytest.mark.parametrize("name", ODD)
def test_odd_names(cluster: httpx.Client, scratch: Path, name: str) -> None:
    path = f"/scratch/{quote(name)}"
    assert cluster.put(path, content=TEN).status_code == 200
    assert (scratch / name).read_bytes() == TEN
    assert cluster.get(path).content == TEN


def test_boththat_differ_only_in_unicode_form_are_two_files(
    cluster: httpx.Client, scratch: Path
) -> None:
    both = {form: unicodedata.normalize(form, "é") for form in ("NFC", "NFD")}
    for form, name in both.items():
        cluster.put(f"/scratch/{quote(name)}", content=form.encode())
    assert {form: (scratch / name).read_text() for form, name in both.items()} == {
        "NFC": "NFC",
        "NFD": "NFD",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/scratch/%2E%2E/%2E%2E/state.sqlite",
        "/scratch/..%2F..%2Fstate.sqlite",
        "/scratch/out/state.sqlite",
        "/scratch/state",
        "/scratchy",
        "/~/a",
        "/%7Bserver_default%7D/a",
        "/scratch/%00",
        "/scratch/%FF",
    ],
)
def test_nothing_outside_the_collection(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path, path: str
) -> None:
    (scratch / "out").symlink_to(sandbox.state)
    (scratch / "state").symlink_to(sandbox.state / "state.sqlite")
    address = f"{sandbox.url}https/{names.ALDER_CLUSTER}{path}"
    for method in ("GET", "PUT", "DELETE"):
        assert cluster.request(method, httpx.URL(address)).status_code in (400, 403, 404)
    assert (sandbox.state / "state.sqlite").exists()


def test_a_folder_of_this_host_under_another_path(
    sandbox: Sandbox,
    cluster: httpx.Client,
    client: globus_sdk.TransferClient,
    tmp_path: Path,
) -> None:
    sandbox.change_endpoint(names.ALDER_CLUSTER, root=str(tmp_path), home="/scratch")
    (tmp_path / "bwa.sif").write_bytes(TEN)
    assert cluster.get("/scratch/bwa.sif").content == TEN
    listing = client.operation_ls(names.ALDER_CLUSTER)
    assert listing["absolute_path"] == "/scratch/"
    assert [row["name"] for row in listing["DATA"]] == ["bwa.sif"]
    assert client.get_endpoint(names.ALDER_CLUSTER)["default_directory"] == "/{server_default}/"
    client.operation_mkdir(names.ALDER_CLUSTER, "/scratch/new")
    assert (tmp_path / "new").is_dir()


def test_the_guest_collection_begins_at_its_base_path(
    files: Clients, scratch: Path, transfer: Clients
) -> None:
    share = files(names.ALDER_SHARE)
    assert share.put("/images/a.sif", content=TEN).status_code == 200
    assert (scratch / "lab/shared/images/a.sif").read_bytes() == TEN
    listing = transfer().operation_ls(names.ALDER_SHARE, "/images")  # type: ignore[attr-defined]
    assert [row["name"] for row in listing["DATA"]] == ["a.sif"]
    assert share.get("/../../ada/README.txt").status_code == 404


def test_what_the_record_keeps(sandbox: Sandbox, cluster: httpx.Client) -> None:
    sandbox.clear_requests()
    cluster.put("/scratch/a%20b", content=TEN)
    [request] = sandbox.requests()
    assert (request.service, request.method, request.status) == ("https", "PUT", 200)
    assert request.path == f"/https/{names.ALDER_CLUSTER}/scratch/a b"
    assert (request.body, request.authorization) == ("10 bytes", "Bearer")
    assert request.identity == names.ADA
