"""A Jupyter server as a process of its own, to be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

TOKEN = "a-token-for-this-test"
START_TIMEOUT_S = 60.0
_PROGRAM = """
import json, sys
from jupyterlab_sregistry_globus.registry import factory
factory.MODULE_BY_KIND.update(json.loads(sys.argv.pop(1)))
from jupyter_server.serverapp import main
main()
"""


class ServerProgram:
    """A real server on the given folders; started again, it finds what it left behind.

    :param folder: for Jupyter's configuration, data and runtime files.
    :param settings: the traits of ``SRegistryGlobus``.
    :param kinds: kinds of registries beside the package's own, with their modules.
    """

    def __init__(
        self,
        folder: Path,
        contents: Path,
        settings: dict[str, Any],
        kinds: dict[str, str] | None = None,
    ) -> None:
        self._kinds = kinds or {}
        self._folder = folder
        self._contents = contents
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "jupyter_sregistry_globus_config.json").write_text(
            json.dumps({"SRegistryGlobus": settings})
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None

    def environment(self) -> dict[str, str]:
        """What makes Jupyter use this test's folders."""
        return {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "JUPYTER_CONFIG_DIR": str(self._folder / "config"),
            "JUPYTER_DATA_DIR": str(self._folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._folder / "runtime"),
        }

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> httpx.Client:
        """Start it, unless it runs; return a client of its REST routes, once it answers."""
        if self._process is not None and self._client is not None:
            return self._client
        command = [sys.executable, "-c", _PROGRAM, json.dumps(self._kinds)]
        command += ["--no-browser", "--allow-root"]
        command += ["--port=0", f"--ServerApp.root_dir={self._contents}"]
        command += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.log_level=ERROR"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        info = self._folder / "runtime" / f"jpserver-{self._process.pid}.json"
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            try:
                port = json.loads(info.read_text())["port"]
                self._client = httpx.Client(
                    base_url=f"http://127.0.0.1:{port}/sregistry-globus/",
                    headers={"Authorization": f"token {TOKEN}"},
                    timeout=30,
                )
                self._client.get("status")
            except (OSError, ValueError, httpx.TransportError):
                time.sleep(0.05)
            else:
                return self._client
        raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> float:
        """End it as a hub does, with SIGTERM; return how many seconds that takes."""
        assert self._process is not None
        started = time.monotonic()
        self._process.terminate()
        self._process.wait(60)
        seconds = time.monotonic() - started
        self.kill()
        return seconds

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
