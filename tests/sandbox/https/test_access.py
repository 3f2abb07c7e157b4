"""Who may use a collection's files over HTTPS."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..helpers import DAY_S, TRANSFER, TRANSFER_ALL, USUAL, data_access
from .conftest import Clients, https, token_of

CLUSTER, SHARE = names.ALDER_CLUSTER, names.ALDER_SHARE
README = "/scratch/ada/README.txt"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
METHODS = ("GET", "HEAD", "PUT", "DELETE")


@pytest.mark.parametrize("method", METHODS)
def test_without_a_token_a_browser_is_sent_to_the_login(
    files: Clients, sandbox: Sandbox, scratch: Path, method: str
) -> None:
    answer = files(anonymous=True).request(method, README)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(f"{sandbox.url}v2/oauth2/authorize?")
    assert parse_qs(urlsplit(location).query)["client_id"] == [CLUSTER]
    assert (scratch / "ada/README.txt").stat().st_size > 0


@pytest.mark.parametrize("method", METHODS)
def test_without_a_token_a_script_is_refused(files: Clients, method: str) -> None:
    answer = files(anonymous=True).request(method, README, headers=SCRIPT)
    assert answer.status_code == 401


def test_tokens_of_other_services_are_refused(files: Clients, sandbox: Sandbox) -> None:
    other = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    below = f"{TRANSFER_ALL}[*{data_access(CLUSTER)}]"
    for token in (
        other,
        sandbox.tokens(below)[TRANSFER]["access_token"],
        token_of(sandbox, SHARE),
        "nonsense",
    ):
        assert files(CLUSTER, token).get(README).status_code == 401


@pytest.mark.parametrize("scope", [https(CLUSTER), data_access(CLUSTER)])
def test_a_mapped_collection_needs_both_scopes(
    files: Clients, sandbox: Sandbox, scope: str
) -> None:
    answer = files(CLUSTER, token_of(sandbox, CLUSTER, scope)).get(README)
    assert (answer.status_code, answer.json()["code"]) == (403, "ConsentRequired")
    scopes = answer.json()["authorization_parameters"]["required_scopes"]
    assert scopes == [https(CLUSTER), data_access(CLUSTER)]
    assert files(CLUSTER, token_of(sandbox, CLUSTER, *scopes)).get(README).status_code == 200


def test_a_high_assurance_collection_needs_no_data_access(files: Clients, sandbox: Sandbox) -> None:
    sandbox.change_endpoint(names.CLINICAL_IMAGING, https=True)
    clinical = files(names.CLINICAL_IMAGING)
    assert clinical.get("/home/ada/README.txt").status_code == 200
    sandbox.advance_clock(31 * 60)
    answer = clinical.get("/home/ada/README.txt")
    assert answer.status_code == 403
    parameters = answer.json()["authorization_parameters"]
    assert parameters["session_required_identities"] == [names.ADA]


def test_the_token_of_a_collection_is_refreshed(files: Clients, sandbox: Sandbox) -> None:
    tokens = sandbox.tokens([USUAL, https(CLUSTER), data_access(CLUSTER)])
    assert set(tokens) == {"auth.globus.org", TRANSFER, CLUSTER}
    own = tokens[CLUSTER]
    assert set(own["scope"].split()) == {https(CLUSTER), data_access(CLUSTER)}
    client = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    sandbox.advance_clock(3 * DAY_S)
    assert files(CLUSTER, own["access_token"]).get(README).status_code == 401
    renewed = client.oauth2_refresh_token(own["refresh_token"]).by_resource_server
    client.close()
    assert set(renewed) == {CLUSTER}
    assert files(CLUSTER, renewed[CLUSTER]["access_token"]).get(README).status_code == 200


def test_a_session_ends_after_eleven_days_whatever_is_refreshed(
    files: Clients, sandbox: Sandbox, transfer: Clients
) -> None:
    own = sandbox.tokens([https(CLUSTER), data_access(CLUSTER)])[CLUSTER]
    client = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    sandbox.advance_clock(11 * DAY_S + 60)
    renewed = client.oauth2_refresh_token(own["refresh_token"]).by_resource_server[CLUSTER]
    client.close()
    answer = files(CLUSTER, renewed["access_token"]).get(README)
    assert answer.status_code == 403
    assert "authorization_parameters" in answer.json()
    assert files().get(README).status_code == 200


def test_a_rule_about_domains(files: Clients, sandbox: Sandbox) -> None:
    sandbox.change_endpoint(SHARE, domains=["hospital.example"])
    answer = files(SHARE).get("/README.txt")
    assert answer.status_code == 403
    parameters = answer.json()["authorization_parameters"]
    assert parameters["session_required_single_domain"] == ["hospital.example"]
    token = token_of(sandbox, SHARE, identity=names.ADA_HOSPITAL)
    assert files(SHARE, token).get("/README.txt").status_code == 200


def test_read_only_storage(files: Clients, sandbox: Sandbox, scratch: Path) -> None:
    sandbox.change_endpoint(CLUSTER, read_only=True)
    for client, path in (
        (files(), README),
        (files(SHARE), "/README.txt"),
    ):
        assert client.get(path).status_code == 200
        assert client.put(path, content=b"x").status_code == 403
        assert client.delete(path).status_code == 403
    assert (scratch / "ada/README.txt").stat().st_size > 1


def test_the_rules_of_a_guest_collection(
    files: Clients, sandbox: Sandbox, transfer: Clients
) -> None:
    carol: globus_sdk.TransferClient = transfer(names.CAROL)  # type: ignore[assignment]
    [rule] = carol.endpoint_acl_list(SHARE)["DATA"]
    carol.update_endpoint_acl_rule(SHARE, rule["id"], {"permissions": "r"})
    assert files(SHARE).get("/README.txt").status_code == 200
    assert files(SHARE).put("/README.txt", content=b"x").status_code == 403
    carol.delete_endpoint_acl_rule(SHARE, rule["id"])
    assert files(SHARE).get("/README.txt").status_code == 403


def test_public_files_need_no_token(files: Clients, transfer: Clients) -> None:
    carol: globus_sdk.TransferClient = transfer(names.CAROL)  # type: ignore[assignment]
    rule = {
        "DATA_TYPE": "access",
        "principal_type": "anonymous",
        "principal": "",
        "path": "/images/",
        "permissions": "r",
    }
    carol.add_endpoint_acl_rule(SHARE, rule)
    assert files(SHARE).put("/images/a", content=b"x").status_code == 200
    public = files(SHARE, anonymous=True)
    assert public.get("/images/a").content == b"x"
    assert public.put("/images/a", content=b"y", headers=SCRIPT).status_code == 401
    assert public.get("/README.txt", headers=SCRIPT).status_code == 401


def test_collections_without_https(files: Clients, sandbox: Sandbox) -> None:
    for endpoint_id in (names.MY_COMPUTER, names.RESEARCH_CLOUD, names.DELETED_PROJECT, "x"):
        answer = files(endpoint_id, "nonsense").get("/README.txt")
        assert answer.status_code == 404
    sandbox.change_endpoint(CLUSTER, unreachable=True)
    with pytest.raises(httpx.TransportError):
        files().get(README)


def test_another_address_of_the_sandbox_is_refused(files: Clients, sandbox: Sandbox) -> None:
    answer = files().put(
        README, content=b"x", headers={"Host": "evil.example", "Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
