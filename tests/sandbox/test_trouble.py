"""Tasks in trouble: why they stop, and how they recover, expire or fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import USUAL, finished, folder_of, refused, send, wait_for

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH
README = (names.RESEARCH_CLOUD, "/README.txt")


def stuck(client: globus_sdk.TransferClient, task_id: str, code: str) -> dict[str, Any]:
    """Return the document of a task that has stopped with this code."""
    return wait_for(lambda: _if_stuck(client.get_task(task_id).data, code))  # type: ignore[no-any-return]


def _if_stuck(task: dict[str, Any], code: str) -> dict[str, Any] | None:
    return task if task["nice_status"] == code else None


@pytest.mark.parametrize("code", ["NO_SPACE_LEFT", "ENDPOINT_TOO_BUSY", "TIMEOUT", "AUTH"])
def test_a_stuck_task_stays_active_and_says_why(
    sandbox: Sandbox, ada: globus_sdk.TransferClient, code: str
) -> None:
    sandbox.set_task_faults({"code": code, "endpoint_id": SCRATCH})
    task_id = send(ada, README, (SCRATCH, "/x"))
    task = stuck(ada, task_id, code)
    assert (task["status"], task["is_ok"], task["completion_time"]) == ("ACTIVE", False, None)
    assert task["subtasks_retrying"] == 1
    wait_for(lambda: ada.get_task(task_id)["faults"] >= 2)
    events = ada.task_event_list(task_id, query_params={"filter": "is_error:1"})
    assert {event["code"] for event in events} == {code}
    sandbox.set_task_faults()
    done = finished(ada, task_id)
    assert (done["status"], done["nice_status"]) == ("SUCCEEDED", None)
    assert done["faults"] >= 2


def test_a_task_recovers_when_a_fault_ends(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "CONNECTION_BROKEN", "count": 2})
    done = finished(ada, send(ada, README, (SCRATCH, "/x")))
    assert (done["status"], done["faults"]) == ("SUCCEEDED", 2)


def test_a_failing_item_does_not_stop_the_others(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "VERIFY_CHECKSUM", "path": "/bad"})
    data = globus_sdk.TransferData(names.RESEARCH_CLOUD, SCRATCH)
    data.add_item("/README.txt", "/bad")
    data.add_item("/README.txt", "/good")
    task_id = ada.submit_transfer(data)["task_id"]
    wait_for(lambda: ada.get_task(task_id)["files_transferred"] == 1)
    assert (folder_of(sandbox, "stanford-sherlock-scratch") / "good").exists()
    stuck(ada, task_id, "VERIFY_CHECKSUM")
    ada.cancel_task(task_id)
    assert finished(ada, task_id)["status"] == "FAILED"


def test_a_fatal_fault_fails_the_task(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.set_task_faults({"code": "ENDPOINT_ERROR", "is_fatal": True})
    done = finished(ada, send(ada, README, (SCRATCH, "/x")))
    assert (done["status"], done["fatal_error"]["code"]) == ("FAILED", "ENDPOINT_ERROR")


def test_quota_errors_are_fatal_on_request(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "QUOTA_EXCEEDED"})
    done = finished(ada, send(ada, README, (SCRATCH, "/x"), fail_on_quota_errors=True))
    assert done["fatal_error"]["code"] == "QUOTA_EXCEEDED"


def test_a_task_expires_at_its_deadline(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    task_id = send(ada, README, (SCRATCH, "/x"))
    stuck(ada, task_id, "NO_SPACE_LEFT")
    sandbox.advance_clock(86_300)
    assert ada.get_task(task_id)["status"] == "ACTIVE"
    sandbox.advance_clock(200)
    done = finished(ada, task_id)
    assert (done["status"], done["fatal_error"]["code"]) == ("FAILED", "EXPIRED")
    assert done["subtasks_expired"] == 1


def test_a_later_deadline_keeps_a_task_alive(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    task_id = send(ada, README, (SCRATCH, "/x"))
    update = {"DATA_TYPE": "task", "label": "longer", "deadline": "2199-01-01"}
    assert ada.update_task(task_id, update)["code"] == "Updated"
    sandbox.advance_clock(100_000)
    sandbox.set_task_faults()
    done = finished(sandbox_client(sandbox), task_id)
    assert (done["status"], done["label"]) == ("SUCCEEDED", "longer")
    assert done["deadline"].startswith("2199-01-01")
    client = sandbox_client(sandbox)
    assert refused(lambda: client.update_task(task_id, {"label": "x"}))[0] == 409
    assert refused(lambda: client.update_task(task_id, {"label": " x"}))[0] == 400


def sandbox_client(sandbox: Sandbox) -> globus_sdk.TransferClient:
    """Return a client with a current token."""
    secret = sandbox.tokens(USUAL)["transfer.api.globus.org"]["access_token"]
    return globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret))


def test_a_connect_personal_that_disconnects_and_returns(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    # A fault holds the task until the endpoint is offline.
    sandbox.set_task_faults({"code": "TIMEOUT"})
    task_id = send(ada, (names.MY_COMPUTER, "/~/README.txt"), (SCRATCH, "/x"))
    stuck(ada, task_id, "TIMEOUT")
    for members, code in (
        ({"gcp_connected": False}, "GC_NOT_CONNECTED"),
        ({"gcp_connected": True, "gcp_paused": True}, "GC_PAUSED"),
    ):
        sandbox.change_endpoint(names.MY_COMPUTER, **members)
        sandbox.set_task_faults()
        assert stuck(ada, task_id, code)["status"] == "ACTIVE"
    sandbox.change_endpoint(names.MY_COMPUTER, gcp_paused=False)
    assert finished(ada, task_id)["status"] == "SUCCEEDED"


def test_a_paused_endpoint_stops_its_tasks(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    endpoint = names.PAUSED_BY_ADMINISTRATOR
    task_id = send(ada, README, (endpoint, "/x"))
    task = stuck(ada, task_id, "PAUSED")
    assert task["is_paused"] is True
    assert task["faults"] == 0
    (rule,) = ada.task_pause_info(task_id)["pause_rules"]
    assert rule["message"] == "The tape robot is being repaired"
    assert rule["endpoint_id"] == endpoint
    assert len(list(ada.my_effective_pause_rule_list(endpoint))) == 1
    sandbox.change_endpoint(endpoint, pause_message=None)
    assert finished(ada, task_id)["is_paused"] is False
    assert ada.task_pause_info(task_id)["pause_rules"] == []
    codes = [event["code"] for event in ada.task_event_list(task_id)]
    assert [code for code in codes if "PAUSE" in code] == ["UNPAUSED", "PAUSED"]


def test_an_inactive_task_continues_after_a_login(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    sandbox.set_task_faults({"code": "AUTH", "inactive": True, "until_login": True})
    task_id = send(ada, README, (SCRATCH, "/x"))
    wait_for(lambda: ada.get_task(task_id)["status"] == "INACTIVE")
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    auth.oauth2_start_flow(requested_scopes=USUAL)
    sandbox.log_in(auth.oauth2_get_authorize_url())
    auth.close()
    assert finished(ada, task_id)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("source", "destination", "code"),
    [
        ("/missing", (SCRATCH, "/x"), "FILE_NOT_FOUND"),
        ("/README.txt", (names.STANFORD_GENOMICS_ARCHIVE, "/x"), "PERMISSION_DENIED"),
        ("/README.txt", (SCRATCH, "/README.txt/below"), "NOT_A_DIRECTORY"),
        ("/README.txt", (SCRATCH, "/images"), "IS_A_DIRECTORY"),
        ("/leak", (SCRATCH, "/x"), "PERMISSION_DENIED"),
        ("/README.txt", (SCRATCH, "/leak/x"), "PERMISSION_DENIED"),
    ],
)
def test_unusable_paths_are_shown_in_the_task(
    sandbox: Sandbox,
    ada: globus_sdk.TransferClient,
    source: str,
    destination: tuple[str, str],
    code: str,
) -> None:
    for slug in ("research-cloud-project-space", "stanford-sherlock-scratch"):
        (folder_of(sandbox, slug) / "leak").symlink_to("/etc")
    task_id = send(ada, (names.RESEARCH_CLOUD, source), destination)
    assert stuck(ada, task_id, code)["files_transferred"] == 0
    ada.cancel_task(task_id)


def test_recursive_must_match_the_source(ada: globus_sdk.TransferClient) -> None:
    cloud = names.RESEARCH_CLOUD
    for path, recursive, code in (
        ("/README.txt", True, "NOT_A_DIRECTORY"),
        ("/images", False, "IS_A_DIRECTORY"),
    ):
        task_id = send(ada, (cloud, path), (SCRATCH, f"/x-{code}"), item={"recursive": recursive})
        stuck(ada, task_id, code)
        ada.cancel_task(task_id)


def test_a_missing_file_is_copied_once_it_appears(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    task_id = send(ada, (names.RESEARCH_CLOUD, "/late"), (SCRATCH, "/late"))
    stuck(ada, task_id, "FILE_NOT_FOUND")
    (folder_of(sandbox, "research-cloud-project-space") / "late").write_text("here")
    assert finished(ada, task_id)["status"] == "SUCCEEDED"


def test_an_endpoint_that_cannot_compute_sha256_says_so(
    ada: globus_sdk.TransferClient,
) -> None:
    destination = (names.DEPARTMENT_NAS, "/x")
    task_id = send(ada, README, destination, item={"checksum_algorithm": "SHA256"})
    task = stuck(ada, task_id, "ENDPOINT_ERROR")
    assert "SHA256" in task["nice_status_details"]
    ada.cancel_task(task_id)
    assert finished(ada, send(ada, README, destination))["status"] == "SUCCEEDED"


def test_a_removed_rule_stops_the_task(
    sandbox: Sandbox,
    ada: globus_sdk.TransferClient,
    transfer: Callable[..., globus_sdk.TransferClient],
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    task_id = send(ada, README, (SCRATCH, "/x"))
    stuck(ada, task_id, "TIMEOUT")
    carol = transfer(names.CAROL)
    for rule in carol.endpoint_acl_list(SCRATCH):
        carol.delete_endpoint_acl_rule(SCRATCH, rule["id"])
    sandbox.set_task_faults()
    stuck(ada, task_id, "PERMISSION_DENIED")
    ada.cancel_task(task_id)


def test_a_deleted_endpoint_fails_the_task(
    sandbox: Sandbox,
    ada: globus_sdk.TransferClient,
    transfer: Callable[..., globus_sdk.TransferClient],
) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    task_id = send(ada, README, (SCRATCH, "/x"))
    stuck(ada, task_id, "TIMEOUT")
    transfer(names.CAROL).delete_endpoint(SCRATCH)
    sandbox.set_task_faults()
    assert finished(ada, task_id)["fatal_error"]["code"] == "ENDPOINT_ERROR"


def test_at_most_a_hundred_tasks_wait(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    sandbox.set_task_faults({"code": "TIMEOUT"})
    for number in range(100):
        send(ada, README, (SCRATCH, f"/{number}"))
    status, code = refused(lambda: send(ada, README, (SCRATCH, "/more")))
    assert (status, code) == (409, "ClientError.LimitExceeded")
