"""What the benches share: a Jupyter server and a sandbox, each a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from jupyterlab_sregistry_globus.sandbox import person
from jupyterlab_sregistry_globus.sandbox.seed import names

TOKEN = "bench"


@dataclass(frozen=True)
class Bench:
    """A running pair: ``jupyter`` asks the server's root, ``globus_url`` is the sandbox's.

    :param state: the sandbox's folder, with the files of its endpoints.
    """

    jupyter: httpx.Client
    globus_url: str
    state: Path

    def faults(self, *faults: dict[str, object]) -> None:
        """Replace the sandbox's faults."""
        httpx.put(
            f"{self.globus_url}_sandbox/faults", json={"faults": list(faults)}
        ).raise_for_status()


@contextlib.contextmanager
def running(*scopes: str) -> Iterator[Bench]:
    """Start both, connect Ada, and stop both at the end.

    :param scopes: what Ada allows beside the usual.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        for part in ("config", "contents", "home"):
            (folder / part).mkdir()
        command = [sys.executable, "-m", "jupyterlab_sregistry_globus.cli.sandbox", "--print-env"]
        command += ["--state", str(folder / "globus"), "--throttle", "0"]
        sandbox = _start(stack, command, dict(os.environ))
        exports: dict[str, str] = {}
        assert sandbox.stdout is not None
        while "GLOBUS_SDK_SERVICE_URL_APP" not in exports:
            found = re.match(r"export (\w+)=(\S+)", sandbox.stdout.readline().decode())
            if found:
                exports[found[1]] = found[2].strip("'")
        os.environ |= exports
        os.environ |= {
            "HOME": str(folder / "home"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        }
        url = exports["GLOBUS_SDK_SERVICE_URL_AUTH"]
        settings = {"client_id": names.NATIVE_APP}
        (folder / "config" / "jupyter_sregistry_globus_config.json").write_text(
            json.dumps({"SRegistryGlobus": settings})
        )
        _connect(scopes)
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
        command += ["--port=0", f"--ServerApp.root_dir={folder / 'contents'}"]
        command += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.log_level=ERROR"]
        server = _start(stack, command, dict(os.environ))
        info = folder / "runtime" / f"jpserver-{server.pid}.json"
        while not info.exists() or not info.read_text().strip():
            time.sleep(0.05)
        base = f"http://127.0.0.1:{json.loads(info.read_text())['port']}/"
        headers = {"Authorization": f"token {TOKEN}"}
        with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
            while True:
                try:
                    client.get("api")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield Bench(client, url, folder / "globus")


def _start(
    stack: contextlib.ExitStack, command: list[str], environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def _connect(scopes: Sequence[str]) -> None:
    from jupyterlab_sregistry_globus.configfiles import load_settings
    from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
    from jupyterlab_sregistry_globus.models.actions import LoginAction
    from jupyterlab_sregistry_globus.net.pools import Pools
    from jupyterlab_sregistry_globus.services import make_services

    with contextlib.closing(Pools(1)) as pools:
        files = LocalFiles(Path.cwd(), None)
        services = make_services(load_settings(), files=files, pools=pools)
        login = LoginAction(required_scopes=tuple(scopes)) if scopes else None
        started = services.account.logins.begin_pasting(login)
        address = person.answer(started.authorize_url)
        code = httpx.URL(address).params["code"]
        services.account.logins.finish_with_code(started.login_id, code)
        services.close()


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p50(samples: Sequence[float]) -> float:
    """The median."""
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(samples, n=20)[-1]
