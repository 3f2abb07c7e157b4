"""Faults, the clock, the record and everything else that tests control."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

import globus_sdk
import msgspec
import pytest

from jupyterlab_sregistry_globus.sandbox import Fault, Sandbox
from jupyterlab_sregistry_globus.sandbox.errors import Refused
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import USUAL, path_of, refused, send

SEARCH = "GET /v0.10/endpoint_search"


def control(
    sandbox: Sandbox, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        text = None if body is None else json.dumps(body)
        kind = {"Content-Type": "application/json", **headers}
        connection.request(method, path_of(sandbox, f"/_sandbox/{path}"), text, kind)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


def test_a_fault_affects_as_many_requests_as_its_count(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_faults(Fault(SEARCH, status=503, count=2, headers={"Retry-After": "1"}))
    for _ in range(2):
        with pytest.raises(globus_sdk.TransferAPIError) as caught:
            ada.endpoint_search("stanford")
        assert (caught.value.http_status, caught.value.code) == (503, "ServiceUnavailable")
        assert caught.value.headers["Retry-After"] == "1"
    assert ada.endpoint_search("stanford")["DATA"]
    assert ada.get_endpoint(names.REGISTRY)
    assert [request.status for request in sandbox.requests()] == [503, 503, 200, 200]
    assert [request.fault for request in sandbox.requests()] == [SEARCH, SEARCH, None, None]


def test_the_sdk_retries_after_a_fault(sandbox: Sandbox) -> None:
    secret = sandbox.tokens(USUAL)["transfer.api.globus.org"]["access_token"]
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        client.retry_config.backoff = lambda _: 0.0
        sandbox.set_faults({"route": SEARCH, "status": 502, "count": 3})
        assert client.endpoint_search("stanford")["DATA"]
    assert len(sandbox.requests()) == 4


def test_a_fault_on_one_page(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.set_faults({"route": SEARCH, "status": 500, "query": {"offset": "2"}})
    rows = []
    with pytest.raises(globus_sdk.TransferAPIError):
        for page in _pages(ada):
            rows.extend(page)
    assert len(rows) == 2


def _pages(client: globus_sdk.TransferClient) -> Any:
    for offset in (0, 2, 4):
        yield client.endpoint_search("stanford", limit=2, offset=offset)["DATA"]


def test_a_fault_can_skip_the_first_requests(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_faults({"route": "*", "status": 429, "skip": 1, "count": 1})
    assert ada.get_endpoint(names.REGISTRY)
    assert refused(lambda: ada.get_endpoint(names.REGISTRY)) == (429, "TooManyRequests")
    assert ada.get_endpoint(names.REGISTRY)


@pytest.mark.parametrize("how", ["drop", "half_body"])
def test_a_broken_connection(sandbox: Sandbox, ada: globus_sdk.TransferClient, how: str) -> None:
    sandbox.set_faults({"route": SEARCH, how: True, "count": 1})
    with pytest.raises(globus_sdk.NetworkError):
        ada.endpoint_search("stanford")
    assert ada.endpoint_search("stanford")["DATA"]


def test_broken_json(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.set_faults({"route": SEARCH, "broken_json": True, "count": 1})
    answer = ada.endpoint_search("stanford")
    assert answer.data is None
    sandbox.set_faults({"route": SEARCH, "body": {"odd": 1}, "status": 418})
    with pytest.raises(globus_sdk.TransferAPIError) as caught:
        ada.endpoint_search("stanford")
    assert (caught.value.http_status, caught.value.raw_json) == (418, {"odd": 1})


def test_a_delay_does_not_block_other_requests(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_faults({"route": SEARCH, "delay_s": 0.3})
    begun = time.monotonic()
    ada.endpoint_search("stanford")
    assert time.monotonic() - begun >= 0.3


def test_an_answer_can_be_lost_after_the_work_was_done(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_faults({"route": "POST /v0.10/transfer", "drop": True, "after": True, "count": 1})
    data = globus_sdk.TransferData(names.RESEARCH_CLOUD, names.STANFORD_SHERLOCK_SCRATCH)
    data.add_item("/README.txt", "/x")
    before = ada.task_list()["total"]
    with pytest.raises(globus_sdk.NetworkError):
        ada.submit_transfer(data)
    assert ada.task_list()["total"] == before + 1
    assert ada.submit_transfer(data)["code"] == "Duplicate"


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v0.10/endpoint_search", {"code", "message", "request_id", "resource"}),
        ("/v2/oauth2/userinfo", {"errors", "error", "error_description"}),
        ("/jobs/", {"error"}),
    ],
)
def test_a_fault_has_the_shape_of_the_service(sandbox: Sandbox, path: str, shape: set[str]) -> None:
    sandbox.set_faults({"route": "*", "status": 503})
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", path_of(sandbox, path))
    reply = connection.getresponse()
    assert reply.status == 503
    assert set(json.loads(reply.read())) == shape
    connection.close()


def test_a_malformed_fault_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(msgspec.ValidationError):
        sandbox.set_faults({"route": "*", "staus": 503})
    assert control(sandbox, "PUT", "faults", {"faults": [{"staus": 1}]})[0] == 400


def test_the_rate_limit(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.change_setting("rate_limit_per_s", 5)
    statuses = []
    for _ in range(8):
        try:
            ada.get_endpoint(names.REGISTRY)
            statuses.append(200)
        except globus_sdk.TransferAPIError as error:
            statuses.append(error.http_status)
            assert error.headers["Retry-After"] == "1"
    assert statuses == [200] * 5 + [429] * 3


def test_control_over_http(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    fault = {"route": SEARCH, "status": 503, "count": 1}
    assert control(sandbox, "PUT", "faults", {"faults": [fault]}) == (200, {"faults": 1})
    assert control(sandbox, "GET", "faults")[1]["faults"][0]["status"] == 503
    assert refused(lambda: ada.endpoint_search("x"))[0] == 503
    assert control(sandbox, "DELETE", "faults") == (200, {"faults": 0})
    assert control(sandbox, "POST", "clock", {"advance_s": 100})[1]["offset_s"] == 100
    assert control(sandbox, "POST", "clock", {"advance_s": "x"})[0] == 400
    stuck = {"faults": [{"code": "NO_SPACE_LEFT"}]}
    assert control(sandbox, "PUT", "task_faults", stuck) == (200, {"faults": 1})
    assert control(sandbox, "DELETE", "task_faults")[0] == 200
    path = f"endpoints/{names.MY_COMPUTER}"
    assert control(sandbox, "PATCH", path, {"gcp_connected": False})[0] == 200
    assert ada.get_endpoint(names.MY_COMPUTER)["gcp_connected"] is False
    assert control(sandbox, "PATCH", path, {"nonsense": 1})[0] == 400
    assert control(sandbox, "PATCH", path, {"gcp_connected": "maybe"})[0] == 400
    assert control(sandbox, "PATCH", "endpoints/x", {})[0] == 404
    assert control(sandbox, "PUT", "settings/cancel_delay_s", {"value": 1})[0] == 200
    assert control(sandbox, "PUT", "settings/nonsense", {"value": 1})[0] == 400
    made = control(sandbox, "POST", "tokens", {"scopes": USUAL, "identity": names.BOB})[1]
    assert set(made) == {"auth.globus.org", "transfer.api.globus.org"}
    assert control(sandbox, "DELETE", f"consents?identity={names.BOB}")[1]["rescinded"] == 4
    uri = {"uri": "https://hub.example/callback"}
    assert control(sandbox, "POST", "redirect_uris", uri)[0] == 200
    assert control(sandbox, "GET", "names")[1]["names"]["ADA"] == names.ADA
    requests = control(sandbox, "GET", "requests")[1]["requests"]
    assert [request["path"] for request in requests][:1] == ["/v0.10/endpoint_search"]
    assert control(sandbox, "DELETE", "requests")[0] == 200
    assert sandbox.requests() == []
    assert control(sandbox, "POST", "seed", {"name": "nonsense"})[0] == 400
    assert control(sandbox, "POST", "seed", {"name": "empty"})[0] == 200
    assert refused(lambda: ada.get_endpoint(names.REGISTRY))[0] == 401
    assert control(sandbox, "POST", "reset")[0] == 200


def test_other_sites_have_no_control(sandbox: Sandbox) -> None:
    evil = {"Origin": "https://evil.example"}
    for method, path in (("POST", "reset"), ("PUT", "faults"), ("DELETE", "requests")):
        assert control(sandbox, method, path, {}, **evil)[0] == 403
    assert control(sandbox, "GET", "requests", Host="evil.example:80")[0] == 403
    own = {"Origin": sandbox.url[:-1]}
    assert control(sandbox, "DELETE", "requests", **own)[0] == 200


def test_a_reset_deletes_everything_but_the_seed(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    send(ada, (names.RESEARCH_CLOUD, "/README.txt"), (names.STANFORD_SHERLOCK_SCRATCH, "/x"))
    sandbox.advance_clock(1000)
    sandbox.set_faults({"route": "*", "status": 503})
    sandbox.reset()
    assert refused(ada.task_list)[0] == 401
    assert sandbox.services.world.clock.offset_s == 0
    assert not (sandbox.state / "endpoints/stanford-sherlock-scratch/x").exists()
    assert len(sandbox.requests()) == 1


def test_the_record_names_the_caller_of_each_request(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    ada.operation_mkdir(names.STANFORD_SHERLOCK_SCRATCH, "/new")
    (request,) = sandbox.requests()
    assert (request.service, request.method, request.status) == ("transfer", "POST", 200)
    assert request.body["path"] == "/new"
    assert (request.authorization, request.identity, request.client) == (
        "Bearer",
        names.ADA,
        names.NATIVE_APP,
    )


def test_unknown_routes_and_methods(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    assert refused(lambda: ada.get("/v0.10/nonsense")) == (404, "NotFound")
    assert refused(lambda: ada.delete("/v0.10/task_list")) == (405, "MethodNotAllowed")
    client = globus_sdk.TransferClient()
    with pytest.raises(globus_sdk.TransferAPIError) as caught:
        client.post("/v0.10/transfer", data="{not json", encoding="text")
    assert caught.value.http_status == 400
    client.close()


def test_tokens_are_issued_only_for_known_users_and_scopes(sandbox: Sandbox) -> None:
    for scopes, identity in (("nonsense", names.ADA), (USUAL, "nobody"), ("", names.ADA)):
        with pytest.raises(Refused):
            sandbox.tokens(scopes, identity=identity)
