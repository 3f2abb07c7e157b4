"""Connecting with a pasted code, and what a login asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.pages import state_of
from ..support.person import Person


@pytest.mark.parametrize(
    "page_url",
    [
        "https://localhost:8888/lab",
        "http://hub.example/user/ada/lab",
        "https://hub.example/user/ada/lab",
        "http://localhost.example/lab",
        "http://127.0.0.1.example/lab",
    ],
)
async def test_a_code_is_pasted_if_globus_cannot_redirect_here(
    api: Api, person: Person, page_url: str
) -> None:
    started = await api.post("logins", body={"page_url": page_url})
    assert started["method"] == "code"
    code = person.code(started["authorize_url"])
    body = {"login_id": started["login_id"], "code": f"  {code}\n"}
    account = await api.post("logins", "code", body=body)
    assert account["state"] == "connected"


async def test_a_mistyped_code_can_be_typed_again(api: Api, person: Person) -> None:
    started = await api.post("logins", body={"page_url": "https://hub.example/"})
    for wrong in ("", "  ", "x", "\u00e4\n<b>"):
        with pytest.raises(Refused) as caught:
            await api.post("logins", "code", body={"login_id": started["login_id"], "code": wrong})
        assert (caught.value.status, caught.value.code) == (400, "login_failed")
        assert "code" in caught.value.message
        assert (await api.get("logins", started["login_id"]))["state"] == "waiting"
    code = person.code(started["authorize_url"])
    body = {"login_id": started["login_id"], "code": code}
    assert (await api.post("logins", "code", body=body))["state"] == "connected"
    with pytest.raises(Refused) as caught:
        await api.post("logins", "code", body=body)
    assert caught.value.code == "login_failed"
    assert await state_of(api) == "connected"


async def test_a_code_without_a_login_is_refused(api: Api) -> None:
    with pytest.raises(Refused) as caught:
        await api.post("logins", "code", body={"login_id": "x", "code": "y"})
    assert caught.value.code == "login_failed"
    assert caught.value.body["action"]["kind"] == "login"


async def test_a_login_requests_what_an_error_demanded(api: Api, person: Person) -> None:
    wanted = {
        "kind": "login",
        "required_scopes": [
            "urn:globus:auth:scope:transfer.api.globus.org:all"
            f"[*https://auth.globus.org/scopes/{names.STANFORD_OAK}/data_access]"
        ],
        "session_required_identities": [names.ADA_HOSPITAL],
        "session_message": "Log in as the hospital asks",
        "prompt": "login",
    }
    body = {"page_url": "https://hub.example/", "login": wanted}
    started = await api.post("logins", body=body)
    query = parse_qs(urlsplit(started["authorize_url"]).query)
    assert names.STANFORD_OAK in query["scope"][0]
    assert {"openid", "profile", "email"} <= set(query["scope"][0].split())
    assert query["session_required_identities"] == [names.ADA_HOSPITAL]
    assert query["session_message"] == ["Log in as the hospital asks"]
    assert query["prompt"] == ["login"]
    code = person.code(started["authorize_url"])
    done = await api.post("logins", "code", body={"login_id": started["login_id"], "code": code})
    assert done["state"] == "connected"


async def test_a_malformed_scope_is_refused(api: Api, sandbox: Sandbox) -> None:
    for scope in ("[", "a[b", "a b]"):
        body = {
            "page_url": "https://hub.example/",
            "login": {"kind": "login", "required_scopes": [scope]},
        }
        with pytest.raises(Refused) as caught:
            await api.post("logins", body=body)
        assert caught.value.code == "bad_request"
    assert sandbox.requests() == []


async def test_forgotten_logins_do_not_pile_up(api: Api, server_url: str) -> None:
    started = [
        await api.post("logins", body={"page_url": "https://hub.example/"}) for _ in range(25)
    ]
    with pytest.raises(Refused):
        await api.get("logins", started[0]["login_id"])
    assert (await api.get("logins", started[-1]["login_id"]))["state"] == "waiting"


class TestWherePastingIsSet:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "login_method": "code"}

    async def test_a_code_is_pasted_even_on_localhost(self, api: Api) -> None:
        started = await api.post("logins", body={"page_url": "http://localhost:8888/lab"})
        assert started["method"] == "code"
