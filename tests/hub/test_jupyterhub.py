"""A real JupyterHub whose users sign in through Globus, and are connected on their servers."""

from __future__ import annotations

import time
from urllib.parse import urljoin

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.connect import code_in
from ..support.person import Person
from ..support.secrets import TRAIL
from .conftest import Hub


def sign_in(hub: Hub, person: Person) -> None:
    """Sign in to the hub as a browser does: to Globus, Allow, and back."""
    with httpx.Client(timeout=60) as browser:
        to_globus = browser.get(urljoin(hub.url, "hub/oauth_login"))
        assert to_globus.status_code == 302, to_globus.text
        back = browser.get(person.decide(to_globus.headers["Location"]))
        assert back.status_code == 302, back.text


def start_server(hub: Hub, user: str) -> httpx.Client:
    """Have the hub start a user's server, and return a client of the extension's routes."""
    answer = hub.service.post(f"users/{user}/server")
    assert answer.status_code in (201, 202), answer.text
    until = time.monotonic() + 90
    while not hub.service.get(f"users/{user}").json()["servers"].get("", {}).get("ready"):
        assert time.monotonic() < until, hub.log.read_text()
        time.sleep(0.2)
    headers = {"Authorization": hub.service.headers["Authorization"]}
    return httpx.Client(base_url=hub.server(user), headers=headers, timeout=60)


@pytest.mark.timeout(400)
def test_a_server_started_by_a_hub_is_connected_without_another_login(
    hub: Hub, sandbox: Sandbox, person: Person
) -> None:
    sign_in(hub, person)
    logins = sum("authorize" in request.path for request in sandbox.requests())
    with start_server(hub, "ada") as server:
        account = server.get("account").json()
        assert (account["state"], account["source"]) == ("connected", "hub")
        assert account["identity"]["id"] == names.ADA
        mine = server.get("endpoints", params={"scope": "mine"}).json()["endpoints"]
        assert names.MY_COMPUTER in {endpoint["id"] for endpoint in mine}
        assert sum("authorize" in request.path for request in sandbox.requests()) == logins

        # A login here requests what the hub's login lacks, and replaces it.
        folder = f"endpoints/{names.STANFORD_OAK}/folder"
        refused = server.get(folder).json()
        assert refused["code"] == "consent_required"
        body = {"page_url": f"{hub.url}user/ada/lab", "login": refused["action"], "method": "code"}
        started = server.post("logins", json=body).json()
        code = code_in(person.decide(started["authorize_url"]))
        server.post("logins/code", json={"login_id": started["login_id"], "code": code})
        assert server.get(folder).json()["path"] == "/oak/ada/"
        account = server.get("account").json()
        assert (account["state"], account["source"]) == ("connected", "login")
    assert TRAIL.secrets_in([hub.log.read_text()]) == []
