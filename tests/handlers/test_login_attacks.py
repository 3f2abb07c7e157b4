"""What an attacker cannot gain from the way of a login through the browser."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support import tokenfile
from ..support.api import Api, Refused
from ..support.browser import Browser, header
from ..support.connect import code_in
from ..support.pages import Page, begin, opened, state_of
from ..support.person import Person


async def test_a_browser_without_jupyters_cookie_finishes_nothing(
    api: Api, server_url: str, jp_serverapp: Any, person: Person
) -> None:
    page = await opened("127.0.0.1", server_url, jp_serverapp)
    started = await begin(api, page)
    address = person.decide(started["authorize_url"])

    stranger = Browser()
    bounced = await stranger.open(address)
    assert bounced.code == 302
    at_login = await stranger.open(header(bounced, "Location"))
    assert at_login.code in (302, 403)
    assert "Connected" not in at_login.body.decode()
    assert await state_of(api) == "disconnected"

    # Nothing was spent by that.
    answer = await page.browser.open(header(bounced, "Location"))
    assert answer.code == 200
    assert await state_of(api) == "connected"


@pytest.mark.parametrize(
    "page_url",
    [
        "http://other.example\\@localhost:{port}/lab",
        "http://localhost:{port}\\@other.example/lab",
        "http://other.example#@localhost:{port}/lab",
        "http://localhost:{port}@other.example/lab",
    ],
)
async def test_no_address_of_a_page_leads_the_code_to_another_host(
    api: Api, server_url: str, person: Person, page_url: str
) -> None:
    port = urlsplit(server_url).port
    started: dict[str, Any] = {}
    with contextlib.suppress(Refused):
        started = await api.post("logins", body={"page_url": page_url.format(port=port)})
    if not started:
        return
    state = parse_qs(urlsplit(started["authorize_url"]).query)["state"][0]
    query = urlencode({"state": state, "code": "secret"})
    bounced = await Browser().open(f"{server_url}sregistry-globus/oauth/callback?{query}")
    assert "other.example" not in bounced.headers.get("Location", "")


async def test_only_what_globus_sends_is_passed_on(
    api: Api, server_url: str, person: Person
) -> None:
    page = Page("127.0.0.1", server_url)
    address = person.decide((await begin(api, page))["authorize_url"])
    bounced = await Browser().open(f"{address}&token=x&next=//other.example")
    passed = parse_qs(urlsplit(header(bounced, "Location")).query)
    assert set(passed) == {"state", "code"}
    assert passed["code"] == parse_qs(urlsplit(address).query)["code"]


async def test_a_request_with_an_unknown_state_is_not_redirected(api: Api, server_url: str) -> None:
    stranger = Browser()
    for state in ("", "x", "\u00e4", "x" * 10_000):
        query = urlencode({"state": state, "code": "y"})
        answer = await stranger.open(f"{server_url}sregistry-globus/oauth/callback?{query}")
        assert answer.code == 403


async def test_what_globus_says_is_shown_as_text(
    api: Api, server_url: str, jp_serverapp: Any
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    state = parse_qs(urlsplit(started["authorize_url"]).query)["state"][0]
    query = urlencode({"state": state, "error": "x", "error_description": "<script>1</script>"})
    answer = await page.browser.open(f"{page.callback}?{query}")
    assert "&lt;script&gt;1&lt;/script&gt;" in answer.body.decode()
    assert "<script>1" not in answer.body.decode()
    policies = header(answer, "Content-Security-Policy").split("; ")
    assert policies[0] == "default-src 'none'"
    assert "frame-ancestors 'none'" in policies
    assert header(answer, "Referrer-Policy") == "no-referrer"


async def test_a_stolen_code_is_useless(
    api: Api, server_url: str, jp_serverapp: Any, person: Person, sandbox: Sandbox
) -> None:
    page = await opened("localhost", server_url, jp_serverapp)
    started = await begin(api, page)
    query = parse_qs(urlsplit(started["authorize_url"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert "code_verifier" not in query
    form = {
        "grant_type": "authorization_code",
        "client_id": names.NATIVE_APP,
        "code": code_in(person.decide(started["authorize_url"])),
        "redirect_uri": query["redirect_uri"][0],
    }
    async with httpx.AsyncClient() as thief:
        for guess in ({}, {"code_verifier": "x" * 43}, {"code_verifier": query["state"][0]}):
            answer = await thief.post(f"{sandbox.url}v2/oauth2/token", data={**form, **guess})
            assert answer.status_code == 400
            assert answer.json()["error"] == "invalid_grant"


async def test_no_code_or_token_is_logged(
    api: Api,
    server_url: str,
    jp_serverapp: Any,
    person: Person,
    settings: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    page = await opened("127.0.0.1", server_url, jp_serverapp)
    refused = await begin(api, page)
    await page.browser.open(person.decide(refused["authorize_url"], "deny"))
    started = await begin(api, page)
    address = person.decide(started["authorize_url"])
    bounced = await page.browser.open(address)
    await page.browser.open(header(bounced, "Location"))
    await api.get("endpoints", q="stanford")
    secrets = tokenfile.secrets(Path(settings["store_dir"]) / "tokens.db")
    assert len(secrets) == 4
    await api.delete("account")
    secrets.append(code_in(address))
    # The person's own browser, which is a part of this test, may log what it likes.
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith("httpcore")]
    assert any("oauth/callback" in line for line in logged)
    assert [line for line in logged if any(one in line for one in secrets)] == []
    assert [one for one in secrets if one in "\n".join(api.answers)] == []
