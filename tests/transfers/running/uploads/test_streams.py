"""An image that passes from its registry through this host to the destination."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from ....support.webserver import Asked, Reply, WebServer, ranged
from ...conftest import Store
from .conftest import PUT, image_of, puts, request, sent, temporary_files

CONTENT = os.urandom(3_000_000)
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()


class Site:
    """The registry's server, which may cut its answers."""

    def __init__(self) -> None:
        self.cuts: list[int] = []
        self.has_length = True

    def answer(self, asked: Asked) -> Reply:
        reply = ranged(CONTENT, asked)
        cut = self.cuts.pop(0) if self.cuts else None
        return Reply(reply.status, reply.body, reply.headers, cut_after=cut)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def web(site: Site) -> Iterator[WebServer]:
    with WebServer(site.answer) as server:
        yield server


@pytest.fixture
def reference(store: Store, web: WebServer) -> str:
    return store.add("lab/big:1", url=f"{web.url}/big", size_bytes=len(CONTENT), digest=DIGEST)


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def test_an_image_is_streamed_with_one_download_and_touches_no_disk(
    reference: str, ada: Services, web: WebServer, cluster: Path, tmp_path: Path
) -> None:
    transfer = sent(ada, request(reference))
    assert transfer.state == "succeeded", transfer.reasons
    image = image_of(transfer)
    assert (cluster / image.name).read_bytes() == CONTENT
    assert (image.route, image.downloads, len(web.asked)) == ("direct", 1, 1)
    assert transfer.tasks[0].arrivals[0].is_verified
    assert not (tmp_path / "cache" / "uploads").exists()


def test_an_interrupted_download_resumes_while_the_upload_stays_open(
    reference: str, ada: Services, sandbox: Sandbox, site: Site, web: WebServer, cluster: Path
) -> None:
    site.cuts = [1_000_000]
    transfer = sent(ada, request(reference))
    assert transfer.state == "succeeded", transfer.reasons
    assert (cluster / image_of(transfer).name).read_bytes() == CONTENT
    assert len(puts(sandbox)) == 1
    assert [asked.headers.get("range") for asked in web.asked] == [None, "bytes=1000000-"]


def test_a_broken_upload_is_repeated_from_a_file_after_a_second_download(
    reference: str, ada: Services, sandbox: Sandbox, web: WebServer, cluster: Path, tmp_path: Path
) -> None:
    sandbox.set_faults({"route": PUT, "drop": True, "at_bytes": 100_000, "count": 2})
    transfer = sent(ada, request(reference))
    assert transfer.state == "succeeded", transfer.reasons
    assert (cluster / image_of(transfer).name).read_bytes() == CONTENT
    assert (len(puts(sandbox)), len(web.asked)) == (3, 2)
    assert temporary_files(cluster) == []
    assert not [*(tmp_path / "cache" / "uploads").iterdir()]


def test_the_registry_is_not_asked_a_third_time(
    reference: str, ada: Services, site: Site, web: WebServer, cluster: Path
) -> None:
    site.cuts = [1_000_000, 500_000]
    transfer = sent(ada, request(reference))
    assert transfer.state == "failed"
    assert "2 times" in transfer.reasons[0]
    assert len(web.asked) == 2
    assert list(cluster.iterdir()) == []


def test_content_with_another_digest_gets_no_name(
    store: Store, ada: Services, web: WebServer, cluster: Path
) -> None:
    reference = store.add(
        "lab/other:1", url=f"{web.url}/x", size_bytes=len(CONTENT), digest="sha256:" + "0" * 64
    )
    transfer = sent(ada, request(reference))
    assert transfer.state == "failed"
    assert "does not match" in transfer.reasons[0]
    assert list(cluster.iterdir()) == []


def test_an_image_of_unknown_length_cannot_be_uploaded(
    store: Store, ada: Services, web: WebServer, cluster: Path
) -> None:
    plan = ada.transfers.plan(request(store.add("lab/endless:1", url=f"{web.url}/x")))
    assert not plan.is_sendable
    assert "length" in " ".join(warning.message for warning in plan.images[0].warnings)
