"""A JupyterHub whose users sign in through the sandbox's Globus."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.environments import REPOSITORY, environment, run

NAME = ".venv-jupyterhub"
TOKEN = "a-service-of-the-hub"
START_TIMEOUT_S = 120.0

# A service may reach every user's server, like an administrator's script.
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}/"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}/"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie-secret"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"

c.JupyterHub.authenticator_class = "globus"
c.Authenticator.enable_auth_state = True
c.GlobusOAuthenticator.allow_all = True
c.GlobusOAuthenticator.client_id = "{client_id}"
c.GlobusOAuthenticator.client_secret = "{client_secret}"
c.GlobusOAuthenticator.oauth_callback_url = "http://127.0.0.1:{port}/hub/oauth_callback"
c.GlobusOAuthenticator.authorize_url = "{globus}v2/oauth2/authorize"
c.GlobusOAuthenticator.token_url = "{globus}v2/oauth2/token"
c.GlobusOAuthenticator.userdata_url = "{globus}v2/oauth2/userinfo"

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.cmd = ["{bin}/jupyterhub-singleuser", "--allow-root"]
c.Spawner.environment = {environment!r}

c.JupyterHub.services = [{{"name": "tests", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{
    "name": "tests", "services": ["tests"], "scopes": ["admin:users", "servers", "access:servers"]
}}]
"""


@dataclass(frozen=True)
class Hub:
    """A running hub.

    :param log: the output of the hub and of the servers that it starts.
    """

    url: str
    log: Path
    service: httpx.Client

    def server(self, user: str) -> str:
        """Return the address of the extension's routes on a user's server."""
        return f"{self.url}user/{user}/sregistry-globus/"


@pytest.fixture(scope="session")
def hub_environment() -> Path:
    """An environment with JupyterHub, its authenticator, its proxy, and this extension."""
    folder = environment(NAME, "jupyterhub>=5", "oauthenticator>=17", "-e", str(REPOSITORY))
    if not (folder / "node_modules").exists():
        npm = shutil.which("npm")
        assert npm, "JupyterHub's proxy comes from npm"
        quietly = ("--silent", "--no-audit", "--no-fund", "--prefix", str(folder))
        run(npm, "install", *quietly, "configurable-http-proxy", cwd=folder)
    return folder


@pytest.fixture
def hub(hub_environment: Path, sandbox: Sandbox, tmp_path: Path) -> Iterator[Hub]:
    folder = tmp_path / "hub"
    (folder / "homes").mkdir(parents=True)
    port, hub_port, proxy_port = free_ports(3)
    sandbox.add_redirect_uri(f"http://127.0.0.1:{port}/hub/oauth_callback")
    environment = {
        **sandbox.environment(),
        "SREGISTRY_GLOBUS_CLIENT_ID": names.NATIVE_APP,
        "JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp",
    }
    config = folder / "jupyterhub_config.py"
    config.write_text(
        CONFIG.format(
            folder=folder,
            port=port,
            hub_port=hub_port,
            proxy_port=proxy_port,
            proxy=hub_environment / "node_modules" / ".bin" / "configurable-http-proxy",
            bin=hub_environment / "bin",
            client_id=names.CONFIDENTIAL_APP,
            client_secret=names.CONFIDENTIAL_SECRET,
            globus=sandbox.url,
            environment=environment,
            token=TOKEN,
        )
    )
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(hub_environment / "bin" / "jupyterhub"), "--config", str(config)],
            cwd=folder,
            env={
                **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
                "HOME": str(folder / "homes"),
                "JUPYTERHUB_CRYPT_KEY": "ab" * 32,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}/"
    service = httpx.Client(
        base_url=f"{url}hub/api/", headers={"Authorization": f"token {TOKEN}"}, timeout=60
    )
    try:
        wait_for_hub(service, process, log)
        yield Hub(url, log, service)
    finally:
        service.close()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_hub(service: httpx.Client, process: subprocess.Popen[Any], log: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if service.get("").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"JupyterHub did not start:\n{log.read_text()}")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports
