"""What applies to every route: authorization, refusals, and its description."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jupyter_server.auth import Authorizer

from jupyterlab_sregistry_globus import handlers
from jupyterlab_sregistry_globus.handlers import openapi
from jupyterlab_sregistry_globus.handlers.base import (
    MAX_BODY_BYTES,
    BaseHandler,
    ServerContext,
    operation,
)
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from ..support.browser import Browser, header

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ALL_ROUTES = [pattern for pattern, _ in handlers.routes()]
ROOT = Path(__file__).parents[2]


def described() -> Iterator[tuple[str, str, Any]]:
    """Path, verb and description of every operation."""
    for pattern, handler in handlers.routes():
        for verb in VERBS:
            operation = getattr(getattr(handler, verb.lower(), None), "operation", None)
            if operation is not None:
                yield filled(pattern), verb, operation


def filled(pattern: str) -> str:
    """A path that a route's pattern matches."""
    return pattern.replace("([^/]+)", "00000000-0000-4000-8000-000000000000")


OPERATIONS = list(described())
WRITING = [(path, verb) for path, verb, _ in OPERATIONS if verb != "GET"]
WITH_BODY = [(path, verb, one.body) for path, verb, one in OPERATIONS if one.body is not None]
WITH_QUERY = [(path, one.query) for path, _, one in OPERATIONS if one.query is not None]


class DenyAll(Authorizer):
    """Allows nothing to any user."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


@pytest.fixture
def prefix(server_url: str) -> str:
    return f"{server_url}sregistry-globus/"


def token(jp_serverapp: Any) -> str:
    return str(jp_serverapp.identity_provider.token)


async def ask(prefix: str, path: str, verb: str = "GET", **options: Any) -> tuple[int, str]:
    if verb in ("POST", "PUT", "PATCH"):
        options.setdefault("body", "{}")
    answer = await Browser().open(prefix + path, method=verb, **options)
    where = header(answer, "Location") if answer.code == 302 else answer.body.decode()
    return answer.code, where


def test_there_are_routes_to_test() -> None:
    assert len(ALL_ROUTES) >= 15
    assert "oauth/callback" in ALL_ROUTES
    assert len(OPERATIONS) >= 20


# Who may call


async def test_no_route_answers_without_a_token(api: Api, prefix: str, sandbox: Sandbox) -> None:
    for pattern in ALL_ROUTES:
        for verb in VERBS:
            status, where = await ask(prefix, filled(pattern), verb)
            is_refused = status in (403, 405) or (status == 302 and "/login" in where)
            assert is_refused, f"{verb} {pattern}: {status} {where[:200]}"
    assert sandbox.requests() == []


async def test_no_route_answers_with_a_wrong_token(api: Api, prefix: str) -> None:
    wrong = {"Authorization": "token 00000000"}
    for path, verb, _ in OPERATIONS:
        status, text = await ask(prefix, path, verb, headers=wrong)
        assert status == 403, f"{verb} {path}: {status} {text[:200]}"


async def test_a_refusal_without_a_token_has_the_one_error_body(api: Api, prefix: str) -> None:
    status, text = await ask(prefix, "status")
    assert status == 403
    assert set(json.loads(text)) == {"message", "code", "retryable", "request_id", "action"}


class TestWhereNobodyIsAuthorized:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"]["authorizer_class"] = DenyAll
        return jp_server_config

    async def test_every_operation_is_refused(
        self, api: Api, prefix: str, jp_serverapp: Any, sandbox: Sandbox
    ) -> None:
        headers = {"Authorization": f"token {token(jp_serverapp)}"}
        for path, verb in [
            *((path, verb) for path, verb, _ in OPERATIONS),
            ("oauth/callback?state=x&code=y", "GET"),
        ]:
            status, text = await ask(prefix, path, verb, headers=headers)
            assert status == 403, f"{verb} {path}: {status} {text[:200]}"
        assert sandbox.requests() == []


async def test_a_cookie_alone_changes_nothing(
    api: Api, server_url: str, prefix: str, jp_serverapp: Any
) -> None:
    """A page of another site has the browser's cookie, but not the token beside it."""
    browser = Browser()
    await browser.open(f"{server_url}login?token={token(jp_serverapp)}")
    assert (await browser.open(prefix + "status")).code == 200
    for path, verb in WRITING:
        answer = await browser.open(prefix + path, method=verb, body="{}")
        assert answer.code == 403, f"{verb} {path}: {answer.code}"
        assert "XSRF" in answer.body.decode() or "_xsrf" in answer.body.decode()


async def test_a_cookie_with_its_xsrf_token_may_change_things(
    api: Api, server_url: str, prefix: str, jp_serverapp: Any
) -> None:
    browser = Browser()
    await browser.open(f"{server_url}login")
    await browser.open(f"{server_url}login?token={token(jp_serverapp)}")
    xsrf = browser.cookies["127.0.0.1"]["_xsrf"]
    answer = await browser.open(
        prefix + "catalog", method="POST", headers={"X-XSRFToken": xsrf}, body="{}"
    )
    assert answer.code == 200, answer.body


