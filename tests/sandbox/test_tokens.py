"""Tokens of each grant, through the real SDK."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import globus_sdk
import pytest
from globus_sdk.scopes import GCSCollectionScopes, TransferScopes

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, TRANSFER_ALL, USUAL, data_access, refused

DAY_S = 86_400


def post(sandbox: Sandbox, path: str, form: dict[str, str], pair: tuple[str, str]) -> Any:
    basic = base64.b64encode(":".join(pair).encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}{path}",
        data=urlencode(form).encode(),
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def auth_client(sandbox: Sandbox, scopes: str = USUAL, **who: str) -> globus_sdk.AuthClient:
    token = sandbox.tokens(scopes, **who)["auth.globus.org"]["access_token"]
    return globus_sdk.AuthClient(authorizer=globus_sdk.AccessTokenAuthorizer(token))


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


@pytest.mark.parametrize("endpoint", [names.MY_COMPUTER, names.REGISTRY, names.CLINICAL_IMAGING])
def test_data_access_exists_only_for_mapped_collections(sandbox: Sandbox, endpoint: str) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    scope = f"{TRANSFER_ALL}[*{data_access(endpoint)}]"
    with pytest.raises(globus_sdk.AuthAPIError) as caught:
        client.oauth2_client_credentials_tokens(scope)
    assert (caught.value.http_status, caught.value.code) == (400, "UNKNOWN_SCOPE_ERROR")
    client.close()


@pytest.mark.parametrize("scopes", ["a[", "a]", "*", "[a]", "a[*]", "a**"])
def test_a_malformed_scope_is_refused(sandbox: Sandbox, scopes: str) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    assert refused(lambda: client.oauth2_client_credentials_tokens(scopes))[0] == 400
    client.close()


def test_dependent_tokens_cover_only_what_was_consented_to(sandbox: Sandbox) -> None:
    app = sandbox.confidential_client
    scope = f"{names.CONFIDENTIAL_SCOPE}[{TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]]"
    secret = sandbox.tokens(scope)[app[0]]["access_token"]
    client = globus_sdk.ConfidentialAppAuthClient(*app)
    tokens = client.oauth2_get_dependent_tokens(secret, refresh_tokens=True)
    document = tokens.by_resource_server[TRANSFER]
    assert document["refresh_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(document["access_token"])
    with globus_sdk.TransferClient(authorizer=authorizer) as service:
        assert service.operation_ls(names.STANFORD_OAK)["total"] > 0
        status, code = refused(lambda: service.operation_ls(names.NATIONAL_CENTER))
        assert (status, code) == (403, "ConsentRequired")
    client.close()


def test_dependent_tokens_are_for_the_service_that_was_called(sandbox: Sandbox) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    secret = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    assert refused(lambda: client.oauth2_get_dependent_tokens(secret))[0] == 403
    assert refused(lambda: client.oauth2_get_dependent_tokens("unknown"))[0] == 400
    client.close()


def test_a_scope_includes_its_fixed_dependents(sandbox: Sandbox) -> None:
    secret = sandbox.tokens(names.CONFIDENTIAL_SCOPE)[names.CONFIDENTIAL_APP]["access_token"]
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    tokens = client.oauth2_get_dependent_tokens(secret)
    assert list(tokens.by_resource_server) == [TRANSFER]
    sandbox.rescind_consents(scope=TRANSFER_ALL)
    with pytest.raises(globus_sdk.AuthAPIError) as caught:
        client.oauth2_get_dependent_tokens(secret)
    assert caught.value.raw_json["error"] == "dependent_consent_required"  # type: ignore[index]
    client.close()


def test_the_sdk_builds_a_forest_from_the_consents(sandbox: Sandbox) -> None:
    scope = f"{USUAL} {TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    with auth_client(sandbox, scope) as auth:
        forest = auth.get_consents(names.ADA).to_forest()
    oak = TransferScopes.all.with_dependency(GCSCollectionScopes(names.STANFORD_OAK).data_access)
    other = TransferScopes.all.with_dependency(
        GCSCollectionScopes(names.NATIONAL_CENTER).data_access
    )
    assert forest.meets_scope_requirements(oak)
    assert not forest.meets_scope_requirements(other)


def test_consents_are_shown_only_to_their_owner(sandbox: Sandbox) -> None:
    with auth_client(sandbox) as auth:
        assert refused(lambda: auth.get_consents(names.BOB))[0] == 403


def test_consents_of_other_apps_are_shown_with_all(sandbox: Sandbox) -> None:
    sandbox.tokens(TRANSFER_ALL, client_id=names.CONFIDENTIAL_APP)
    with auth_client(sandbox) as auth:
        mine = {row["client"] for row in auth.get_consents(names.ADA)["consents"]}
        everything = {row["client"] for row in auth.get_consents(names.ADA, all=True)["consents"]}
    assert mine == {names.NATIVE_APP}
    assert everything == {names.NATIVE_APP, names.CONFIDENTIAL_APP}


def test_rescinding_a_consent_revokes_its_tokens(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    assert sandbox.rescind_consents(identity=names.ADA, scope=TRANSFER_ALL) == 1
    assert refused(lambda: ada.get_endpoint(names.REGISTRY))[0] == 401


def test_userinfo_shows_only_what_the_scopes_allow(sandbox: Sandbox) -> None:
    with auth_client(sandbox) as auth:
        info = auth.userinfo()
        assert info["preferred_username"] == "ada@uni.example"
        assert info["identity_provider_display_name"] == "University of Example"
        assert "identity_set" not in info
    wider = f"{USUAL} urn:globus:auth:scope:auth.globus.org:view_identity_set"
    with auth_client(sandbox, wider, identity=names.ADA_HOSPITAL) as auth:
        info = auth.userinfo()
        assert info["sub"] == names.ADA
        assert [identity["sub"] for identity in info["identity_set"]] == [
            names.ADA,
            names.ADA_HOSPITAL,
        ]
    with auth_client(sandbox, "openid") as auth:
        assert auth.userinfo().data == {"sub": names.ADA}
    with auth_client(sandbox, "profile") as auth:
        assert refused(auth.userinfo) == (403, "FORBIDDEN")
    with globus_sdk.AuthClient() as auth:
        assert refused(auth.userinfo) == (401, "UNAUTHORIZED")


def test_identities_are_found_by_id_and_by_name(sandbox: Sandbox) -> None:
    with auth_client(sandbox) as auth:
        by_id = auth.get_identities(ids=[names.BOB, names.CAROL])["identities"]
        assert {identity["username"] for identity in by_id} == {
            "bob@uni.example",
            "carol@uni.example",
        }
        by_name = auth.get_identities(usernames="bob@uni.example")["identities"]
        assert [identity["id"] for identity in by_name] == [names.BOB]
        assert auth.get_identities(usernames="nobody@x.example")["identities"] == []
        made = auth.get_identities(usernames="new@x.example", provision=True)["identities"]
        assert [identity["status"] for identity in made] == ["unused"]
        assert refused(auth.get_identities)[0] == 400


def test_an_id_token_is_signed_by_the_published_key(sandbox: Sandbox) -> None:
    client = globus_sdk.ConfidentialAppAuthClient(*sandbox.confidential_client)
    # In any order of the scopes, and at any time of the sandbox's clock.
    sandbox.advance_clock(10 * DAY_S)
    tokens = client.oauth2_client_credentials_tokens(f"{TRANSFER_ALL} openid profile email")
    claims = tokens.decode_id_token()
    assert claims["aud"] == sandbox.confidential_client[0]
    assert claims["exp"] > claims["iat"]
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
