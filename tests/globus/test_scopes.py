"""The scopes that the app requests."""

from __future__ import annotations

import pytest
from globus_sdk.scopes import AuthScopes, GCSCollectionScopes, Scope, TransferScopes

from jupyterlab_sregistry_globus.errors import BadRequest
from jupyterlab_sregistry_globus.globus import scopes

COLLECTION = "0d2c0a5e-9d6c-4a36-8f36-0c7b5d2b3f11"


def test_the_scopes_and_servers_are_those_of_the_sdk() -> None:
    assert str(TransferScopes.all) == scopes.TRANSFER_SCOPE
    assert str(AuthScopes.view_identity_set) == scopes.LINKED_IDENTITIES_SCOPE
    assert TransferScopes.resource_server == scopes.TRANSFER_SERVER
    assert AuthScopes.resource_server == scopes.AUTH_SERVER


def test_data_access_is_an_optional_dependency_of_transfer() -> None:
    data_access = GCSCollectionScopes(COLLECTION).data_access
    expected = TransferScopes.all.with_dependency(data_access.with_optional(True))
    assert scopes.data_access_scope(COLLECTION) == str(expected)


def test_a_login_requests_each_scope_once_with_all_its_dependencies() -> None:
    other = scopes.data_access_scope("11111111-9d6c-4a36-8f36-0c7b5d2b3f11")
    requested = scopes.login_scopes([scopes.data_access_scope(COLLECTION), other])
    names = [scope.scope_string for scope in requested]
    assert sorted(names) == sorted(scopes.BASE_SCOPES)
    transfer: Scope = requested[names.index(scopes.TRANSFER_SCOPE)]
    assert len(transfer.dependencies) == 2


@pytest.mark.parametrize("text", ["a[", "a]b", "*[*]"])
def test_a_malformed_scope_is_a_bad_request(text: str) -> None:
    with pytest.raises(BadRequest, match="required_scopes"):
        scopes.login_scopes([text])
