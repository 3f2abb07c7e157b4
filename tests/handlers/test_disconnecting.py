"""Disconnecting, and connecting as another identity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support import tokenfile
from ..support.api import Api, Refused
from ..support.connect import code_in
from ..support.events import Events
from ..support.pages import state_of
from ..support.person import Person


def is_good(sandbox: Sandbox, token: str) -> bool:
    """Whether the sandbox honours an access token."""
    with httpx.Client() as client:
        answer = client.get(
            f"{sandbox.url}v0.10/endpoint_search?filter_scope=my-endpoints",
            headers={"Authorization": f"Bearer {token}"},
        )
    return answer.status_code == 200


def can_refresh(sandbox: Sandbox, token: str) -> bool:
    form = {"grant_type": "refresh_token", "client_id": names.NATIVE_APP, "refresh_token": token}
    with httpx.Client() as client:
        return client.post(f"{sandbox.url}v2/oauth2/token", data=form).status_code == 200


async def test_disconnecting_voids_and_forgets_the_tokens(
    api: Api, connected: Any, sandbox: Sandbox, settings: dict[str, Any], events: Events
) -> None:
    file = Path(settings["store_dir"]) / "tokens.db"
    tokens = tokenfile.stored(file)
    access = tokens["transfer.api.globus.org"]["access_token"]
    secrets = tokenfile.secrets(file)
    assert is_good(sandbox, access)

    done = await api.delete("account")
    assert done["is_revoked"] is True
    assert done["logout_url"].startswith(f"{sandbox.url}v2/web/logout?")
    await events.until("account")

    assert await state_of(api) == "disconnected"
    assert not is_good(sandbox, access)
    for one in tokens.values():
        assert not can_refresh(sandbox, one["refresh_token"])
    bytes_left = b"".join(one.read_bytes() for one in file.parent.iterdir())
    assert [one for one in secrets if one.encode() in bytes_left] == []
    with pytest.raises(Refused) as caught:
        await api.get("endpoints", q="stanford")
    assert (caught.value.status, caught.value.code) == (403, "not_connected")
    assert caught.value.body["action"]["kind"] == "login"


async def test_disconnecting_works_while_globus_does_not(
    api: Api, connected: Any, sandbox: Sandbox, settings: dict[str, Any]
) -> None:
    file = Path(settings["store_dir"]) / "tokens.db"
    sandbox.clear_requests()
    sandbox.set_faults({"route": "*", "drop": True})
    done = await api.delete("account")
    assert done["is_revoked"] is False
    assert await state_of(api) == "disconnected"
    assert tokenfile.stored(file) == {}
    # One token is tried, not each of the four for as long as a time-out takes.
    assert len(sandbox.requests()) <= 2


async def test_disconnecting_twice_is_no_error(api: Api, connected: Any) -> None:
    await api.delete("account")
    done = await api.delete("account")
    assert done["is_revoked"] is True
    assert await state_of(api) == "disconnected"


async def test_connecting_again_replaces_the_identity(
    api: Api, connected: Any, person: Person, sandbox: Sandbox, settings: dict[str, Any]
) -> None:
    adas = tokenfile.stored(Path(settings["store_dir"]) / "tokens.db")
    started = await api.post("logins", body={"page_url": "https://hub.example/"})
    code = code_in(person.decide(started["authorize_url"], identity=names.BOB))
    account = await api.post("logins", "code", body={"login_id": started["login_id"], "code": code})
    assert account["identity"]["username"] == "bob@uni.example"
    mine = await api.get("endpoints", scope="mine")
    assert "Bob's laptop" in {one["display_name"] for one in mine["endpoints"]}
    # Hers are void: nobody could disconnect her any more.
    assert not can_refresh(sandbox, adas["transfer.api.globus.org"]["refresh_token"])
