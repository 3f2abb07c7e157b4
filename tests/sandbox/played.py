"""How each answer that globus_sdk.testing recorded is had from the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import globus_sdk

from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import (
    TRANSFER_ALL,
    USUAL,
)
from .world import APP, README, SCRATCH, World, fetch


def job_form(world: World) -> dict[str, Any]:
    items = [{"source_path": README[1], "destination_path": "/job.txt", "recursive": False}]
    inner = {
        "source_endpoint_id": README[0],
        "destination_endpoint_id": SCRATCH,
        "transfer_items": items,
        "label": "x",
        "skip_source_errors": True,
        "sync_level": 3,
        "verify_checksum": True,
    }
    return {
        "name": "x",
        "start": "2022-04-01T19:30:00+00:00",
        "interval": 864_000,
        "callback_url": "https://actions.automate.globus.org/transfer/transfer/run",
        "callback_body": {"body": inner},
    }


def ids(*identities: str) -> str:
    return f"/v2/api/identities?ids={','.join(identities)}"


Play = Callable[[World], tuple[int, Any]]


ENDPOINT = f"/endpoint/{names.MY_COMPUTER}"


FILES = f"/operation/endpoint/{SCRATCH}"


PLAYED: dict[str, Play] = {
    "auth.create_native_app_instance:*": lambda w: fetch(
        w.sandbox,
        "POST",
        "/v2/api/clients",
        body={"client": {"template_id": names.GLOBUS_CLI_TEMPLATE, "name": "x"}},
    ),
    "auth.get_client:default": lambda w: w.app("GET", f"/v2/api/clients/{APP}"),
    "auth.delete_client:default": lambda w: w.app("DELETE", f"/v2/api/clients/{APP}"),
    "auth.get_consents:default": lambda w: w.auth(
        "GET", f"/v2/api/identities/{names.ADA}/consents"
    ),
    "auth.get_identities:empty": lambda w: w.auth("GET", ids(names.REGISTRY)),
    "auth.get_identities:multiple": lambda w: w.auth("GET", ids(names.ADA, names.BOB)),
    "auth.get_identities:unauthorized": lambda w: fetch(w.sandbox, "GET", ids(names.ADA)),
    "auth.get_identities:*": lambda w: w.auth("GET", ids(names.ADA)),
    "auth.get_identity_providers:*": lambda w: w.auth(
        "GET", "/v2/api/identity_providers?domains=uni.example"
    ),
    "auth.oauth2_client_credentials_tokens:default": lambda w: w.token(
        grant_type="client_credentials", scope=TRANSFER_ALL
    ),
    "auth.oauth2_client_credentials_tokens:openid": lambda w: w.token(
        grant_type="client_credentials", scope="openid"
    ),
    "auth.oauth2_exchange_code_for_tokens:default": lambda w: w.exchange(TRANSFER_ALL),
    "auth.oauth2_exchange_code_for_tokens:openid": lambda w: w.exchange("openid"),
    "auth.oauth2_exchange_code_for_tokens:invalid_grant": lambda w: w.token(
        grant_type="authorization_code", code="unknown"
    ),
    "auth.oauth2_get_dependent_tokens:groups": lambda w: w.dependent(),
    "auth.oauth2_get_dependent_tokens:groups_with_refresh_token": lambda w: w.dependent(
        access_type="offline"
    ),
    "auth.oauth2_revoke_token:default": lambda w: w.app("POST", "/v2/oauth2/token/revoke"),
    "auth.oauth2_token_introspect:default": lambda w: _introspect(w),
    "auth.userinfo:unauthorized": lambda w: fetch(w.sandbox, "GET", "/v2/oauth2/userinfo"),
    "auth.userinfo:forbidden": lambda w: fetch(
        w.sandbox,
        "GET",
        "/v2/oauth2/userinfo",
        token=w.sandbox.tokens("email")["auth.globus.org"]["access_token"],
    ),
    "transfer.cancel_task:default": lambda w: w.transfer("POST", f"/task/{w.stuck_task()}/cancel"),
    "transfer.get_endpoint:default": lambda w: w.transfer("GET", ENDPOINT),
    "transfer.get_submission_id:default": lambda w: w.transfer("GET", "/submission_id"),
    "transfer.operation_mkdir:default": lambda w: w.transfer(
        "POST", f"{FILES}/mkdir", body={"DATA_TYPE": "mkdir", "path": "/shape"}
    ),
    "transfer.operation_rename:default": lambda w: w.transfer(
        "POST", f"{FILES}/rename", body={"old_path": "/README.txt", "new_path": "/x"}
    ),
    "transfer.operation_stat:default": lambda w: w.transfer(
        "GET", f"{FILES}/stat?path=/README.txt"
    ),
    "transfer.operation_stat:not_found": lambda w: w.transfer("GET", f"{FILES}/stat?path=/none"),
    "transfer.operation_stat:permission_denied": lambda w: w.transfer(
        "GET", f"/operation/endpoint/{names.MY_COMPUTER}/stat?path=/etc"
    ),
    "transfer.submit_delete:default": lambda w: w.transfer("POST", "/delete", body=w.delete_body()),
    "transfer.submit_transfer:default": lambda w: w.transfer(
        "POST", "/transfer", body=w.submission()
    ),
    "transfer.submit_transfer:failure": lambda w: w.transfer(
        "POST", "/transfer", body={**w.submission(), "DATA": []}
    ),
    "transfer.task_list:default": lambda w: w.transfer(
        "GET", f"/task_list?filter=task_id:{w.done_task()}"
    ),
    "transfer.update_endpoint:default": lambda w: w.transfer(
        "PUT", ENDPOINT, body={"description": "x"}
    ),
    "timer.create_job:default": lambda w: w.timer("POST", "/jobs/", body=job_form(w)),
    "timer.create_job:validation_error": lambda w: w.timer(
        "POST", "/jobs/", body={"callback_body": {}}
    ),
    "timer.create_timer:default": lambda w: w.timer("POST", "/v2/timer", body=w.timer_body()),
    "timer.delete_job:default": lambda w: w.timer("DELETE", f"/jobs/{w.ran_job()}"),
    "timer.get_job:default": lambda w: w.timer("GET", f"/jobs/{w.ran_job()}"),
    "timer.get_job:inactive_gare": lambda w: w.inactive_job(by_consent=True),
    "timer.get_job:inactive_user": lambda w: w.inactive_job(by_consent=False),
    "timer.get_job:simple_500_error": lambda w: w.failing_job(),
    "timer.list_jobs:default": lambda w: w.timer("GET", f"/jobs/?x={w.ran_job()}"),
    "timer.pause_job:default": lambda w: w.timer("POST", f"/jobs/{w.ran_job()}/pause"),
    "timer.resume_job:default": lambda w: w.timer("POST", f"/jobs/{w.ran_job()}/resume"),
    "timer.update_job:default": lambda w: w.timer(
        "PATCH", f"/jobs/{w.ran_job()}", body={"name": "x"}
    ),
}


def _introspect(world: World) -> tuple[int, Any]:
    secret = world.sandbox.tokens(USUAL, client_id=APP)["auth.globus.org"]["access_token"]
    with globus_sdk.ConfidentialAppAuthClient(*world.sandbox.confidential_client) as client:
        answer = client.oauth2_token_introspect(secret)
        return answer.http_status, answer.data
