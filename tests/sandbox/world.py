"""Requests from which the sandbox's answers are made, with the tokens and tasks they need."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import globus_sdk

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import (
    TIMER,
    TIMERS,
    TRANSFER,
    TRANSFER_ALL,
    USUAL,
    answer_code,
    data_access,
    finished,
    send,
    wait_for,
)

APP = names.CONFIDENTIAL_APP


SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


README = (names.RESEARCH_CLOUD, "/README.txt")


def fetch(
    sandbox: Sandbox,
    method: str,
    path: str,
    *,
    token: str | None = None,
    basic: tuple[str, str] | None = None,
    body: Any = None,
) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{sandbox.url.rstrip('/')}{path}", data=data, headers=headers, method=method
    )
    if basic is not None:
        authorizer = globus_sdk.BasicAuthorizer(*basic)
        request.add_header("Authorization", authorizer.get_authorization_header())
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def plain(payload: Any) -> Any:
    """Return a payload of the SDK as it is sent."""
    if isinstance(payload, list):
        return [plain(value) for value in payload]
    if not hasattr(payload, "items"):
        return payload
    return {
        name: plain(value) for name, value in payload.items() if value is not globus_sdk.MISSING
    }


class World:
    """Tokens and tasks from which the sandbox's answers are made."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        scope = (
            f"{USUAL} {TIMER}[{TRANSFER_ALL}] {TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
        )
        self.tokens = sandbox.tokens(scope)
        self.client = globus_sdk.TransferClient(
            authorizer=globus_sdk.AccessTokenAuthorizer(self.secret(TRANSFER))
        )

    def secret(self, server: str) -> str:
        return str(self.tokens[server]["access_token"])

    def auth(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        return fetch(self.sandbox, method, path, token=self.secret("auth.globus.org"), **options)

    def app(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        pair = self.sandbox.confidential_client
        return fetch(self.sandbox, method, path, basic=pair, **options)

    def transfer(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        path = f"/v0.10{path}"
        return fetch(self.sandbox, method, path, token=self.secret(TRANSFER), **options)

    def timer(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        return fetch(self.sandbox, method, path, token=self.secret(TIMERS), **options)

    def token(self, **form: str) -> tuple[int, Any]:
        pair = self.sandbox.confidential_client
        with globus_sdk.ConfidentialAppAuthClient(*pair) as client:
            client.retry_config.max_retries = 0
            try:
                answer = client.post("/v2/oauth2/token", data=form, encoding="form")
            except globus_sdk.AuthAPIError as error:
                return error.http_status, error.raw_json
            return answer.http_status, json.loads(answer.text)

    def exchange(self, scopes: str) -> tuple[int, Any]:
        uri = "http://localhost:1/shapes"
        self.sandbox.add_redirect_uri(uri)
        with globus_sdk.ConfidentialAppAuthClient(*self.sandbox.confidential_client) as client:
            client.oauth2_start_flow(uri, requested_scopes=scopes)
            code = answer_code(self.sandbox.log_in(client.oauth2_get_authorize_url()))
        return self.token(grant_type="authorization_code", code=code, redirect_uri=uri)

    def dependent(self, **form: str) -> tuple[int, Any]:
        token = self.sandbox.tokens(names.CONFIDENTIAL_SCOPE)[APP]["access_token"]
        grant = "urn:globus:auth:grant_type:dependent_token"
        return self.token(grant_type=grant, token=token, **form)

    def submission(self) -> dict[str, Any]:
        data = globus_sdk.TransferData(
            README[0], SCRATCH, submission_id=self.client.get_submission_id()["value"]
        )
        data.add_item(README[1], "/shape.txt")
        return plain(data)

    def done_task(self) -> str:
        task_id = send(self.client, README, (SCRATCH, "/done.txt"))
        finished(self.client, task_id)
        return task_id

    def stuck_task(self) -> str:
        self.sandbox.set_task_faults({"code": "TIMEOUT"})
        return send(self.client, README, (SCRATCH, "/stuck.txt"))

    def delete_body(self) -> dict[str, Any]:
        return {
            "DATA_TYPE": "delete",
            "endpoint": README[0],
            "submission_id": self.client.get_submission_id()["value"],
            "DATA": [{"DATA_TYPE": "delete_item", "path": README[1]}],
        }

    def timer_body(self, destination: str = SCRATCH) -> dict[str, Any]:
        body = globus_sdk.TransferData(README[0], destination)
        body.add_item(README[1], "/timed.txt")
        schedule = {
            "type": "recurring",
            "interval_seconds": 604_800,
            "end": {"condition": "iterations", "count": 2},
        }
        document = {"timer_type": "transfer", "name": "x", "schedule": schedule, "body": body}
        return {"timer": plain(document)}

    def ran_job(self) -> str:
        _, made = self.timer("POST", "/v2/timer", body=self.timer_body())
        job_id = str(made["timer"]["job_id"])
        wait_for(lambda: self.timer("GET", f"/jobs/{job_id}")[1]["results"]["data"])
        return job_id

    def inactive_job(self, *, by_consent: bool) -> tuple[int, Any]:
        if not by_consent:
            job_id = self.ran_job()
            self.timer("POST", f"/jobs/{job_id}/pause")
            return self.timer("GET", f"/jobs/{job_id}")
        body = self.timer_body(names.NATIONAL_CENTER)
        _, made = self.timer("POST", "/v2/timer", body=body)
        path = f"/jobs/{made['timer']['job_id']}"
        wait_for(lambda: self.timer("GET", path)[1]["status"] == "inactive")
        return self.timer("GET", path)

    def failing_job(self) -> tuple[int, Any]:
        self.sandbox.set_faults({"route": "GET /jobs/*", "status": 500, "code": "ERROR"})
        return self.timer("GET", "/jobs/x")
