"""A direct upload, beside ``curl -T`` of the same file over the same limited link in the same run.

    python bench/upload.py [--mib N] [--rounds N] [--rate BYTES_PER_SECOND]

Prints the speed of ours relative to curl's, which is to be at least 0.97; how much of a core ours
took; and the memory that it added. Ours also hashes the file and records its progress. Only the
PUT is compared: what follows it, the check and the rename, curl does not do.
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

from jupyterlab_sregistry_globus.configfiles import load_settings
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import FileSource
from jupyterlab_sregistry_globus.models.tasks import Upload
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services, make_services

FOLDER = "/scratch/ada/images/"
_SCOPE = f"https://auth.globus.org/scopes/{names.ALDER_CLUSTER}"
SCOPES = (
    f"{_SCOPE}/https",
    f"{_SCOPE}/data_access",
    f"urn:globus:auth:scope:transfer.api.globus.org:all[*{_SCOPE}/data_access]",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=125_000_000)
    options = parser.parse_args()
    with running(*SCOPES) as bench, TemporaryDirectory() as folder:
        bench.faults({"route": "PUT /https/*", "bytes_per_second": options.rate})
        write_samples(Path(folder))
        file = Path(folder, "demo/hello/latest/hello_latest.sif")
        with file.open("r+b") as out:
            out.truncate(options.mib * 2**20)
        print(json.dumps(measure(bench, file, options.rounds), indent=1))


def measure(bench: Bench, file: Path, rounds: int) -> dict[str, float]:
    pools = Pools(4)
    services = make_services(load_settings(), files=LocalFiles(file.parent, None), pools=pools)
    location = Location(names.ALDER_CLUSTER, FOLDER)
    services.endpoints.create_folder(location, parents=True)
    size = file.stat().st_size
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, theirs, cores = [], [], []
    for _ in range(rounds):
        theirs.append(size / curl(bench, services, file))
        seconds, core = send(services, file, location)
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


def send(services: Services, file: Path, location: Location) -> tuple[float, float]:
    """Upload the file; return how long the PUT took, and how much of a core all of it took."""
    options = TransferOptions(sync="always", route="direct")
    request = PlanRequest((FileSource(str(file)),), location, options)
    cpu, started = time.process_time(), time.perf_counter()
    sent = services.transfers.start(request, origin="cli")
    done = services.transfers.wait(sent.id, 600)
    core = (time.process_time() - cpu) / (time.perf_counter() - started)
    (task,) = done.tasks
    assert done.state == "succeeded", done.reasons
    assert isinstance(task, Upload)
    attempt = task.images[0].attempts[-1]
    assert attempt.completed_at is not None
    return attempt.completed_at - attempt.started_at, core


def curl(bench: Bench, services: Services, file: Path) -> float:
    """Upload the file with curl; return how long it took."""
    parts = services.parts
    token = parts.credentials.access_token(names.ALDER_CLUSTER, parts.clients.app())
    url = f"{bench.globus_url}https/{names.ALDER_CLUSTER}{FOLDER}curl.sif"
    command = ["curl", "--silent", "--fail", "--noproxy", "*", "-T", str(file), url]
    started = time.perf_counter()
    # The token is read from standard input: other accounts can see a command line.
    header = f'header = "Authorization: Bearer {token}"'
    subprocess.run([*command, "-K", "-"], input=header, text=True, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
