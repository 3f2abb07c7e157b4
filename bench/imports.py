"""What the server extension adds to importing jupyter_server, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

from server import p50

ROUNDS = 15
BASE = "import jupyter_server.serverapp, jupyter_server.extension.application"
PROBE = """
import time, sys
start = time.perf_counter()
{base}
middle = time.perf_counter()
import jupyterlab_sregistry_globus.extension, jupyterlab_sregistry_globus.handlers
import jupyterlab_sregistry_globus.services
print(middle - start, time.perf_counter() - middle, "globus_sdk" in sys.modules)
"""


def main() -> None:
    base, added, sdk = [], [], set()
    for _ in range(ROUNDS):
        out = subprocess.run(
            [sys.executable, "-c", PROBE.format(base=BASE)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        base.append(float(out[0]))
        added.append(float(out[1]))
        sdk.add(out[2])
    print(f"jupyter_server {p50(base) * 1e3:.0f} ms, added {p50(added) * 1e3:.1f} ms")
    print(f"added / jupyter_server: {p50(added) / p50(base):.3f}   globus_sdk imported: {sdk}")


if __name__ == "__main__":
    main()
