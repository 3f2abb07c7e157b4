"""Connecting, as a browser and the front end do, and disconnecting."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from jupyterlab_sregistry_globus.globus import pending
from jupyterlab_sregistry_globus.globus.pending import LOGIN_LIFETIME_S
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support import tokenfile
from ..support.api import Api, Refused
from ..support.browser import Browser, header
from ..support.clock import Clock
from ..support.connect import code_in
from ..support.events import Events
from ..support.person import Person

HOSTS = ("localhost", "127.0.0.1")


class Page:
    """An open JupyterLab page: its address, and the browser that holds its cookie.

    :param host: the name under which it was opened.
    """

    def __init__(self, host: str, server_url: str) -> None:
        parts = urlsplit(server_url)
        self.origin = f"http://{host}:{parts.port}"
        self.url = f"{self.origin}{parts.path}"
        self.callback = f"http://localhost:{parts.port}{parts.path}sregistry-globus/oauth/callback"
        self.browser = Browser()

    async def log_in_to_jupyter(self, token: str) -> None:
        answer = await self.browser.open(f"{self.url}login?token={token}")
        assert answer.code == 302


async def opened(host: str, server_url: str, jp_serverapp: Any) -> Page:
    page = Page(host, server_url)
    await page.log_in_to_jupyter(jp_serverapp.identity_provider.token)
    return page


async def begin(api: Api, page: Page, **members: Any) -> dict[str, Any]:
    started: dict[str, Any] = await api.post(
        "logins", body={"page_url": f"{page.url}lab", **members}
    )
    return started


async def state_of(api: Api) -> str:
    return str((await api.get("account"))["state"])


# By redirect


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


# By a pasted code


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


# Disconnecting


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


# Where nobody can connect


def everything() -> list[tuple[str, tuple[str, ...], Any]]:
    """A request of each kind that would need Globus."""
    endpoint = names.STANFORD_SHERLOCK_SCRATCH
    plan = {
        "sources": [{"kind": "image", "reference": "tacos/avocados:latest"}],
        "destination": {"endpoint_id": endpoint},
    }
    return [
        ("get", ("endpoints",), None),
        ("get", ("endpoints", endpoint), None),
        ("get", ("endpoints", endpoint, "folder"), None),
        ("post", ("endpoints", endpoint, "folder"), {"path": "/x"}),
        ("get", ("bookmarks",), None),
        ("post", ("bookmarks",), {"name": "x", "endpoint_id": endpoint, "path": "/"}),
        ("delete", ("bookmarks", endpoint), None),
        ("post", ("plans",), plan),
        ("post", ("transfers",), plan),
    ]


async def refusals(api: Api) -> set[str]:
    """The codes with which every such request is refused."""
    codes = set()
    for verb, path, body in everything():
        with pytest.raises(Refused) as caught:
            if verb == "get":
                await api.get(*path, **({"q": "x"} if path == ("endpoints",) else {}))
            elif verb == "post":
                await api.post(*path, body=body)
            else:
                await api.delete(*path)
        codes.add(caught.value.code)
    return codes


async def test_without_a_connection_everything_says_to_connect(api: Api, sandbox: Sandbox) -> None:
    assert await state_of(api) == "disconnected"
    assert await refusals(api) == {"not_connected"}
    assert (await api.get("transfers"))["transfers"] == []
    assert sandbox.requests() == []


class TestWithoutAClientId:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "client_id": ""}

    async def test_everything_says_who_sets_it_and_how(self, api: Api, sandbox: Sandbox) -> None:
        status = await api.get("status")
        assert status["account"]["state"] == "not_configured"
        assert "client_id" in status["setup_help"]
        assert "demo" in status["setup_help"]
        with pytest.raises(Refused) as caught:
            await api.post("logins", body={"page_url": "http://localhost:8888/"})
        assert (caught.value.status, caught.value.code) == (409, "not_configured")
        assert caught.value.body["action"]["kind"] == "configure"
        assert "client_id" in caught.value.body["action"]["setting"]
        assert await refusals(api) == {"not_configured"}
        assert sandbox.requests() == []

    async def test_images_can_be_looked_at_all_the_same(self, api: Api) -> None:
        catalog = await api.get("catalog")
        assert "tacos" in {one["name"] for one in catalog["collections"]}


class TestWhereTheAdministratorSwitchedItOff:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "enabled": False}

    async def test_everything_says_so(self, api: Api, sandbox: Sandbox) -> None:
        assert (await api.get("status"))["account"]["state"] == "disabled"
        with pytest.raises(Refused) as caught:
            await api.post("logins", body={"page_url": "http://localhost:8888/"})
        assert (caught.value.status, caught.value.code) == (403, "globus_disabled")
        assert "administrator" in caught.value.message
        assert await refusals(api) == {"globus_disabled"}
        assert sandbox.requests() == []
