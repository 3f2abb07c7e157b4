"""Requests about endpoints that several tests make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.api import Api, Refused
from ..support.person import Person

TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"


def data_access(endpoint_id: str) -> str:
    return f"{TRANSFER}[*https://auth.globus.org/scopes/{endpoint_id}/data_access]"


async def log_in(api: Api, person: Person, action: dict[str, Any]) -> str:
    """Log in for what an error's action demands, and return the authorize address."""
    body = {"page_url": "https://hub.example/", "login": action}
    started = await api.post("logins", body=body)
    url = str(started["authorize_url"])
    body = {"login_id": started["login_id"], "code": person.code(url)}
    assert (await api.post("logins", "code", body=body))["state"] == "connected"
    return url


async def search(api: Api, **query: Any) -> list[str]:
    return [one["display_name"] for one in (await api.get("endpoints", **query))["endpoints"]]


async def refused(api: Api, *path: str, **query: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await api.get(*path, **query)
    return caught.value


def scratch(sandbox: Sandbox) -> Path:
    return sandbox.state / "endpoints" / "stanford-sherlock-scratch"
