"""Creating a source that other users can read: an endpoint, a guest collection, its rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import finished, refused, send

Clients = Callable[..., globus_sdk.TransferClient]


def new_personal(client: globus_sdk.TransferClient, name: str = "Registry host") -> Any:
    body = {
        "DATA_TYPE": "endpoint",
        "is_globus_connect": True,
        "display_name": name,
        "public": False,
        "keywords": ["a", "b"],
    }
    return client.post("/v0.10/endpoint", data=body)


def test_a_new_endpoint_waits_for_its_setup_key(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, tmp_path: Path
) -> None:
    made = new_personal(ada)
    assert made["code"] == "Created"
    endpoint_id, key = made["id"], made["globus_connect_setup_key"]
    document = ada.get_endpoint(endpoint_id)
    assert (document["gcp_connected"], document["globus_connect_setup_key"]) == (False, key)
    assert document["keywords"] == "a, b"
    assert refused(lambda: ada.operation_ls(endpoint_id))[0] == 502
    home = tmp_path / "home"
    home.mkdir()
    (home / "x.sif").write_text("x")
    assert sandbox.connect_personal(key, tmp_path / "config", home) == endpoint_id
    local = globus_sdk.LocalGlobusConnectPersonal(config_dir=str(tmp_path / "config"))
    assert local.endpoint_id == endpoint_id
    assert ada.operation_ls(endpoint_id)["absolute_path"] == f"{home}/"
    assert ada.get_endpoint(endpoint_id)["globus_connect_setup_key"] is None
    with pytest.raises(Exception, match="setup key"):
        sandbox.connect_personal(key, tmp_path / "config", home)


def test_the_setup_key_is_shown_only_to_the_owner(
    ada: globus_sdk.TransferClient, transfer: Clients
) -> None:
    made = new_personal(ada)
    ada.update_endpoint(made["id"], {"public": True})
    assert transfer(names.BOB).get_endpoint(made["id"])["globus_connect_setup_key"] is None


def test_a_guest_collection_with_rules_per_folder(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, transfer: Clients, tmp_path: Path
) -> None:
    made = new_personal(ada)
    registry = tmp_path / "registry"
    for collection in ("public", "secret"):
        (registry / collection).mkdir(parents=True)
        (registry / collection / "x.sif").write_text(collection)
    sandbox.connect_personal(made["globus_connect_setup_key"], tmp_path / "gcp", tmp_path)
    share = {
        "DATA_TYPE": "shared_endpoint",
        "host_endpoint": made["id"],
        "host_path": f"{registry}/",
        "display_name": "Registry, shared",
    }
    assert refused(lambda: ada.create_shared_endpoint(share)) == (403, "PermissionDenied")
    ada.update_endpoint(made["id"], {"subscription_id": names.SUBSCRIPTION})
    guest = ada.create_shared_endpoint(share)["id"]
    document = ada.get_endpoint(guest)
    assert document["entity_type"] == "GCP_guest_collection"
    assert document["host_endpoint_id"] == made["id"]
    # config-paths does not allow sharing yet.
    assert refused(lambda: ada.operation_ls(guest, "/public/"))[0] == 403
    (tmp_path / "gcp" / "lta" / "config-paths").write_text(f"{registry}/,1,0\n")
    assert ada.operation_ls(guest, "/public/")["total"] == 1
    assert refused(lambda: ada.operation_mkdir(guest, "/public/new"))[0] == 403
    bob = transfer(names.BOB)
    assert refused(lambda: bob.operation_ls(guest, "/public/"))[0] == 403
    rule = {"path": "/public/", "permissions": "r", "principal": ""}
    everybody = {"DATA_TYPE": "access", "principal_type": "all_authenticated_users", **rule}
    rule_id = ada.add_endpoint_acl_rule(guest, everybody)["access_id"]
    assert refused(lambda: ada.add_endpoint_acl_rule(guest, everybody)) == (409, "Exists")
    assert bob.operation_ls(guest, "/public/")["total"] == 1
    assert refused(lambda: bob.operation_ls(guest, "/secret/"))[0] == 403
    task_id = send(bob, (guest, "/public/x.sif"), (names.BOBS_LAPTOP, "/~/x.sif"))
    assert finished(bob, task_id)["status"] == "SUCCEEDED"
    assert [row["id"] for row in ada.my_shared_endpoint_list(made["id"])] == [guest]
    (listed,) = ada.endpoint_acl_list(guest)
    assert (listed["id"], listed["path"]) == (rule_id, "/public/")
    assert ada.get_endpoint_acl_rule(guest, rule_id)["permissions"] == "r"
    assert ada.delete_endpoint_acl_rule(guest, rule_id)["code"] == "Deleted"
    assert refused(lambda: bob.operation_ls(guest, "/public/"))[0] == 403
    ada.delete_endpoint(made["id"])
    assert refused(lambda: ada.get_endpoint(guest)) == (404, "EndpointDeleted")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"path": "no-slash"}, 400),
        ({"path": "/x"}, 400),
        ({"permissions": "w"}, 400),
        ({"principal_type": "everyone"}, 400),
        ({"principal": "00000000-0000-4000-8000-000000000000"}, 400),
        ({"principal_type": "anonymous"}, 400),
        ({"principal_type": "anonymous", "principal": "", "permissions": "rw"}, 400),
    ],
)
def test_a_malformed_rule(
    ada: globus_sdk.TransferClient, change: dict[str, str], status: int
) -> None:
    rule = {
        "DATA_TYPE": "access",
        "principal_type": "identity",
        "principal": names.CAROL,
        "path": "/x/",
        "permissions": "r",
    }
    endpoint = names.ADAS_RESULTS
    assert refused(lambda: ada.add_endpoint_acl_rule(endpoint, {**rule, **change}))[0] == status
    assert ada.add_endpoint_acl_rule(endpoint, rule)["code"] == "Created"


def test_a_rule_ends_when_it_expires(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, transfer: Clients
) -> None:
    bob = transfer(names.BOB)
    endpoint = names.ADAS_RESULTS
    for row in ada.endpoint_acl_list(endpoint):
        ada.delete_endpoint_acl_rule(endpoint, row["id"])
    rule = {
        "DATA_TYPE": "access",
        "principal_type": "identity",
        "principal": names.BOB,
        "path": "/",
        "permissions": "r",
        "expiration_date": "2099-01-01T00:00:00Z",
    }
    ada.add_endpoint_acl_rule(endpoint, rule)
    assert bob.operation_ls(endpoint)["total"] > 0
    clock = sandbox.services.world.clock
    sandbox.advance_clock(4_070_908_801 - clock.now())
    assert refused(lambda: transfer(names.BOB).operation_ls(endpoint))[0] == 403


def test_only_users_with_the_role_may_change_things(
    ada: globus_sdk.TransferClient, transfer: Clients
) -> None:
    bob = transfer(names.BOB)
    endpoint = names.ADAS_RESULTS
    denied = (403, "PermissionDenied")
    assert refused(lambda: bob.update_endpoint(endpoint, {"display_name": "x"})) == denied
    assert refused(lambda: bob.delete_endpoint(endpoint)) == denied
    assert refused(lambda: bob.endpoint_acl_list(endpoint)) == denied
    assert refused(lambda: bob.endpoint_role_list(endpoint)) == denied
    (role,) = ada.endpoint_role_list(endpoint)
    assert (role["principal"], role["role"]) == (names.ADA, "administrator")
    assert refused(lambda: ada.endpoint_acl_list(names.MY_COMPUTER)) == (409, "NotSupported")
    assert refused(lambda: new_personal(ada, " "))[0] == 400
    assert refused(lambda: ada.post("/v0.10/endpoint", data={"display_name": "x"}))[0] == 400
