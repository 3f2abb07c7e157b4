"""Codes: how apps get them from the authorize page, and exchange them."""

from __future__ import annotations

from urllib.parse import urlencode

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.person import NoPage
from jupyterlab_sregistry_globus.sandbox.seed import names

from .authorizing import CALLBACK, authorize_url, fetch, native, parameters, start
from .helpers import TRANSFER, TRANSFER_ALL, USUAL


def test_a_code_is_exchanged_for_tokens_of_each_service(sandbox: Sandbox) -> None:
    client = native(sandbox)
    answer = parameters(sandbox.log_in(start(client)))
    assert answer["state"] == "xyz"
    tokens = client.oauth2_exchange_code_for_tokens(answer["code"])
    assert set(tokens.by_resource_server) == {"auth.globus.org", TRANSFER}
    assert tokens.by_resource_server[TRANSFER]["scope"] == TRANSFER_ALL
    assert tokens.by_resource_server[TRANSFER]["refresh_token"]
    assert tokens.decode_id_token()["sub"] == names.ADA
    client.close()


def test_a_code_works_once(sandbox: Sandbox) -> None:
    client = native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    client.oauth2_exchange_code_for_tokens(code)
    with pytest.raises(globus_sdk.AuthAPIError) as caught:
        client.oauth2_exchange_code_for_tokens(code)
    assert caught.value.http_status == 400
    assert caught.value.raw_json == {"error": "invalid_grant"}
    client.close()


def test_a_code_with_a_wrong_verifier_cannot_be_used_again(sandbox: Sandbox) -> None:
    client, thief = native(sandbox), native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    start(thief)
    for each in (thief, client):
        with pytest.raises(globus_sdk.AuthAPIError) as caught:
            each.oauth2_exchange_code_for_tokens(code)
        assert caught.value.raw_json == {"error": "invalid_grant"}
        each.close()


def test_a_code_is_bound_to_its_redirect_uri_and_client(sandbox: Sandbox) -> None:
    client = native(sandbox)
    for changed in (
        {"redirect_uri": "http://localhost:1/other"},
        {"client_id": names.GLOBUS_CLI_TEMPLATE},
    ):
        code = parameters(sandbox.log_in(start(client)))["code"]
        flow = client.current_oauth2_flow_manager
        form = {
            "grant_type": "authorization_code",
            "client_id": sandbox.client_id,
            "code": code,
            "code_verifier": flow.verifier,  # type: ignore[union-attr]
            "redirect_uri": CALLBACK,
            **changed,
        }
        status, body, _ = fetch(
            sandbox,
            "/v2/oauth2/token",
            method="POST",
            body=urlencode(form),
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert (status, body) == (400, '{"error": "invalid_grant"}')
    client.close()


def test_a_code_expires_after_ten_minutes(sandbox: Sandbox) -> None:
    client = native(sandbox)
    code = parameters(sandbox.log_in(start(client)))["code"]
    sandbox.advance_clock(601)
    with pytest.raises(globus_sdk.AuthAPIError):
        client.oauth2_exchange_code_for_tokens(code)
    client.close()


def test_deny_returns_access_denied(sandbox: Sandbox) -> None:
    answer = parameters(sandbox.log_in(authorize_url(sandbox), allow=False))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "xyz"
    assert "code" not in answer


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_malformed_request_returns_an_error(
    sandbox: Sandbox, changed: dict[str, str | None], error: str
) -> None:
    assert parameters(sandbox.log_in(authorize_url(sandbox, **changed)))["error"] == error


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        "http://127.0.0.1:8899/callback",
        "http://localhost.evil.example/",
        "https://localhost:8899/",
        "http://user@localhost:8899/",
        "http://localhost:8899/#x",
        "http://localhost\\@evil.example/",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_foreign_redirect_uri_is_never_redirected_to(sandbox: Sandbox, uri: str) -> None:
    with pytest.raises(NoPage, match="INVALID_REDIRECT_URI"):
        sandbox.log_in(authorize_url(sandbox, redirect_uri=uri))


def test_a_confidential_app_returns_only_to_its_registered_address(sandbox: Sandbox) -> None:
    client_id, secret = sandbox.confidential_client
    url = authorize_url(sandbox, client_id=client_id, code_challenge=None)
    with pytest.raises(NoPage, match="INVALID_REDIRECT_URI"):
        sandbox.log_in(url)
    sandbox.add_redirect_uri(CALLBACK)
    code = parameters(sandbox.log_in(url))["code"]
    client = globus_sdk.ConfidentialAppAuthClient(client_id, secret)
    client.oauth2_start_flow(CALLBACK, requested_scopes=USUAL)
    assert client.oauth2_exchange_code_for_tokens(code)["access_token"]
    client.close()