# How bad requests are refused


MALFORMED = (
    *("", "{", "[]", "null", '"text"', "7", '{"a": ', "{}", "\x00", "[" * 100_000),
    '{"a": ' + "[" * 100_000,
    b'{"a": "\xff"}',
)


async def refused(prefix: str, path: str, verb: str, token: str, **options: Any) -> dict[str, Any]:
    """The body of a 400; anything else fails."""
    headers = {"Authorization": f"token {token}"}
    status, text = await ask(prefix, path, verb, headers=headers, **options)
    assert status == 400, f"{verb} {path} {options}: {status} {text[:300]}"
    answer: dict[str, Any] = json.loads(text)
    assert set(answer) == {"message", "code", "retryable", "request_id", "action"}
    assert answer["code"] == "bad_request"
    assert re.fullmatch("[0-9a-f]{12}", answer["request_id"])
    return answer


async def test_a_malformed_body_is_refused(
    api: Api, prefix: str, jp_serverapp: Any, sandbox: Sandbox
) -> None:
    for path, verb, _ in WITH_BODY:
        for body in MALFORMED:
            answer = await refused(prefix, path, verb, token(jp_serverapp), body=body)
            assert "malformed" in answer["message"]
    assert sandbox.requests() == []


async def test_a_member_of_a_wrong_type_is_named(
    api: Api, prefix: str, jp_serverapp: Any, sandbox: Sandbox
) -> None:
    plan = {"sources": [{"kind": "image", "reference": "a/b"}], "destination": {"endpoint_id": "x"}}
    wrong = (
        ("logins", {"page_url": 1}, "page_url"),
        ("logins", {"page_url": "http://localhost/", "method": "fax"}, "method"),
        ("logins/code", {"login_id": "x"}, "code"),
        ("bookmarks", {"name": "x", "endpoint_id": "y", "path": None}, "path"),
        ("plans", {**plan, "sources": [{"kind": "image", "reference": 1}]}, "sources"),
        ("plans", {**plan, "options": {"sync": "never"}}, "sync"),
        ("transfers", {**plan, "destination": "x"}, "destination"),
        ("transfers", {**plan, "options": {"encrypt_data": "yes"}}, "encrypt_data"),
    )
    for path, body, member in wrong:
        answer = await refused(prefix, path, "POST", token(jp_serverapp), body=json.dumps(body))
        assert member in answer["message"]
    assert sandbox.requests() == []


async def test_a_body_that_is_too_long_is_refused(api: Api, prefix: str, jp_serverapp: Any) -> None:
    body = json.dumps({"name": "x" * MAX_BODY_BYTES, "endpoint_id": "y", "path": "/"})
    answer = await refused(prefix, "bookmarks", "POST", token(jp_serverapp), body=body)
    assert "longer" in answer["message"]


async def test_an_unknown_parameter_is_named(
    api: Api, prefix: str, jp_serverapp: Any, sandbox: Sandbox
) -> None:
    for path, _ in WITH_QUERY:
        answer = await refused(prefix, f"{path}?colour=red", "GET", token(jp_serverapp))
        assert "'colour'" in answer["message"]
    assert sandbox.requests() == []


async def test_a_parameter_of_a_wrong_type_is_named(
    api: Api, prefix: str, jp_serverapp: Any, sandbox: Sandbox
) -> None:
    wrong = (
        ("endpoints?q=x&limit=many", "limit"),
        ("endpoints?q=x&limit=0", "limit"),
        ("endpoints?q=x&limit=101", "limit"),
        ("endpoints?q=x&offset=-1", "offset"),
        ("endpoints?q=x&scope=theirs", "scope"),
        ("images?offset=1.5", "offset"),
        (f"{filled('endpoints/([^/]+)/folder')}?show_hidden=perhaps", "show_hidden"),
    )
    for path, name in wrong:
        answer = await refused(prefix, path, "GET", token(jp_serverapp))
        assert name in answer["message"]
    assert sandbox.requests() == []


async def test_a_page_beyond_all_pages_is_empty(api: Api) -> None:
    page = await api.get("images", offset=2**70)
    assert page["images"] == []


async def test_names_that_are_not_utf8_do_not_hide_the_others(
    api: Api, connected: dict[str, Any], sandbox: Sandbox
) -> None:
    entries = [{"name": name, "type": "file"} for name in ("half \ud800", "whole")]
    body = {"DATA": entries, "path": "/", "total": 2}
    sandbox.set_faults({"route": "GET */ls", "body": body})
    folder = await api.get("endpoints", names.MY_COMPUTER, "folder")
    assert [one["name"] for one in folder["entries"]] == ["half \ud800", "whole"]


