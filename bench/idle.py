"""What an idle server asks of its file system, counted by strace (Linux).

    python bench/idle.py [--seconds 120]

Prints, for each of three servers, the system calls an hour that name a file of ours, and all its
calls that name any file: one that never sent anything, one that did while no page is open, and the
same with a page open. The last column of docs/hub.md is the difference to a server without us.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from jupyterlab_sregistry_globus.background import PAGE_S
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import make_services
from tests.support.connect import connect
from tests.support.program import ServerProgram


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HOME"] = str(folder / "home")
        (folder / "home").mkdir()
        (folder / "contents").mkdir()
        write_samples(folder / "registry")
        with Sandbox(folder / "globus", registry_root=folder / "registry") as sandbox:
            os.environ.update(sandbox.environment())
            print(json.dumps(measure(folder, sandbox, options.seconds), indent=1))


def measure(folder: Path, sandbox: Sandbox, seconds: float) -> dict[str, dict[str, float]]:
    settings = {
        "client_id": names.NATIVE_APP,
        "store_dir": str(folder / "store"),
        "cache_dir": str(folder / "cache"),
        "registries": [
            {
                "name": "images",
                "kind": "folder",
                "path": str(folder / "registry"),
                "endpoint_id": names.REGISTRY,
                "endpoint_path": "/",
            }
        ],
    }
    figures = {}
    unused = ServerProgram(folder / "unused", folder / "contents", settings)
    with running(unused):
        time.sleep(PAGE_S)
        figures["never sent, no page"] = traced(unused, folder, seconds)
    send(settings, folder, sandbox)
    used = ServerProgram(folder / "used", folder / "contents", settings)
    with running(used):
        time.sleep(PAGE_S)
        figures["sent before, no page"] = traced(used, folder, seconds)
        client = used.start()
        done = threading.Event()
        page = threading.Thread(target=keep_asking, args=(client, done), daemon=True)
        page.start()
        time.sleep(5)
        figures["sent before, page open"] = traced(used, folder, seconds)
        done.set()
    return figures


def keep_asking(client: object, done: threading.Event) -> None:
    """Ask as often as a page that is open and in view."""
    while not done.is_set():
        client.get("transfers", params={"since": 1})  # type: ignore[attr-defined]
        done.wait(30)


@contextlib.contextmanager
def running(program: ServerProgram):  # type: ignore[no-untyped-def]
    program.start()
    try:
        yield
    finally:
        program.kill()


def send(settings: dict[str, object], folder: Path, sandbox: Sandbox) -> None:
    with contextlib.closing(Pools(2)) as pools:
        files = LocalFiles(folder / "contents", None)
        services = make_services(SRegistryGlobus(**settings), files=files, pools=pools)
        connect(services, sandbox)
        place = Location(names.STANFORD_SHERLOCK_SCRATCH, "/~/")
        request = PlanRequest((ImageSource("tacos/tortilla:corn"),), place)
        services.transfers.wait(services.transfers.start(request, origin="cli").id, 60)
        services.close()


def traced(program: ServerProgram, folder: Path, seconds: float) -> dict[str, float]:
    """Count the system calls of a process that name a file, by the hour."""
    log = folder / "strace"
    command = ["strace", "-f", "-qq", "-e", "trace=%file", "-o", str(log), "-p", str(program.pid)]
    strace = subprocess.Popen(command)
    time.sleep(seconds)
    strace.terminate()
    strace.wait()
    lines = log.read_text(errors="replace").splitlines()
    calls = Counter(
        match[1]
        for line in lines
        if str(folder / "store") in line
        for match in [re.match(r"\d+ +(\w+)\(", line)]
        if match
    )
    hour = 3600 / seconds
    return {
        "of ours, an hour": round(sum(calls.values()) * hour),
        **{name: round(count * hour) for name, count in calls.most_common()},
        "all that name a file, an hour": round(len(lines) * hour),
    }


if __name__ == "__main__":
    main()
