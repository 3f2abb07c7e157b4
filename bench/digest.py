"""SHA-256 of an image file, beside ``sha256sum`` on the same file in the same run.

    python bench/digest.py [--mib N] [--rounds N]

Prints how fast each was, and the ratio, which is to be at least 0.95. The two take turns, so that
whatever else the machine does hits both; the file is in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from jupyterlab_sregistry_globus.images.digest import Digests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "image.sif")
        with file.open("wb") as out:
            block = os.urandom(2**20)
            for _ in range(options.mib):
                out.write(block)
        os.utime(file, (1_600_000_000, 1_600_000_000))
        print(json.dumps(measure(file, options.mib, options.rounds), indent=1))


def measure(file: Path, mib: int, rounds: int) -> dict[str, float]:
    ours, theirs = [], []
    expected = subprocess.run(["sha256sum", str(file)], capture_output=True, text=True, check=True)
    for number in range(rounds):
        started = time.perf_counter()
        subprocess.run(["sha256sum", str(file)], stdout=subprocess.DEVNULL, check=True)
        theirs.append(time.perf_counter() - started)
        digests = Digests(file.with_name(f"digests{number}.sqlite3"))
        started = time.perf_counter()
        digest = digests.compute(file)
        ours.append(time.perf_counter() - started)
        assert digest == "sha256:" + expected.stdout.split()[0]
    started = time.perf_counter()
    assert digests.compute(file) == digest
    known_s = time.perf_counter() - started
    return {
        "sha256sum, MiB/s": mib / statistics.median(theirs),
        "ours, MiB/s": mib / statistics.median(ours),
        "ours to sha256sum, median of each": statistics.median(theirs) / statistics.median(ours),
        "ours to sha256sum, median of pairs": statistics.median(
            their / our for their, our in zip(theirs, ours, strict=True)
        ),
        "known already, ms": known_s * 1000,
    }


if __name__ == "__main__":
    main()
