"""How bad requests are refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from jupyterlab_sregistry_globus.handlers.base import (
    MAX_BODY_BYTES,
)
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.api import Api, Refused
from .operations import WITH_BODY, WITH_QUERY, ask, filled, token

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
    for path, verb, _ in WITH_QUERY:
        answer = await refused(prefix, f"{path}?colour=red", verb, token(jp_serverapp))
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
