"""Fixtures: machines with nothing set up, with everything set up, and in between."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .machine import Machine

PERSONAL = '''#!{python}
"""A substitute for globusconnectpersonal: records its calls, and writes the same files."""
import json, os, sys, urllib.request
from pathlib import Path

arguments = sys.argv[1:]
has_secret = "SREGISTRY_GLOBUS_CLIENT_SECRET" in os.environ
with open({calls!r}, "a") as calls:
    calls.write(json.dumps({{"arguments": arguments, "has_secret": has_secret}}) + "\\n")
if Path({broken!r}).exists():
    sys.exit("cannot set up with " + arguments[-1])
home = Path.home()
folder = home / ".globusonline"
if "-dir" in arguments:
    folder = Path(arguments[arguments.index("-dir") + 1])

def ask(method, path, body):
    request = urllib.request.Request({url!r} + path, json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request).close()

if "-setup" in arguments:
    body = {{"setup_key": arguments[-1], "config_dir": str(folder), "home": str(home)}}
    ask("POST", "_sandbox/connect_personal", body)
if "-start" in arguments:
    endpoint = (folder / "lta" / "client-id.txt").read_text().strip()
    ask("PATCH", "_sandbox/endpoints/" + endpoint, {{"gcp_connected": True}})
'''


@pytest.fixture
def machine(
    sandbox: Sandbox, home: Path, registry_root: Path, monkeypatch: pytest.MonkeyPatch
) -> Machine:
    """An account with a home of its own, a folder of images, and nothing set up."""
    for variable, folder in (("CONFIG", "config"), ("DATA", "data"), ("RUNTIME", "runtime")):
        monkeypatch.setenv(f"JUPYTER_{variable}_DIR", str(home / folder))
    for variable in ("SREGISTRY_GLOBUS_CLIENT_SECRET", "JUPYTER_CONFIG_PATH", "GLOBUS_DATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR", raising=False)
    monkeypatch.chdir(home)
    return Machine(sandbox, home, registry_root)


@pytest.fixture
def personal(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed program globusconnectpersonal. Its calls are in ``calls``."""
    program = machine.home / "bin" / "globusconnectpersonal"
    program.parent.mkdir()
    program.write_text(
        PERSONAL.format(
            python=sys.executable,
            calls=str(machine.calls_file),
            broken=str(machine.home / "personal-is-broken"),
            url=machine.sandbox.url,
        )
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """The app is configured and Ada is connected. There is no endpoint yet."""
    machine.configure(client_id=machine.sandbox.client_id)
    machine.log_in()
    return machine


@pytest.fixture
def well(ready: Machine, settings: dict[str, Any]) -> Machine:
    """Everything is set up, without setup."""
    ready.configure(**{name: settings[name] for name in ("registries", "connect_personal_dir")})
    lines = f"{ready.registry}/,1,0\n{ready.home}/,0,1\n"
    (ready.sandbox.connect_personal_dir / "config-paths").write_text(lines)
    return ready


@pytest.fixture
def own_guest(well: Machine) -> Callable[..., str]:
    """Create a guest collection of the registry on Ada's computer, and name it in the settings."""

    def create(*rules: dict[str, str]) -> str:
        well.sandbox.change_endpoint(names.MY_COMPUTER, subscription_id=names.SUBSCRIPTION)
        ada = well.transfer()
        body = {
            "DATA_TYPE": "shared_endpoint",
            "host_endpoint": names.MY_COMPUTER,
            "host_path": f"{well.registry}/",
            "display_name": "Ada's registry",
        }
        guest = str(ada.create_shared_endpoint(body)["id"])
        for rule in rules:
            body = {"DATA_TYPE": "access", "permissions": "r", "principal": "", **rule}
            ada.add_endpoint_acl_rule(guest, body)
        entry = {"name": "images", "kind": "folder", "path": str(well.registry)}
        well.configure(registries=[{**entry, "endpoint_id": guest, "endpoint_path": "/"}])
        return guest

    return create
