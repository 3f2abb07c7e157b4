"""Servers of many users that read one published listing: the registry hears only the publisher."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support.connect import connect
from ..support.countingregistry import CountingRegistry
from ..support.program import ServerProgram

Program = Callable[..., Services]
# One request for the names, one for the facts.
PUBLISHING = 2
CONTENT = b"\x7fELF an image that Globus serves"
SENT = "tool3"


class Hub:
    """A registry, its published listing, and the servers of users."""

    def __init__(
        self,
        folder: Path,
        counting: CountingRegistry,
        sandbox: Sandbox,
        program: Program,
        settings: dict[str, Any],
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._sandbox = sandbox
        self._program = program
        file = folder / "listing.sqlite3"
        served = {"endpoint_id": names.REGISTRY, "endpoint_path": "/"}
        self._settings = {
            **settings,
            "registries": [counting.entry(listing=str(file), **served)],
        }
        admin = program(registries=[counting.entry()], cache_dir=str(folder / "admin"))
        started = time.monotonic()
        self.published = admin.publisher.publish(file, interval_s=3600.0)
        self.publishing_s = time.monotonic() - started

    def server(self, number: int) -> ServerProgram:
        """Return the server of one more user, who is connected to Globus."""
        home = self._folder / f"user{number}"
        (home / "contents").mkdir(parents=True)
        own = {"store_dir": str(home / "store"), "cache_dir": str(home / "cache")}
        connect(self._program(**own), self._sandbox)
        return ServerProgram(home / "jupyter", home / "contents", {**self._settings, **own})


def browse(client: httpx.Client, count: int) -> None:
    """Request what an open panel does, and search."""
    for route in ("status", "account", "transfers", "bookmarks"):
        assert client.get(route).status_code == 200
    catalog = client.get("catalog").json()
    (registry,) = catalog["registries"]
    assert (registry["state"], registry["is_published"]) == ("ready", True)
    assert (registry["images_count"], catalog["is_partial"]) == (count, False)
    page = client.get("images", params={"registry": "shub", "collection": "lab"}).json()
    assert page["total"] == count
    for text in ("tool", "ool1", SENT, "lab/"):
        assert client.get("images", params={"q": text}).json()["total"] > 0
    image = client.get("image", params={"reference": f"shub://lab/{SENT}:1"}).json()["image"]
    assert image["digest"] == digest()


def send(client: httpx.Client, folder: str) -> dict[str, Any]:
    """Plan and send one image that Globus serves; return the transfer once it has ended."""
    body = {
        "sources": [{"kind": "image", "reference": f"lab/{SENT}:1"}],
        "destination": {"endpoint_id": names.STANFORD_SHERLOCK_SCRATCH, "path": folder},
        "options": {"create_folders": True},
    }
    plan = client.post("plans", json=body).json()
    (image,) = plan["images"]
    assert plan["is_sendable"], plan
    assert (image["route"], image["digest"]) == ("served", digest())
    transfer: dict[str, Any] = client.post("transfers", json=body).json()
    until = time.monotonic() + 60
    while transfer["state"] not in ("succeeded", "failed") and time.monotonic() < until:
        time.sleep(0.1)
        transfer = client.get(f"transfers/{transfer['id']}").json()
    return transfer


def digest() -> str:
    return f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


def private_mib(pid: int) -> float:
    """Return the memory of a process that it shares with no other."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(map(int, re.findall(r"Private_\w+: +(\d+) kB", text))) / 1024


@pytest.fixture
def make_hub(
    tmp_path: Path,
    sandbox: Sandbox,
    registry_root: Path,
    program: Program,
    settings: dict[str, Any],
) -> Callable[[CountingRegistry], Hub]:
    stored = registry_root / "lab" / f"{SENT}:1@{hashlib.md5(CONTENT).hexdigest()}.sif"
    stored.parent.mkdir()
    stored.write_bytes(CONTENT)

    def make(counting: CountingRegistry) -> Hub:
        counting.digests[SENT] = digest().removeprefix("sha256:")
        counting.size_bytes = len(CONTENT)
        return Hub(tmp_path / f"hub{len(counting.names)}", counting, sandbox, program, settings)

    return make


def use(hub: Hub, count: int, images: int) -> None:
    """Start servers, have each of them browsed, searched and sent from, all at once."""
    servers = [hub.server(number) for number in range(count)]
    try:
        clients = [server.start() for server in servers]
        for client in clients:
            browse(client, images)
        for number, client in enumerate(clients):
            transfer = send(client, f"/~/user{number}/")
            assert transfer["state"] == "succeeded", transfer
    finally:
        for server in servers:
            server.kill()


def test_the_registry_hears_only_the_publisher(
    make_hub: Callable[[CountingRegistry], Hub],
) -> None:
    with CountingRegistry(200) as counting:
        use(make_hub(counting), 2, 200)
        assert len(counting.asked) == PUBLISHING


@pytest.mark.long
@pytest.mark.timeout(600)
def test_twelve_servers_ask_the_registry_nothing(
    make_hub: Callable[[CountingRegistry], Hub], report: Callable[[Any], None]
) -> None:
    with CountingRegistry(10_000) as counting:
        started = time.monotonic()
        use(make_hub(counting), 12, 10_000)
        seconds = time.monotonic() - started
        assert len(counting.asked) == PUBLISHING
        report(f"12 servers in {seconds:.0f} s; requests to the registry: {counting.asked}")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_large_listing_costs_a_server_no_memory(
    make_hub: Callable[[CountingRegistry], Hub], report: Callable[[Any], None]
) -> None:
    added = {}
    for images in (100, 10_000, 100_000):
        with CountingRegistry(images) as counting:
            hub = make_hub(counting)
            server = hub.server(0)
            try:
                client = server.start()
                before = private_mib(server.pid)
                browse(client, images)
                browse(client, images)
                added[images] = private_mib(server.pid) - before
                started = time.monotonic()
                client.get("images", params={"q": "ool777"}).raise_for_status()
                search_ms = (time.monotonic() - started) * 1000
            finally:
                server.kill()
        report(
            f"{images} images: file {hub.published.size_bytes / 1e6:.1f} MB, published in "
            f"{hub.publishing_s:.1f} s, memory added {added[images]:.1f} MiB, "
            f"search {search_ms:.0f} ms"
        )
    assert added[100_000] - added[100] < 20
