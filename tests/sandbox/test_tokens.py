"""Tokens of each grant, through the real SDK."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import globus_sdk

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import DAY_S, TRANSFER, TRANSFER_ALL, USUAL, refused


def post(sandbox: Sandbox, path: str, form: dict[str, str], pair: tuple[str, str]) -> Any:
    basic = base64.b64encode(":".join(pair).encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}{path}",
        data=urlencode(form).encode(),
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def test_an_access_token_expires_after_two_days(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.advance_clock(2 * DAY_S - 5)
    ada.get_endpoint(names.REGISTRY)
    sandbox.advance_clock(10)
    assert refused(lambda: ada.get_endpoint(names.REGISTRY)) == (401, "AuthenticationFailed")


def test_a_refresh_token_expires_half_a_year_after_its_last_use(
    sandbox: Sandbox,
) -> None:
    secret = sandbox.tokens(USUAL)[TRANSFER]["refresh_token"]
    client = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    for _ in range(3):
        sandbox.advance_clock(170 * DAY_S)
        fresh = client.oauth2_refresh_token(secret)
        assert list(fresh.by_resource_server) == [TRANSFER]
        assert fresh["other_tokens"] == []
        assert fresh["refresh_token"] == secret
    sandbox.advance_clock(181 * DAY_S)
    assert refused(lambda: client.oauth2_refresh_token(secret))[0] == 400
    client.close()


def test_rotation_revokes_the_old_refresh_token(sandbox: Sandbox) -> None:
    sandbox.change_setting("rotate_refresh_tokens", True)
    secret = sandbox.tokens(USUAL)[TRANSFER]["refresh_token"]
    client = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    newer = client.oauth2_refresh_token(secret)["refresh_token"]
    assert newer != secret
    assert refused(lambda: client.oauth2_refresh_token(secret))[0] == 400
    assert client.oauth2_refresh_token(newer)["access_token"]
    client.close()


def test_a_refresh_token_belongs_to_its_app(sandbox: Sandbox) -> None:
    secret = sandbox.tokens(USUAL)[TRANSFER]["refresh_token"]
    other = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    assert refused(lambda: other.oauth2_refresh_token(secret))[0] == 400
    other.close()


def test_the_sdk_refreshes_after_a_401(sandbox: Sandbox) -> None:
    documents = sandbox.tokens(USUAL)[TRANSFER]
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    renewed = []
    authorizer = globus_sdk.RefreshTokenAuthorizer(
        documents["refresh_token"],
        auth,
        access_token=documents["access_token"],
        expires_at=2**33,
        on_refresh=renewed.append,
    )
    client = globus_sdk.TransferClient(authorizer=authorizer)
    sandbox.advance_clock(3 * DAY_S)
    assert client.get_endpoint(names.REGISTRY)["id"] == names.REGISTRY
    assert len(renewed) == 1
    client.close()
    auth.close()


def test_revoking_a_refresh_token_revokes_its_access_tokens(sandbox: Sandbox) -> None:
    documents = sandbox.tokens(USUAL)[TRANSFER]
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    assert auth.oauth2_revoke_token(documents["refresh_token"]).data == {"active": False}
    assert auth.oauth2_revoke_token("never-was").data == {"active": False}
    client = globus_sdk.TransferClient(
        authorizer=globus_sdk.AccessTokenAuthorizer(documents["access_token"])
    )
    assert refused(lambda: client.get_endpoint(names.REGISTRY))[0] == 401
    client.close()
    auth.close()


def test_introspection_shows_the_session_to_the_app_of_the_token(sandbox: Sandbox) -> None:
    app = sandbox.confidential_client
    secret = sandbox.tokens(USUAL, client_id=app[0])["auth.globus.org"]["access_token"]
    client = globus_sdk.ConfidentialAppAuthClient(*app)
    answer = client.oauth2_token_introspect(secret, include="session_info")
    assert answer["active"] is True
    assert answer["sub"] == names.ADA
    assert answer["aud"] == ["auth.globus.org", app[0]]
    assert list(answer["session_info"]["authentications"]) == [names.ADA]
    assert client.oauth2_token_introspect("unknown").data == {"active": False}
    foreign = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    assert client.oauth2_token_introspect(foreign).data == {"active": False}
    client.close()


def test_validate_recognizes_active_tokens(sandbox: Sandbox) -> None:
    app = sandbox.confidential_client
    secret = sandbox.tokens(USUAL, client_id=app[0])[TRANSFER]["refresh_token"]
    path = "v2/oauth2/token/validate"
    assert post(sandbox, path, {"token": secret}, app) == {"active": True}
    assert post(sandbox, path, {"token": "unknown"}, app) == {"active": False}


def test_a_wrong_secret_is_refused(sandbox: Sandbox) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(sandbox.confidential_client[0], "wrong")
    status, _ = refused(lambda: client.oauth2_client_credentials_tokens(TRANSFER_ALL))
    assert status == 401
    client.close()


def test_client_credentials_act_for_the_app(
    sandbox: Sandbox, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    tokens = client.oauth2_client_credentials_tokens(f"{TRANSFER_ALL} openid profile")
    assert set(tokens.by_resource_server) == {TRANSFER, "auth.globus.org"}
    assert "refresh_token" not in tokens.data
    secret = tokens.by_resource_server["auth.globus.org"]["access_token"]
    with globus_sdk.AuthClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as auth:
        assert auth.userinfo()["sub"] == sandbox.confidential_client[0]
    client.close()


def test_an_installation_registers_its_own_app(sandbox: Sandbox) -> None:
    native = globus_sdk.NativeAppAuthClient(names.GLOBUS_CLI_TEMPLATE)
    made = native.create_native_app_instance(names.GLOBUS_CLI_TEMPLATE, "My CLI")
    pair = made["included"]["client_credential"]
    client = globus_sdk.ConfidentialAppAuthClient(pair["client"], pair["secret"])
    assert client.oauth2_client_credentials_tokens("openid")["access_token"]
    client.delete(f"/v2/api/clients/{pair['client']}")
    assert refused(lambda: client.oauth2_client_credentials_tokens("openid"))[0] == 401
    assert refused(lambda: native.post("/v2/api/clients", data={"client": {}}))[0] == 401
    client.close()
    native.close()


def test_no_secret_is_on_the_disk_or_in_the_record(sandbox: Sandbox) -> None:
    documents = sandbox.tokens(USUAL)[TRANSFER]
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    auth.oauth2_refresh_token(documents["refresh_token"])
    auth.close()
    kept = (sandbox.state / "state.sqlite").read_bytes()
    record = repr(sandbox.requests())
    for secret in (documents["access_token"], documents["refresh_token"]):
        assert secret.encode() not in kept
        assert secret not in record
    assert "***" in record


def test_auth_refuses_a_token_for_transfer(sandbox: Sandbox) -> None:
    secret = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(secret)
    with globus_sdk.AuthClient(authorizer=authorizer) as auth:
        assert refused(lambda: auth.get_identities(ids=names.ADA)) == (401, "UNAUTHORIZED")
