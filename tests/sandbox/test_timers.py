"""Timers, by a clock that is moved instead of waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import globus_sdk
import pytest
from globus_sdk.gare import to_gare

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TIMER, TIMERS, TRANSFER_ALL, USUAL, data_access, refused, wait_for

HOUR_S = 3600


@pytest.fixture
def timers(sandbox: Sandbox) -> Iterator[Callable[..., globus_sdk.TimersClient]]:
    made: list[globus_sdk.TimersClient] = []

    def make(scopes: str = f"{TIMER}[{TRANSFER_ALL}]", who: str = names.ADA) -> Any:
        secret = sandbox.tokens(scopes, identity=who)[TIMERS]["access_token"]
        client = globus_sdk.TimersClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret))
        client.retry_config.max_retries = 0
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def timer(
    schedule: Any, destination: str = names.STANFORD_SHERLOCK_SCRATCH
) -> globus_sdk.TransferTimer:
    body = globus_sdk.TransferData(names.RESEARCH_CLOUD, destination)
    body.add_item("/README.txt", "/timed.txt")
    return globus_sdk.TransferTimer(name="nightly", schedule=schedule, body=body)


def runs(sandbox: Sandbox, client: globus_sdk.TimersClient, job_id: str, count: int) -> Any:
    wait_for(lambda: client.get_job(job_id)["n_runs"] >= count)
    wait_for(lambda: not _active(sandbox))
    return client.get_job(job_id)


def _active(sandbox: Sandbox) -> list[Any]:
    return [task for task in sandbox.services.world.tasks.values() if task.completion_time is None]


def test_once_runs_at_once_and_ends(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    made = client.create_timer(timer(globus_sdk.OnceTimerSchedule()))["timer"]
    assert (made["name"], made["timer_type"], made["number_of_runs"]) == ("nightly", "transfer", 0)
    job = runs(sandbox, client, made["job_id"], 1)
    assert (job["status"], job["next_run"], job["n_errors"]) == ("ended", None, 0)
    (result,) = job["results"]["data"]
    assert result["data"]["details"]["label"] == "nightly, run 1"
    assert [row["job_id"] for row in client.list_jobs()["jobs"]] == [made["job_id"]]


def test_recurring_runs_by_the_clock_and_stops_after_its_count(
    sandbox: Sandbox, timers: Any
) -> None:
    client = timers()
    schedule = globus_sdk.RecurringTimerSchedule(
        HOUR_S, end={"condition": "iterations", "count": 3}
    )
    job_id = client.create_timer(timer(schedule))["timer"]["job_id"]
    for count in (1, 2, 3):
        job = runs(sandbox, client, job_id, count)
        assert job["n_runs"] == count
        sandbox.advance_clock(HOUR_S)
    job = client.get_job(job_id)
    assert (job["status"], job["n_runs"], job["next_run"]) == ("ended", 3, None)
    assert job["stop_after"] == {"date": None, "n_runs": 3}
    assert job["interval"] == 3600


def test_recurring_ends_at_its_time(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    until = sandbox.services.world.clock.now() + 2.5 * HOUR_S
    from jupyterlab_sregistry_globus.sandbox.clock import iso

    end = {"condition": "time", "datetime": iso(until)}
    schedule = globus_sdk.RecurringTimerSchedule(HOUR_S, end=end)
    job_id = client.create_timer(timer(schedule))["timer"]["job_id"]
    runs(sandbox, client, job_id, 1)
    sandbox.advance_clock(HOUR_S + 1)
    runs(sandbox, client, job_id, 2)
    sandbox.advance_clock(HOUR_S + 1)
    assert runs(sandbox, client, job_id, 3)["status"] == "ended"


def test_a_timer_waits_for_its_start(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    schedule = globus_sdk.OnceTimerSchedule(datetime="2199-01-01T00:00:00Z")
    job_id = client.create_timer(timer(schedule))["timer"]["job_id"]
    assert client.get_job(job_id)["n_runs"] == 0
    assert client.get_job(job_id)["next_run"] == "2199-01-01T00:00:00+00:00"


def test_pause_resume_update_delete(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    job_id = client.create_timer(timer(globus_sdk.RecurringTimerSchedule(HOUR_S)))["timer"][
        "job_id"
    ]
    runs(sandbox, client, job_id, 1)
    assert client.pause_job(job_id)["message"] == f"Successfully paused job {job_id}."
    sandbox.advance_clock(2 * HOUR_S)
    job = client.get_job(job_id)
    assert (job["status"], job["inactive_reason"]["cause"]) == ("inactive", "user")
    assert client.resume_job(job_id)["message"] == f"Successfully resumed job {job_id}."
    sandbox.advance_clock(HOUR_S)
    runs(sandbox, client, job_id, 2)
    assert client.update_job(job_id, {"name": "weekly"})["name"] == "weekly"
    assert client.delete_job(job_id)["name"] == "weekly"
    assert refused(lambda: client.get_job(job_id)) == (404, "NOT_FOUND")


def test_a_missing_consent_makes_it_inactive_until_it_is_given(
    sandbox: Sandbox, timers: Any
) -> None:
    client = timers()
    made = client.create_timer(timer(globus_sdk.RecurringTimerSchedule(HOUR_S), names.STANFORD_OAK))
    job_id = made["timer"]["job_id"]
    job = wait_for(lambda: _if_inactive(client.get_job(job_id).data))
    gare = to_gare(job["inactive_reason"]["detail"])
    assert gare is not None
    (scope,) = gare.authorization_parameters.required_scopes or []
    assert scope == f"{TIMER}[{TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]]"
    fresh = timers(scope)
    fresh.resume_job(job_id, update_credentials=True)
    sandbox.advance_clock(HOUR_S)
    assert runs(sandbox, fresh, job_id, 2)["status"] == "loaded"
    assert fresh.get_job(job_id)["n_errors"] == 1


def _if_inactive(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["status"] == "inactive" else None


def test_timers_must_be_allowed_to_transfer(sandbox: Sandbox, timers: Any) -> None:
    client = timers(TIMER)
    with pytest.raises(globus_sdk.TimersAPIError) as caught:
        client.create_timer(timer(globus_sdk.OnceTimerSchedule()))
    assert caught.value.http_status == 403
    gare = to_gare(caught.value)
    assert gare is not None
    assert gare.authorization_parameters.required_scopes == [f"{TIMER}[{TRANSFER_ALL}]"]


def test_errors_of_malformed_timers_name_the_member(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    for document, where in (
        ({"timer_type": "flow"}, "timer_type"),
        ({"timer_type": "transfer"}, "body"),
        ({**timer({}), "schedule": {"type": "daily"}}, "schedule"),
        ({**timer({}), "schedule": {"type": "recurring", "interval_seconds": 1}}, "schedule"),
        ({**timer({}), "schedule": {"type": "once", "datetime": "soon"}}, "schedule"),
    ):
        with pytest.raises(globus_sdk.TimersAPIError) as caught:
            client.create_timer(document)  # type: ignore[arg-type]
        assert caught.value.http_status == 422
        assert caught.value.raw_json["detail"][0]["loc"][1] == where  # type: ignore[index]


def test_a_job_in_the_older_form(sandbox: Sandbox, timers: Any) -> None:
    client = timers()
    body = {
        "source_endpoint_id": names.RESEARCH_CLOUD,
        "destination_endpoint_id": names.STANFORD_SHERLOCK_SCRATCH,
        "transfer_items": [{"source_path": "/README.txt", "destination_path": "/job.txt"}],
    }
    job = globus_sdk.TimerJob(
        "https://actions.automate.globus.org/transfer/transfer/run",
        {"body": body},
        "2020-01-01T00:00:00Z",
        None,
        name="old",
    )
    made = client.create_job(job)
    assert runs(sandbox, client, made["job_id"], 1)["n_errors"] == 0
    with pytest.raises(globus_sdk.TimersAPIError) as caught:
        client.create_job({})
    assert "field required: body.start" in caught.value.messages


def test_a_timer_belongs_to_its_owner(sandbox: Sandbox, timers: Any) -> None:
    job_id = timers().create_timer(timer(globus_sdk.OnceTimerSchedule()))["timer"]["job_id"]
    bob = timers(who=names.BOB)
    assert refused(lambda: bob.get_job(job_id))[0] == 404
    secret = sandbox.tokens(USUAL)["transfer.api.globus.org"]["access_token"]
    with globus_sdk.TimersClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        client.retry_config.max_retries = 0
        with pytest.raises(globus_sdk.TimersAPIError) as caught:
            client.list_jobs()
    assert (caught.value.http_status, caught.value.code) == (401, "UNAUTHORIZED")
