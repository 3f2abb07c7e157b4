"""A pull over HTTPS, beside ``curl -o`` of the same file over the same limited link in one run.

    python bench/pull.py [--mib N] [--rounds N] [--rate BYTES_PER_SECOND]

Prints the speed of ours relative to curl's, which is to be at least 0.97; how much of a core ours
took; and the memory that it added. Ours also hashes the file, records its progress, and looks at
the source before and after; both write to the same disk.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from server import Bench, running
from upload import FOLDER, SCOPES

from jupyterlab_sregistry_globus.configfiles import load_settings
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.models.plans import PullRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import EndpointSource
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services, make_services

NAME = "large.sif"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=125_000_000)
    options = parser.parse_args()
    with running(*SCOPES) as bench, TemporaryDirectory() as folder:
        source = bench.state / "endpoints" / "alder-cluster" / "ada" / "images" / NAME
        source.parent.mkdir(parents=True, exist_ok=True)
        with source.open("wb") as out:
            out.truncate(options.mib * 2**20)
        bench.faults({"route": "GET /https/*", "bytes_per_second": options.rate})
        print(json.dumps(measure(bench, Path(folder), source, options.rounds), indent=1))


def measure(bench: Bench, folder: Path, source: Path, rounds: int) -> dict[str, float]:
    pools = Pools(4)
    settings = load_settings()
    settings.registries = [{"name": "mine", "kind": "folder", "path": str(folder)}]
    services = make_services(settings, files=LocalFiles(folder, None), pools=pools)
    size = source.stat().st_size
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, theirs, cores = [], [], []
    for _ in range(rounds):
        theirs.append(size / curl(bench, services, folder / "curl.sif"))
        seconds, core = pull(services)
        assert (folder / NAME).stat().st_size == size
        ours.append(size / seconds)
        cores.append(core)
    added_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    services.close()
    pools.close()
    return {
        "curl, MB/s": statistics.median(theirs) / 1e6,
        "ours, MB/s": statistics.median(ours) / 1e6,
        "ours to curl, median of pairs": statistics.median(
            our / their for our, their in zip(ours, theirs, strict=True)
        ),
        "cores that ours took": statistics.median(cores),
        "memory that ours added, MiB": added_kib / 1024,
    }


def pull(services: Services) -> tuple[float, float]:
    """Pull the file; return how long the download took, and how much of a core all of it took."""
    source = EndpointSource(names.ALDER_CLUSTER, f"{FOLDER}{NAME}")
    options = TransferOptions(route="direct")
    request = PullRequest((source,), when_exists="always", options=options)
    cpu, started = time.process_time(), time.perf_counter()
    done = services.transfers.wait(services.transfers.pull(request, origin="cli").id, 600)
    core = (time.process_time() - cpu) / (time.perf_counter() - started)
    (task,) = done.tasks
    assert done.state == "succeeded", done.reasons
    assert task.requested_at is not None
    assert task.completed_at is not None
    return task.completed_at - task.requested_at, core


def curl(bench: Bench, services: Services, target: Path) -> float:
    """Download the file with curl; return how long it took."""
    parts = services.parts
    token = parts.credentials.access_token(names.ALDER_CLUSTER, parts.clients.app())
    url = f"{bench.globus_url}https/{names.ALDER_CLUSTER}{FOLDER}{NAME}"
    command = ["curl", "--silent", "--fail", "--noproxy", "*", "-o", str(target), url]
    started = time.perf_counter()
    # The token is read from standard input: other accounts can see a command line.
    header = f'header = "Authorization: Bearer {token}"'
    subprocess.run([*command, "-K", "-"], input=header, text=True, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
