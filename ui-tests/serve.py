"""The server under test: the sandbox, and JupyterLab with the extension.

Prints one line of JSON that says where everything is, then runs until its standard input is closed.
All it writes lies in one temporary folder, which it removes at its end.
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyterlab_sregistry_globus.configfiles import CONFIG_FILE_NAME
from jupyterlab_sregistry_globus.demo.folder import DemoFolder
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

HERE = Path(__file__).resolve().parent
TOKEN = "browser-tests"  # noqa: S105 - of a server on loopback that lives for minutes
# A host name that the tests' browser resolves to this machine, like a hub's.
HUB_NAME = "hub.example"
# 24 MB take three seconds: long enough to see progress, short enough to wait for.
THROTTLE_BYTES_PER_S = 8_000_000
START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 15.0

# Differences from the demo's configuration.
VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "prefix": {},
    "unserved": {},
    "cluster": {},
    "not-configured": {"client_id": ""},
    "disabled": {"enabled": False},
    "confidential": {
        "client_id": names.CONFIDENTIAL_APP,
        "client_secret": names.CONFIDENTIAL_SECRET,
    },
    "service": {
        "client_id": names.CONFIDENTIAL_APP,
        "client_secret": names.CONFIDENTIAL_SECRET,
        "is_service": True,
    },
    "hub": {},
    "no-files": {},
}
COMMON = {"poll_min_s": 0.5, "upstream_timeout_s": 5.0}


def main() -> None:
    """Run until standard input is closed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=sorted(VARIANTS), default="default")
    parser.add_argument("--throttle", type=int, default=THROTTLE_BYTES_PER_S)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(
        prefix="sregistry-globus-browser-", ignore_cleanup_errors=True
    ) as scratch:
        root = Path(scratch).resolve()
        folder = DemoFolder(root / "demo")
        folder.lay_out(fresh=True)
        local_root = folder.notebooks
        if options.variant in ("unserved", "cluster"):
            # This computer's endpoint shares a folder other than JupyterLab's.
            local_root = root / "elsewhere"
            local_root.mkdir()
        sandbox = Sandbox(
            folder.globus,
            registry_root=folder.registry,
            local_root=local_root,
            roots=[folder.notebooks],
            throttle_bytes_per_second=options.throttle,
        )
        with sandbox:
            configure(folder, sandbox, options.variant)
            if options.variant == "hub":
                os.environ["GLOBUS_DATA"] = hub_data(sandbox)
            run_lab(root, folder, sandbox, options.variant)


def configure(folder: DemoFolder, sandbox: Sandbox, variant: str) -> None:
    """Write the demo's configuration, with the changes of the tests and the variant."""
    folder.configure(sandbox)
    file = folder.jupyter / "config" / f"{CONFIG_FILE_NAME}.json"
    settings = json.loads(file.read_text())
    settings["SRegistryGlobus"] |= COMMON | VARIANTS[variant]
    if variant == "cluster":
        # Its collection serves JupyterLab's folder, under another path.
        site = {"path": str(folder.notebooks), "endpoint": names.ALDER_CLUSTER}
        settings["SRegistryGlobus"]["host_endpoints"] = [
            site | {"endpoint_path": "/scratch", "writable": True}
        ]
    file.write_text(json.dumps(settings))


def hub_data(sandbox: Sandbox) -> str:
    """Return the environment that a hub gives a user's server after a login through Globus."""
    server = "transfer.api.globus.org"
    tokens = sandbox.tokens(
        f"openid urn:globus:auth:scope:{server}:all", client_id=names.CONFIDENTIAL_APP
    )
    user = {"sub": names.ADA, "preferred_username": "ada@uni.example", "name": "Ada Researcher"}
    state = {"tokens": {server: tokens[server]}, "globus_user": user, "token_response": {}}
    return base64.b64encode(pickle.dumps(state)).decode()


def run_lab(root: Path, folder: DemoFolder, sandbox: Sandbox, variant: str) -> None:
    """Start JupyterLab, print its address, and stop it when standard input is closed."""
    base_url = "/some/prefix/" if variant == "prefix" else "/"
    for name in ("home", "tmp"):
        (root / name).mkdir()
    environment = folder.environment(sandbox) | {
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
        "BROWSER_TEST_ROOT": str(folder.notebooks),
        "BROWSER_TEST_TOKEN": TOKEN,
        "BROWSER_TEST_BASE_URL": base_url,
        "BROWSER_TEST_HOST": HUB_NAME,
        "BROWSER_TEST_VARIANT": variant,
    }
    log = root / "jupyterlab.log"
    with log.open("wb") as output:
        lab = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--config",
                str(HERE / "jupyter_server_config.py"),
            ],
            env=environment,
            cwd=folder.notebooks,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )
        try:
            port = wait_for_port(folder.jupyter / "runtime" / f"jpserver-{lab.pid}.json", lab, log)
            places = {
                "port": port,
                "baseUrl": base_url,
                "token": TOKEN,
                "hubName": HUB_NAME,
                "sandboxUrl": sandbox.url,
                "notebooks": str(folder.notebooks),
                "registry": str(folder.registry),
                "endpoints": str(folder.globus / "endpoints"),
                "store": str(folder.jupyter / "data" / "sregistry_globus"),
                "lab": str(folder.jupyter / "lab"),
                "log": str(log),
            }
            print(json.dumps(places), flush=True)  # noqa: T201 - its purpose
            sys.stdin.read()
        finally:
            stop(lab)


def wait_for_port(info: Path, lab: subprocess.Popen[bytes], log: Path) -> int:
    """Return JupyterLab's port, once it answers."""
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until and lab.poll() is None:
        try:
            return int(json.loads(info.read_text())["port"])
        except (FileNotFoundError, ValueError, KeyError):
            time.sleep(0.05)  # not written yet, or partly
    raise SystemExit(f"JupyterLab did not start:\n{log.read_text(errors='replace')}")


def die_with_parent() -> None:
    """Make the kernel stop JupyterLab if this process is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def stop(lab: subprocess.Popen[bytes]) -> None:
    """Stop JupyterLab and its kernels."""
    lab.terminate()
    try:
        lab.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        lab.kill()
        lab.wait()


if __name__ == "__main__":
    # Terminated: unwind, so that no process and no folder is left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    os.chdir(HERE)
    main()
