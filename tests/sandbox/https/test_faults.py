"""What can go wrong over HTTPS, on request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..helpers import TRANSFER_ALL, USUAL, data_access, refused, wait_for
from .conftest import Clients

PATH = "/scratch/a.sif"
CONTENT = bytes(range(256)) * 4000
AT = 300_001
PUT = {"route": "PUT /https/*"}
GET = {"route": "GET /https/*"}


@pytest.fixture
def file(scratch: Path) -> Path:
    path = scratch / "a.sif"
    path.write_bytes(CONTENT)
    return path


def pieces() -> Iterator[bytes]:
    for start in range(0, len(CONTENT), 1000):
        yield CONTENT[start : start + 1000]


@pytest.mark.parametrize("status", [401, 403, 404, 408, 413, 429, 500, 503, 507])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_status(
    sandbox: Sandbox, cluster: httpx.Client, file: Path, method: str, status: int
) -> None:
    sandbox.set_faults(
        {"route": "*", "status": status, "count": 1, "headers": {"Retry-After": "2"}}
    )
    answer = cluster.request(method, PATH, content=b"new" if method == "PUT" else None)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "2")
    assert file.read_bytes() == CONTENT
    if method != "HEAD":
        assert answer.json()["http_response_code"] == status
    assert cluster.head(PATH).status_code == 200


def test_the_message_of_a_quota(sandbox: Sandbox, cluster: httpx.Client) -> None:
    sandbox.set_faults({**PUT, "status": 403, "message": "Disk quota exceeded", "at_bytes": AT})
    answer = cluster.put(PATH, content=CONTENT)
    assert (answer.status_code, answer.json()["message"]) == (403, "Disk quota exceeded")


@pytest.mark.parametrize("content", [CONTENT * 20, None])
def test_an_upload_that_is_refused_in_the_middle(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path, content: bytes | None
) -> None:
    sandbox.set_faults({**PUT, "status": 507, "at_bytes": AT})
    answer = cluster.put(PATH, content=content or pieces())
    assert answer.status_code == 507
    assert (scratch / "a.sif").stat().st_size == AT
    assert [request.body for request in sandbox.requests()] == [f"{AT} bytes"]


def test_an_answer_of_a_proxy(sandbox: Sandbox, cluster: httpx.Client) -> None:
    page = "<html><h1>413 Request Entity Too Large</h1></html>"
    sandbox.set_faults({**PUT, "status": 413, "html": page})
    answer = cluster.put(PATH, content=CONTENT * 20)
    assert (answer.status_code, answer.text) == (413, page)
    assert answer.headers["Content-Type"] == "text/html"
    assert "globus" not in str(answer.headers).lower()


@pytest.mark.parametrize("at", [0, 1, AT])
def test_a_cut_upload_leaves_what_arrived(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path, at: int
) -> None:
    sandbox.set_faults({**PUT, "drop": True, "at_bytes": at})
    with pytest.raises(httpx.TransportError):
        cluster.put(PATH, content=CONTENT)
    path = scratch / "a.sif"
    assert (path.stat().st_size if path.exists() else 0) == at
    wait_for(lambda: [request.status for request in sandbox.requests()] == [0])


@pytest.mark.parametrize("at", [0, 1, AT])
def test_a_cut_download(sandbox: Sandbox, cluster: httpx.Client, file: Path, at: int) -> None:
    sandbox.set_faults({**GET, "drop": True, "at_bytes": at})
    received = b""
    with pytest.raises(httpx.TransportError), cluster.stream("GET", PATH) as answer:
        for chunk in answer.iter_raw():
            received += chunk
    assert received == CONTENT[:at]


def test_a_stalled_upload_goes_on_when_it_is_released(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path
) -> None:
    sandbox.set_faults({**PUT, "stall": True, "at_bytes": AT, "count": 1})
    answers: list[int] = []
    upload = threading.Thread(
        target=lambda: answers.append(cluster.put(PATH, content=CONTENT).status_code)
    )
    upload.start()
    path = scratch / "a.sif"
    wait_for(lambda: path.exists() and path.stat().st_size == AT)
    time.sleep(0.1)
    assert path.stat().st_size == AT
    assert cluster.put("/scratch/other", content=b"x").status_code == 200
    sandbox.set_faults()
    upload.join(10)
    assert answers == [200]
    assert path.read_bytes() == CONTENT


def test_a_stalled_download_goes_on_when_it_is_released(
    sandbox: Sandbox, cluster: httpx.Client, file: Path
) -> None:
    sandbox.set_faults({**GET, "stall": True, "at_bytes": AT})
    received = b""
    with cluster.stream("GET", PATH, timeout=5) as answer:
        for chunk in answer.iter_raw():
            received += chunk
            if len(received) == AT:
                sandbox.set_faults()
    assert received == CONTENT


def test_a_stalled_upload_ends_when_the_sandbox_stops(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "state") as running:
        running.set_faults({**PUT, "stall": True})
        scope = f"https://auth.globus.org/scopes/{names.ALDER_SHARE}/https"
        token = running.tokens(scope)[names.ALDER_SHARE]["access_token"]
        address = f"{running.url}https/{names.ALDER_SHARE}/a"
        failures: list[Exception] = []

        def put() -> None:
            try:
                headers = {"Authorization": f"Bearer {token}"}
                httpx.put(address, content=CONTENT, headers=headers, trust_env=False)
            except httpx.TransportError as error:
                failures.append(error)

        upload = threading.Thread(target=put)
        upload.start()
        wait_for((running.state / "endpoints/alder-cluster/lab/shared/a").exists)
    upload.join(10)
    assert len(failures) == 1


def test_a_slow_link(sandbox: Sandbox, cluster: httpx.Client, file: Path) -> None:
    sandbox.set_faults({"route": "*", "bytes_per_second": 2_000_000})
    for method in ("GET", "PUT"):
        begun = time.monotonic()
        answer = cluster.request(method, PATH, content=CONTENT if method == "PUT" else None)
        assert answer.status_code == 200
        assert 0.3 < time.monotonic() - begun < 1.5


def test_a_collection_that_vanishes_in_the_middle(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path, transfer: Clients
) -> None:
    scopes = f"{USUAL} {TRANSFER_ALL}[*{data_access(names.ALDER_CLUSTER)}]"
    client: globus_sdk.TransferClient = transfer(names.ADA, scopes)  # type: ignore[assignment]
    sandbox.set_faults({**PUT, "drop": True, "vanish": True, "at_bytes": AT})
    with pytest.raises(httpx.TransportError):
        cluster.put(PATH, content=CONTENT)
    sandbox.set_faults()
    for method in ("HEAD", "DELETE"):
        with pytest.raises(httpx.TransportError):
            cluster.request(method, PATH)
    assert refused(lambda: client.operation_ls(names.ALDER_CLUSTER)) == (
        502,
        "ExternalError.DirListingFailed.ConnectFailed",
    )
    sandbox.change_endpoint(names.ALDER_CLUSTER, unreachable=False)
    assert cluster.head(PATH).headers["Content-Length"] == str(AT)
    assert client.operation_ls(names.ALDER_CLUSTER)["total"] > 0


def test_a_file_that_changes_between_two_requests(
    sandbox: Sandbox, cluster: httpx.Client, file: Path
) -> None:
    sandbox.set_faults({**GET, "changes_file": True, "skip": 1, "count": 1})
    first = cluster.get(PATH, headers={"Range": "bytes=0-9"})
    second = cluster.get(PATH, headers={"Range": "bytes=0-9"})
    assert first.content == CONTENT[:10] != second.content
    assert first.headers["Last-Modified"] != second.headers["Last-Modified"]
    assert first.headers["Content-Range"] == second.headers["Content-Range"]


def test_a_range_that_is_ignored(sandbox: Sandbox, cluster: httpx.Client, file: Path) -> None:
    sandbox.set_faults({**GET, "ignore_range": True})
    answer = cluster.get(PATH, headers={"Range": "bytes=5-"})
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize(
    "fault", [{"drop": True}, {"status": 500}, {"half_body": True}, {"html": "<p>", "status": 502}]
)
def test_the_answer_of_an_upload_is_lost(
    sandbox: Sandbox, cluster: httpx.Client, scratch: Path, fault: dict[str, Any]
) -> None:
    sandbox.set_faults({**PUT, "after": True, **fault})
    try:
        assert cluster.put(PATH, content=CONTENT).status_code == fault["status"]
    except httpx.TransportError:
        assert "status" not in fault
    assert (scratch / "a.sif").read_bytes() == CONTENT


def test_the_answer_of_a_rename_is_lost(sandbox: Sandbox, file: Path, transfer: Clients) -> None:
    scopes = f"{USUAL} {TRANSFER_ALL}[*{data_access(names.ALDER_CLUSTER)}]"
    client: globus_sdk.TransferClient = transfer(names.ADA, scopes)  # type: ignore[assignment]
    rename = "POST /v0.10/operation/endpoint/*/rename"
    sandbox.set_faults({"route": rename, "after": True, "drop": True})
    with pytest.raises(globus_sdk.NetworkError):
        client.operation_rename(names.ALDER_CLUSTER, PATH, "/scratch/b.sif")
    assert file.with_name("b.sif").read_bytes() == CONTENT
    assert not file.exists()


@pytest.mark.parametrize("part", ["headers", "body"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_answer_that_never_ends(
    sandbox: Sandbox, cluster: httpx.Client, method: str, part: str
) -> None:
    sandbox.set_faults({"route": "*", "endless": part})
    request = cluster.build_request(method, PATH)
    head = f"{method} {request.url.raw_path.decode()} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(head.encode())
        received = b""
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            chunk = connection.recv(1000)
            assert chunk
            received += chunk
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert (b"\r\n\r\n" in received) is (part == "body")


def test_a_half_download(sandbox: Sandbox, cluster: httpx.Client, file: Path) -> None:
    sandbox.set_faults({**GET, "half_body": True})
    with pytest.raises(httpx.RemoteProtocolError):
        cluster.get(PATH)
