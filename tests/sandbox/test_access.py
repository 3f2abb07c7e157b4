"""What keeps a user from an endpoint, as each kind of endpoint says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import globus_sdk
import pytest
from globus_sdk.gare import to_gare

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import (
    TRANSFER,
    TRANSFER_ALL,
    USUAL,
    answer_code,
    data_access,
    folder_of,
    refused,
    send,
)

Clients = Callable[..., globus_sdk.TransferClient]


def error_of(action: Callable[[], Any]) -> globus_sdk.GlobusAPIError:
    with pytest.raises(globus_sdk.GlobusAPIError) as caught:
        action()
    return caught.value


def submit(client: globus_sdk.TransferClient, destination: str) -> str:
    return send(
        client, (names.REGISTRY, "/tools/fastqc:0.12.sif"), (destination, "/~/images/x.sif")
    )


@pytest.mark.parametrize(
    ("endpoint", "entity_type", "members"),
    [
        (names.MY_COMPUTER, "GCP_mapped_collection", {"gcp_connected": True}),
        (names.ADAS_LAPTOP_OFFLINE, "GCP_mapped_collection", {"gcp_connected": False}),
        (names.LAB_WORKSTATION_PAUSED, "GCP_mapped_collection", {"gcp_paused": True}),
        (names.BOBS_SHARE, "GCP_guest_collection", {"gcp_connected": True}),
        (names.STANFORD_OAK, "GCSv5_mapped_collection", {"high_assurance": False}),
        (
            names.CLINICAL_IMAGING,
            "GCSv5_mapped_collection",
            {"high_assurance": True, "authentication_timeout_mins": 30},
        ),
        (
            names.POLICY_CONSORTIUM,
            "GCSv5_guest_collection",
            {"authentication_policy_id": names.HOSPITAL_POLICY},
        ),
        (names.STANFORD_SHERLOCK_ENDPOINT, "GCSv5_endpoint", {"gcp_connected": None}),
        (names.OLD_CLUSTER_V4, "GCSv4_host", {"non_functional": True}),
    ],
)
def test_the_document_shows_how_ready_an_endpoint_is(
    ada: globus_sdk.TransferClient, endpoint: str, entity_type: str, members: dict[str, Any]
) -> None:
    document = ada.get_endpoint(endpoint)
    assert document["entity_type"] == entity_type
    assert {name: document[name] for name in members} == members
    assert document["is_globus_connect"] is entity_type.startswith("GCP_")
    assert document["activated"] is False


def test_unknown_and_deleted_endpoints_are_told_apart(ada: globus_sdk.TransferClient) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    for action in (ada.get_endpoint, ada.operation_ls):
        assert refused(lambda: action(unknown)) == (404, "EndpointNotFound")  # noqa: B023
        deleted = names.DELETED_PROJECT
        assert refused(lambda: action(deleted)) == (404, "EndpointDeleted")  # noqa: B023
    assert refused(lambda: submit(ada, names.DELETED_PROJECT)) == (404, "EndpointDeleted")


def test_an_offline_connect_personal(ada: globus_sdk.TransferClient) -> None:
    endpoint = names.ADAS_LAPTOP_OFFLINE
    assert refused(lambda: ada.operation_ls(endpoint)) == (
        502,
        "ExternalError.DirListingFailed.GCDisconnected",
    )
    assert refused(lambda: ada.operation_mkdir(endpoint, "/~/x")) == (
        502,
        "ExternalError.MkdirFailed.GCDisconnected",
    )
    assert refused(lambda: submit(ada, endpoint)) == (409, "GCDisconnectedException")


def test_a_guest_collection_is_offline_with_its_host(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    assert ada.operation_ls(names.BOBS_SHARE)["total"] == 4
    sandbox.change_endpoint(names.BOBS_LAPTOP, gcp_connected=False)
    assert ada.get_endpoint(names.BOBS_SHARE)["gcp_connected"] is False
    status, code = refused(lambda: ada.operation_ls(names.BOBS_SHARE))
    assert (status, code) == (502, "ExternalError.DirListingFailed.GCDisconnected")


def test_a_paused_connect_personal(ada: globus_sdk.TransferClient) -> None:
    status, code = refused(lambda: ada.operation_ls(names.LAB_WORKSTATION_PAUSED))
    assert (status, code) == (502, "ExternalError.DirListingFailed.GCPaused")


@pytest.mark.parametrize("endpoint", [names.STANFORD_SHERLOCK_ENDPOINT, names.OLD_CLUSTER_V4])
def test_an_entry_without_files_says_so(ada: globus_sdk.TransferClient, endpoint: str) -> None:
    assert refused(lambda: ada.operation_ls(endpoint)) == (409, "ClientError.EndpointNotUsable")
    assert refused(lambda: submit(ada, endpoint))[0] == 409


def test_a_mapped_collection_requires_a_consent(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, transfer: Clients
) -> None:
    scope = f"{TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    for action in (
        lambda: ada.operation_ls(names.STANFORD_OAK),
        lambda: ada.operation_stat(names.STANFORD_OAK, "/"),
        lambda: ada.operation_mkdir(names.STANFORD_OAK, "/~/x"),
        lambda: submit(ada, names.STANFORD_OAK),
    ):
        error = error_of(action)
        assert (error.http_status, error.code) == (403, "ConsentRequired")
        assert error.raw_json["required_scopes"] == [scope]  # type: ignore[index]
        gare = to_gare(error)
        assert gare is not None
        assert gare.authorization_parameters.required_scopes == [scope]
    # The consent also counts for earlier tokens.
    sandbox.tokens(scope)
    assert ada.operation_ls(names.STANFORD_OAK)["absolute_path"] == "/oak/ada/"
    assert refused(lambda: ada.operation_ls(names.NATIONAL_CENTER))[1] == "ConsentRequired"
    sandbox.rescind_consents(scope=data_access(names.STANFORD_OAK))
    assert refused(lambda: ada.operation_ls(names.STANFORD_OAK))[1] == "ConsentRequired"


def test_a_consent_belongs_to_one_user_and_app(sandbox: Sandbox, transfer: Clients) -> None:
    scope = f"{TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    sandbox.tokens(scope, client_id=names.CONFIDENTIAL_APP)
    sandbox.tokens(scope, identity=names.BOB)
    assert refused(lambda: transfer().operation_ls(names.STANFORD_OAK))[1] == "ConsentRequired"


def test_a_submission_names_all_missing_consents_at_once(
    ada: globus_sdk.TransferClient,
) -> None:
    error = error_of(lambda: send(ada, (names.STANFORD_OAK, "/x"), (names.NATIONAL_CENTER, "/y")))
    scope = error.raw_json["required_scopes"]  # type: ignore[index]
    assert len(scope) == 1
    assert data_access(names.STANFORD_OAK) in scope[0]
    assert data_access(names.NATIONAL_CENTER) in scope[0]


def test_high_assurance_requires_a_recent_login(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, transfer: Clients
) -> None:
    endpoint = names.CLINICAL_IMAGING
    assert ada.operation_ls(endpoint)["total"] > 0
    sandbox.advance_clock(31 * 60)
    error = error_of(lambda: ada.operation_ls(endpoint))
    assert (error.http_status, error.code) == (
        502,
        "ExternalError.DirListingFailed.LoginFailed",
    )
    gare = to_gare(error)
    assert gare is not None
    assert gare.authorization_parameters.session_required_identities == [names.ADA]
    denied = error_of(lambda: submit(ada, endpoint))
    assert denied.http_status == 403
    assert to_gare(denied) is not None
    assert transfer().operation_ls(endpoint)["total"] > 0


def test_a_domain_is_required_in_the_session(transfer: Clients) -> None:
    endpoint = names.HOSPITAL_PATHOLOGY
    error = error_of(lambda: transfer().operation_ls(endpoint))
    assert error.http_status == 502
    gare = to_gare(error)
    assert gare is not None
    assert gare.authorization_parameters.session_required_single_domain == ["hospital.example"]
    assert transfer(names.ADA_HOSPITAL).operation_ls(endpoint)["total"] > 0


def test_an_authentication_policy(transfer: Clients) -> None:
    endpoint = names.POLICY_CONSORTIUM
    error = error_of(lambda: transfer().operation_ls(endpoint))
    assert (error.http_status, error.code) == (403, "AuthPolicyFailed")
    parameters = error.raw_json["authorization_parameters"]  # type: ignore[index]
    assert parameters["session_required_policies"] == names.HOSPITAL_POLICY
    gare = to_gare(error)
    assert gare is not None
    assert gare.authorization_parameters.session_required_policies == [names.HOSPITAL_POLICY]
    assert transfer(names.ADA_HOSPITAL).operation_ls(endpoint)["total"] > 0


@pytest.mark.parametrize("endpoint", [names.REGISTRY, names.STANFORD_GENOMICS_ARCHIVE])
def test_read_only_storage_refuses_writes(ada: globus_sdk.TransferClient, endpoint: str) -> None:
    assert ada.operation_ls(endpoint)["total"] > 0
    denied = (403, "EndpointPermissionDenied")
    assert refused(lambda: ada.operation_mkdir(endpoint, "/x")) == denied
    assert refused(lambda: ada.operation_rename(endpoint, "/README.txt", "/x")) == denied


def test_read_only_storage_refuses_writes_by_its_owner(transfer: Clients) -> None:
    carol = transfer(names.CAROL)
    assert refused(lambda: carol.operation_mkdir(names.REGISTRY, "/x"))[0] == 403


def test_connect_personal_serves_only_its_owner(transfer: Clients) -> None:
    bob = transfer(names.BOB)
    assert refused(lambda: bob.operation_ls(names.MY_COMPUTER))[0] == 403
    assert refused(lambda: submit(bob, names.MY_COMPUTER)) == (403, "PermissionDenied")


def test_members_of_a_mapped_collection(sandbox: Sandbox, transfer: Clients) -> None:
    scopes = f"{USUAL} {TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    sandbox.change_endpoint(names.STANFORD_OAK, members=[names.BOB])
    assert transfer(names.BOB, scopes).operation_ls(names.STANFORD_OAK)["total"] > 0
    assert refused(lambda: transfer(names.ADA, scopes).operation_ls(names.STANFORD_OAK))[0] == 403


def test_a_rule_opens_its_folder_and_nothing_above(sandbox: Sandbox, transfer: Clients) -> None:
    bob, carol = transfer(names.BOB), transfer(names.CAROL)
    endpoint = names.STANFORD_SRCC_GUEST
    (folder_of(sandbox, "stanford-srcc-guest-collection") / "imagesx").mkdir()
    assert refused(lambda: bob.operation_ls(endpoint, "/images/"))[0] == 403
    assert refused(lambda: submit(bob, endpoint)) == (403, "PermissionDenied")
    rule = carol.add_endpoint_acl_rule(
        endpoint,
        {
            "DATA_TYPE": "access",
            "principal_type": "identity",
            "principal": names.BOB,
            "path": "/images/",
            "permissions": "r",
        },
    )
    assert bob.operation_ls(endpoint, "/images/")["total"] == 0
    for path in ("/", "/imagesx/", "/data/", "/images/../data/"):
        assert refused(lambda: bob.operation_ls(endpoint, path))[0] == 403  # noqa: B023
    assert refused(lambda: bob.operation_mkdir(endpoint, "/images/x"))[0] == 403
    carol.update_endpoint_acl_rule(endpoint, rule["access_id"], {"permissions": "rw"})
    bob.operation_mkdir(endpoint, "/images/x")
    carol.delete_endpoint_acl_rule(endpoint, rule["access_id"])
    assert refused(lambda: bob.operation_ls(endpoint, "/images/"))[0] == 403


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic eDp5", "Bearer"])
def test_a_bad_token(sandbox: Sandbox, header: str) -> None:
    client = globus_sdk.TransferClient()
    client.retry_config.max_retries = 0
    error = error_of(
        lambda: client.get(f"/v0.10/endpoint/{names.REGISTRY}", headers={"Authorization": header})
    )
    assert (error.http_status, error.code) == (401, "AuthenticationFailed")
    client.close()


def test_a_token_for_another_service_is_refused(sandbox: Sandbox) -> None:
    secret = sandbox.tokens(USUAL)["auth.globus.org"]["access_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(secret)
    with globus_sdk.TransferClient(authorizer=authorizer) as client:
        client.retry_config.max_retries = 0
        assert refused(lambda: client.get_endpoint(names.REGISTRY))[0] == 401
    assert TRANSFER in sandbox.tokens(USUAL)


def test_a_policy_that_requires_a_second_factor(sandbox: Sandbox, transfer: Clients) -> None:
    world = sandbox.services.world
    with world.change():
        policy = world.policies.get(names.HOSPITAL_POLICY)
        assert policy is not None
        policy.required_mfa = True
        world.policies.put(policy.id, policy)
    endpoint = names.POLICY_CONSORTIUM
    denied = (403, "AuthPolicyFailed")
    assert refused(lambda: transfer(names.ADA_HOSPITAL).operation_ls(endpoint)) == denied
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    auth.oauth2_start_flow(requested_scopes=USUAL)
    url = auth.oauth2_get_authorize_url(session_required_policies=[names.HOSPITAL_POLICY])
    tokens = auth.oauth2_exchange_code_for_tokens(answer_code(sandbox.log_in(url)))
    auth.close()
    secret = tokens.by_resource_server[TRANSFER]["access_token"]
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        assert client.operation_ls(endpoint)["total"] > 0
