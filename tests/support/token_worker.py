"""A program of its own that uses tokens: ``python token_worker.py SETTINGS_JSON USES``.

Prints a line once it is ready, waits for a line, then uses a token so often, and prints what went
wrong, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.services import make_services


def main(settings: str, uses: str) -> None:
    wrong: list[str] = []
    with contextlib.closing(Pools(1)) as pools:
        services = make_services(
            SRegistryGlobus(**json.loads(settings)), files=LocalFiles(Path("/"), None), pools=pools
        )
        try:
            services.endpoints.bookmarks()
        except Exception as error:
            wrong.append(repr(error))
        say("ready")
        sys.stdin.readline()
        for _ in range(int(uses)):
            try:
                services.endpoints.bookmarks()
            except Exception as error:
                wrong.append(repr(error))
        services.close()
    say(json.dumps(wrong))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
