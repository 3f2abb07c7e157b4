"""Who may call the routes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jupyter_server.auth import Authorizer

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.api import Api
from ..support.browser import Browser
from .operations import ALL_ROUTES, OPERATIONS, VERBS, WRITING, ask, filled, token


class DenyAll(Authorizer):
    """Allows nothing to any user."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


def test_there_are_routes_to_test() -> None:
    assert len(ALL_ROUTES) >= 15
    assert "oauth/callback" in ALL_ROUTES
    assert len(OPERATIONS) >= 20


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