async def test_an_address_of_broken_utf8_is_refused(
    api: Api, prefix: str, jp_serverapp: Any
) -> None:
    headers = {"Authorization": f"token {token(jp_serverapp)}"}
    for path in ("images?q=%ff", "logins/%ff", "transfers/%ff/cancel"):
        verb = "POST" if path.endswith("cancel") else "GET"
        status, text = await ask(prefix, path, verb, headers=headers)
        assert status in (400, 404), f"{path}: {status} {text[:300]}"


async def test_a_malformed_page_address_is_refused(api: Api) -> None:
    for page_url in (
        *("", "x", "ftp://localhost/", "http://", "http://[::1/", "http://localhost:x/"),
        *("http://[localhost]/", "http://localhost:0/", "http://localhost:65536/", " http://x/"),
        *("http://other.example\\@localhost:8888/lab", "http://localhost:8888\\@other.example/lab"),
        *("http://user@localhost:8888/lab", "http://localhost\t:8888/lab", "http://loc\u00e4l/lab"),
    ):
        with pytest.raises(Refused) as caught:
            await api.post("logins", body={"page_url": page_url})
        assert (caught.value.status, caught.value.code) == (400, "bad_request")


async def test_a_verb_that_a_route_lacks_is_refused(
    api: Api, prefix: str, jp_serverapp: Any
) -> None:
    headers = {"Authorization": f"token {token(jp_serverapp)}"}
    status, text = await ask(prefix, "status", "PUT", headers=headers)
    assert status == 405
    assert json.loads(text)["code"] == "refused"


async def test_an_id_in_an_address_is_taken_as_it_is(api: Api) -> None:
    for odd in ("a b", "a/b", "%41", "ä", "<b>", "'", "x\ny"):
        with pytest.raises(Refused) as caught:
            await api.get("transfers", odd)
        assert caught.value.code == "transfer_not_found"
        assert repr(odd) in caught.value.body["message"]


class Watched(tzinfo):
    """A time zone that notes which threads ask for it: whoever writes a time does."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def utcoffset(self, moment: datetime | None) -> timedelta:
        self.threads.append(threading.current_thread())
        return timedelta(0)


class Moment(msgspec.Struct):
    """An answer with a time in it."""

    at: datetime


WATCHED = Watched()


class Probe(BaseHandler):
    """A route like ours, for what no route of ours does on purpose."""

    @operation("Answer with a time.", answer=Moment)
    def get(self, services: Any) -> Moment:
        return Moment(datetime(2026, 1, 1, tzinfo=WATCHED))

    @operation("Fail.")
    def delete(self, services: Any) -> None:
        raise ZeroDivisionError("a fault of our own")


@pytest.fixture
def probed(api: Api, jp_serverapp: Any, jp_base_url: str) -> Api:
    """The routes, with one more."""
    extension = jp_serverapp.extension_manager.extension_points["jupyterlab_sregistry_globus"].app
    context = ServerContext(extension.services, extension.pools)
    route = (f"{jp_base_url}sregistry-globus/probe", Probe, {"context": context})
    jp_serverapp.web_app.add_handlers(".*$", [route])
    return api


async def test_answers_are_encoded_outside_the_event_loop(probed: Api) -> None:
    WATCHED.threads.clear()
    assert await probed.get("probe") == {"at": "2026-01-01T00:00:00Z"}
    assert WATCHED.threads
    assert threading.current_thread() not in WATCHED.threads


async def test_our_own_fault_is_a_500_that_names_the_line_in_the_log(
    probed: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused) as caught:
        await probed.delete("probe")
    assert (caught.value.status, caught.value.code) == (500, "internal_error")
    assert "ZeroDivisionError" not in json.dumps(caught.value.body)
    assert "a fault of our own" not in json.dumps(caught.value.body)
    request_id = caught.value.body["request_id"]
    mentions = [record for record in caplog.records if request_id in record.message]
    assert mentions
    assert mentions[0].exc_info is not None


# How they are described


def test_the_written_description_is_that_of_the_routes() -> None:
    written = ROOT / "docs" / "openapi.json"
    assert written.read_text() == openapi.text(), "run: make generate"


def test_every_operation_is_described() -> None:
    paths = openapi.document()["paths"]
    assert sum(len(verbs) for verbs in paths.values()) == len(OPERATIONS)
    for verbs in paths.values():
        for one in verbs.values():
            assert one["summary"]
            assert "ErrorBody" in json.dumps(one["responses"]["default"])


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = openapi.document()
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    for path, verbs in document["paths"].items():
        for one in verbs.values():
            given = {p["name"] for p in one["parameters"] if p["in"] == "path"}
            assert given == set(re.findall(r"{(\w+)}", path))
