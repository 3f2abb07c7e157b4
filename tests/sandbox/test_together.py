"""Whole programs with the sandbox: a globus_sdk app, many threads, a sudden stop."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from globus_sdk.gare import GlobusAuthorizationParameters
from globus_sdk.login_flows import LoginFlowManager

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, USUAL, answer_code, refused, send


class Person(LoginFlowManager):
    """Logs in whenever the app requires it, and records what it required."""

    required: list[GlobusAuthorizationParameters]

    def __init__(self, sandbox: Sandbox, client: globus_sdk.NativeAppAuthClient) -> None:
        super().__init__(client, request_refresh_tokens=True)
        self.sandbox = sandbox
        self.required = []

    def run_login_flow(
        self, auth_parameters: GlobusAuthorizationParameters
    ) -> globus_sdk.OAuthTokenResponse:
        self.required.append(auth_parameters)
        uri = f"{self.sandbox.url}v2/web/auth-code"
        url = self._get_authorize_url(auth_parameters, uri)
        return self.login_client.oauth2_exchange_code_for_tokens(
            answer_code(self.sandbox.log_in(url))
        )


@pytest.fixture
def person(sandbox: Sandbox) -> Person:
    return Person(sandbox, globus_sdk.NativeAppAuthClient(sandbox.client_id))


@pytest.fixture
def app(person: Person) -> globus_sdk.UserApp:
    config = globus_sdk.GlobusAppConfig(
        login_flow_manager=person,
        request_refresh_tokens=True,
        token_storage="memory",
        auto_redrive_gares=True,
    )
    login_client = person.login_client
    assert isinstance(login_client, globus_sdk.NativeAppAuthClient)
    return globus_sdk.UserApp("sandbox tests", login_client=login_client, config=config)


def test_an_app_logs_in_and_requests_a_missing_consent(
    sandbox: Sandbox, app: globus_sdk.UserApp, person: Person
) -> None:
    with globus_sdk.TransferClient(app=app) as client:
        assert client.operation_ls(names.REGISTRY)["total"] > 0
        assert len(person.required) == 1
        assert client.operation_ls(names.STANFORD_OAK)["total"] > 0
        assert len(person.required) == 2
        assert client.operation_ls(names.POLICY_CONSORTIUM)["total"] > 0
        assert person.required[-1].session_required_policies == [names.HOSPITAL_POLICY]
        sandbox.advance_clock(3 * 86_400)
        assert client.operation_ls(names.REGISTRY)["total"] > 0
        assert len(person.required) == 3
        app.logout()
        assert client.operation_ls(names.REGISTRY)["total"] > 0
        assert len(person.required) == 4
    person.login_client.close()
    app.close()


def test_an_app_that_declares_its_collections_logs_in_once(
    app: globus_sdk.UserApp, person: Person
) -> None:
    with globus_sdk.TransferClient(app=app) as client:
        client.add_app_data_access_scope(names.STANFORD_OAK)
        assert client.operation_ls(names.STANFORD_OAK)["total"] > 0
        assert len(person.required) == 1
    person.login_client.close()
    app.close()


def in_threads(count: int, work: Any) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return [
            future.result() for future in [pool.submit(work, number) for number in range(count)]
        ]


def test_one_submission_id_from_many_threads_is_one_task(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    secret = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    data = globus_sdk.TransferData(
        names.RESEARCH_CLOUD,
        names.STANFORD_SHERLOCK_SCRATCH,
        submission_id=ada.get_submission_id()["value"],
    )
    data.add_item("/README.txt", "/x")
    before = ada.task_list()["total"]

    def submit(_: int) -> str:
        authorizer = globus_sdk.AccessTokenAuthorizer(secret)
        with globus_sdk.TransferClient(authorizer=authorizer) as client:
            return str(client.submit_transfer(data)["code"])

    codes = in_threads(8, submit)
    assert sorted(codes) == ["Accepted"] + ["Duplicate"] * 7
    assert ada.task_list()["total"] == before + 1


def test_one_code_from_many_threads_is_one_login(sandbox: Sandbox) -> None:
    auth = globus_sdk.NativeAppAuthClient(sandbox.client_id)
    auth.oauth2_start_flow(requested_scopes=USUAL)
    code = answer_code(sandbox.log_in(auth.oauth2_get_authorize_url()))

    def exchange(_: int) -> int:
        try:
            return auth.oauth2_exchange_code_for_tokens(code).http_status
        except globus_sdk.AuthAPIError as error:
            return error.http_status

    assert sorted(in_threads(8, exchange)) == [200] + [400] * 7
    auth.close()


def test_slow_answers_do_not_delay_others(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    secret = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "delay_s": 1.0})
    begun = time.monotonic()

    def search(_: int) -> float:
        authorizer = globus_sdk.AccessTokenAuthorizer(secret)
        with globus_sdk.TransferClient(authorizer=authorizer) as client:
            client.endpoint_search("stanford")
        return time.monotonic() - begun

    thread = threading.Thread(target=in_threads, args=(12, search))
    thread.start()
    started = time.monotonic()
    ada.get_endpoint(names.REGISTRY)
    assert time.monotonic() - started < 0.8
    thread.join()
    assert time.monotonic() - begun < 3.0


def test_it_stops_at_once_during_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(tmp_path, throttle_bytes_per_second=1000)
    sandbox.start()
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    secret = sandbox.tokens(USUAL)[TRANSFER]["access_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(secret)
    with globus_sdk.TransferClient(authorizer=authorizer) as client:
        client.retry_config.max_retries = 0
        send(
            client,
            (names.REGISTRY, "/tools/fastqc:0.12.sif"),
            (names.STANFORD_SHERLOCK_SCRATCH, "/slow.sif"),
        )
        sandbox.set_faults({"route": "GET /v0.10/endpoint_search", "delay_s": 60})
        waiting = threading.Thread(target=lambda: _ignore(client.endpoint_search, "stanford"))
        waiting.start()
        time.sleep(0.3)
        begun = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - begun < 3
        waiting.join()


def _ignore(action: Any, *arguments: Any) -> None:
    with pytest.raises(globus_sdk.NetworkError):
        action(*arguments)


def test_notification_options_are_kept(sandbox: Sandbox, ada: globus_sdk.TransferClient) -> None:
    data = globus_sdk.TransferData(
        names.RESEARCH_CLOUD, names.STANFORD_SHERLOCK_SCRATCH, notify_on_succeeded=False
    )
    data.add_item("/README.txt", "/x")
    task_id = ada.submit_transfer(data)["task_id"]
    task = sandbox.services.world.tasks.get(task_id)
    assert task is not None
    assert task.request["notify_on_succeeded"] is False
    assert refused(lambda: ada.get_task("nothing"))[0] == 404
