"""Connecting in a browser that Globus sends back to the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from jupyterlab_sregistry_globus.globus import pending
from jupyterlab_sregistry_globus.globus.pending import LOGIN_LIFETIME_S
from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.api import Api, Refused
from ..support.browser import header
from ..support.clock import Clock
from ..support.events import Events
from ..support.pages import begin, opened, state_of
from ..support.person import Person

HOSTS = ("localhost", "127.0.0.1")


@pytest.mark.parametrize("jp_base_url", ["/", "/a%40b/", "/user/ada/"])
@pytest.mark.parametrize("host", HOSTS)
async def test_connecting_by_redirect_works(
    api: Api, server_url: str, jp_serverapp: Any, person: Person, host: str
) -> None:
    page = await opened(host, server_url, jp_serverapp)
    started = await begin(api, page)
    assert started["method"] == "redirect"
    address = person.decide(started["authorize_url"])
    assert address.startswith(page.callback + "?")

    answer = await page.browser.open(address)
    if host == "127.0.0.1":
        # The browser has no cookie for "localhost", so it is sent on to where it began.
        assert answer.code == 302
        address = header(answer, "Location")
        assert address.startswith(f"{page.url}sregistry-globus/oauth/callback?")
        assert await state_of(api) == "disconnected"
        answer = await page.browser.open(address)
    assert answer.code == 200
    assert "Connected" in answer.body.decode()
    assert "window.close()" in answer.body.decode()

    account = await api.get("account")
    assert account["state"] == "connected"
    assert account["identity"]["username"] == "ada@uni.example"
    assert [one["username"] for one in account["linked"]] == ["ada@hospital.example"]
    assert (await api.get("logins", started["login_id"]))["state"] == "succeeded"


async def test_jupyterlab_gets_an_event_at_once(
    api: Api, server_url: str, jp_serverapp: Any, person: Person, events: Events
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    await page.browser.open(person.decide(started["authorize_url"]))
    await events.until("account")


async def test_jupyterlab_gets_an_event_of_a_refusal_too(
    api: Api, server_url: str, jp_serverapp: Any, person: Person, events: Events
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    answer = await page.browser.open(person.decide(started["authorize_url"], "deny"))
    assert answer.code == 400
    assert "Not connected" in answer.body.decode()
    assert "window.close()" not in answer.body.decode()
    await events.until("account")
    outcome = await api.get("logins", started["login_id"])
    assert outcome["state"] == "failed"
    assert "denied" in outcome["message"]
    assert await state_of(api) == "disconnected"


async def test_a_new_login_works_after_a_refused_one(
    api: Api, server_url: str, jp_serverapp: Any, person: Person
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    refused = await begin(api, page)
    await page.browser.open(person.decide(refused["authorize_url"], "deny"))
    started = await begin(api, page)
    await page.browser.open(person.decide(started["authorize_url"]))
    assert await state_of(api) == "connected"


async def test_an_unknown_state_is_refused(
    api: Api, server_url: str, jp_serverapp: Any, sandbox: Sandbox
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    await begin(api, page)
    for query in ("state=x&code=y", "code=y", "state=&code=y", ""):
        answer = await page.browser.open(f"{page.callback}?{query}")
        assert answer.code == 400
        assert "expired" in answer.body.decode()
    assert sandbox.requests() == []


async def test_a_state_works_once(
    api: Api, server_url: str, jp_serverapp: Any, person: Person
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    address = person.decide(started["authorize_url"])
    assert (await page.browser.open(address)).code == 200
    again = await page.browser.open(address)
    assert again.code == 400
    assert "expired" in again.body.decode()
    assert await state_of(api) == "connected"


async def test_a_failed_login_uses_up_its_state(
    api: Api, server_url: str, jp_serverapp: Any, person: Person
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    address = person.decide(started["authorize_url"])
    wrong = await page.browser.open(address.replace("code=", "code=x"))
    assert wrong.code == 400
    assert "Globus rejected this code" in wrong.body.decode()
    assert (await page.browser.open(address)).code == 400
    assert await state_of(api) == "disconnected"


async def test_the_state_of_a_login_by_code_does_not_work_for_a_redirect(
    api: Api, server_url: str, jp_serverapp: Any, person: Person
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page, method="code")
    query = parse_qs(urlsplit(started["authorize_url"]).query)
    code = person.code(started["authorize_url"])
    again = urlencode({"state": query["state"][0], "code": code})
    assert (await page.browser.open(f"{page.callback}?{again}")).code == 400
    assert await state_of(api) == "disconnected"


async def test_an_unfinished_login_expires(
    api: Api,
    server_url: str,
    jp_serverapp: Any,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(pending, "time", clock)
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    address = person.decide(started["authorize_url"])
    clock.advance(LOGIN_LIFETIME_S + 1)
    answer = await page.browser.open(address)
    assert answer.code == 400
    assert "expired" in answer.body.decode()
    with pytest.raises(Refused) as caught:
        await api.get("logins", started["login_id"])
    assert caught.value.code == "login_failed"
