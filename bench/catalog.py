"""Measure a folder of 100,000 images: time to the first page, search as the user types, memory.

    python bench/catalog.py [--count N] [--folder FOLDER] [--json]

Each figure comes from a separate process. For comparison, ``find`` lists the same folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SYLLABLES = (
    *("bio", "seq", "sam", "tools", "bwa", "fast", "qc", "gen", "ome", "r-", "py", "cuda", "torch"),
    *("map", "align", "hi", "c", "var", "call", "bed", "vcf", "bcf", "star", "salmon", "kallisto"),
    *("trim", "galore", "spades", "mega", "hit"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="kept and reused; default: a temporary folder")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, root, cache = options.child
        print(json.dumps(CHILDREN[kind](Path(root), Path(cache))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        root = options.folder or Path(scratch, "images")
        plant(root, options.count)
        figures = measure(root, Path(scratch, "cache"))
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:44} {value:10.3f}" if isinstance(value, float) else f"{name:44} {value}")


def plant(root: Path, count: int) -> None:
    """Create a flat folder of tiny files with names as on CVMFS."""
    root.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)
    tools = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(count // 11 + 1)]
    missing = count - sum(1 for _ in os.scandir(root))
    while missing > 0:
        version = f"{dice.randint(0, 9)}.{dice.randint(0, 30)}--h{dice.getrandbits(28):07x}_0"
        try:
            with (root / f"{dice.choice(tools)}:{version}").open("x") as file:
                file.write("x")
            missing -= 1
        except FileExistsError:
            continue
    os.utime(root, (1_600_000_000, 1_600_000_000))


def measure(root: Path, cache: Path) -> dict[str, object]:
    find_s = best(["find", str(root), "-type", "f"])
    find_stat_s = best(["find", str(root), "-type", "f", "-printf", "%p %s %T@\n"])
    cold = [child("cold", root, cache.with_name(f"cold{n}")) for n in range(3)]
    child("cold", root, cache)
    warm = [child("warm", root, cache) for n in range(5)]
    search = child("search", root, cache)
    find_again_s = best(["find", str(root), "-type", "f", "-printf", "%p %s %T@\n"])
    find_stat_s = min(find_stat_s, find_again_s)
    cold_s = statistics.median(item["first_page_s"] for item in cold)
    whole_s = statistics.median(item["whole_s"] for item in cold)
    warm_s = statistics.median(item["first_page_s"] for item in warm)
    return {
        "images": cold[0]["images"],
        "find, names only, s": find_s,
        "find, with size and time, s": find_stat_s,
        "first page, cold, s": cold_s,
        "first page, cold, in finds": cold_s / find_stat_s,
        "whole listing and index, cold, s": whole_s,
        "whole listing, cold, in finds": whole_s / find_stat_s,
        "first page, warm, s": warm_s,
        "search, keystrokes": search["keystrokes"],
        "search, mean CPU time, ms": search["mean_cpu_ms"],
        "search, p50, ms": search["p50_ms"],
        "search, p95, ms": search["p95_ms"],
        "search, worst, ms": search["worst_ms"],
        "RSS added by listing, MiB": statistics.median(item["rss_mib"] for item in cold),
        "RSS added by searching, MiB": search["rss_mib"],
        "cache on disk, MiB": sum(f.stat().st_size for f in cache.iterdir()) / 2**20,
    }


def best(command: list[str]) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def child(kind: str, root: Path, cache: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", kind, str(root), str(cache)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def cold(root: Path, cache: Path) -> dict[str, float]:
    catalog, before = start(root, cache)
    started = time.perf_counter()
    while not (page := catalog.images(limit=200)).images:
        time.sleep(0.001)
    first_page_s = time.perf_counter() - started
    assert len(page.images) == 200
    overview = catalog.settle(600)
    whole_s = time.perf_counter() - started
    return {
        "first_page_s": first_page_s,
        "whole_s": whole_s,
        "images": overview.registries[0].images_count,
        "rss_mib": rss_mib() - before,
    }


def warm(root: Path, cache: Path) -> dict[str, float]:
    started = time.perf_counter()
    catalog, before = start(root, cache)
    assert len(catalog.images(limit=200).images) == 200
    return {"first_page_s": time.perf_counter() - started, "rss_mib": rss_mib() - before}


def search(root: Path, cache: Path) -> dict[str, float]:
    catalog, before = start(root, cache)
    catalog.settle(600)
    dice = random.Random(2)
    names = [entry.name.partition(":")[0] for entry in os.scandir(root)]
    before = rss_mib()
    times = []
    cpu = time.process_time()
    for name in dice.sample(names, 200):
        for length in range(1, len(name) + 1):
            started = time.perf_counter()
            catalog.images(text=name[:length], limit=200)
            times.append(1000 * (time.perf_counter() - started))
    return {
        "keystrokes": len(times),
        "mean_cpu_ms": 1000 * (time.process_time() - cpu) / len(times),
        "p50_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
        "worst_ms": max(times),
        "rss_mib": rss_mib() - before,
    }


def start(root: Path, cache: Path):  # type: ignore[no-untyped-def]
    from jupyterlab_sregistry_globus.catalog import Catalog
    from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

    before = rss_mib()
    registry = FolderRegistry("cvmfs", root)
    registry.has_headers = False
    return Catalog([registry], cache / "catalog.sqlite3", ThreadPoolExecutor(4)), before


def rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CHILDREN = {"cold": cold, "warm": warm, "search": search}

if __name__ == "__main__":
    main()
