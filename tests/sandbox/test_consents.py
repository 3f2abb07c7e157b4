"""Scopes, dependent tokens and consents, through the real SDK."""

from __future__ import annotations

import globus_sdk
import pytest
from globus_sdk.scopes import GCSCollectionScopes, TransferScopes

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, TRANSFER_ALL, USUAL, auth_client, data_access, refused


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
