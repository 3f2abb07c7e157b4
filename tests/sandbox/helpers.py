"""Helpers of these tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

TRANSFER = "transfer.api.globus.org"
TRANSFER_ALL = f"urn:globus:auth:scope:{TRANSFER}:all"
TIMERS = "524230d7-ea86-4a52-8312-86065a9e0417"
TIMER = f"https://auth.globus.org/scopes/{TIMERS}/timer"
USUAL = f"openid profile email {TRANSFER_ALL}"

DAY_S = 86_400
CLOUD = names.RESEARCH_CLOUD
SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


def data_access(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/data_access"


def path_of(sandbox: Sandbox, path: str) -> str:
    """Return a path with the secret part of the sandbox's address before it."""
    return urlsplit(sandbox.url).path.rstrip("/") + path


def folder_of(sandbox: Sandbox, slug: str) -> Path:
    """Return the folder on this disk that is an endpoint's storage."""
    return sandbox.state / "endpoints" / slug


def refused(action: Callable[[], Any]) -> tuple[int, str | None]:
    """Return the status and code with which an SDK call fails."""
    with pytest.raises(globus_sdk.GlobusAPIError) as caught:
        action()
    return caught.value.http_status, caught.value.code


def wait_for(condition: Callable[[], Any], timeout_s: float = 15.0) -> Any:
    """Return the first true value.

    :raises AssertionError: none came in time.
    """
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {timeout_s} s for {condition}")


def finished(client: globus_sdk.TransferClient, task_id: str) -> dict[str, Any]:
    """Return the task document once it is done."""

    def done() -> dict[str, Any] | None:
        task = client.get_task(task_id).data
        return task if task["completion_time"] else None

    return wait_for(done)


def send(
    client: globus_sdk.TransferClient,
    source: tuple[str, str],
    destination: tuple[str, str],
    *,
    item: dict[str, Any] | None = None,
    **options: Any,
) -> str:
    """Submit one item, and return the task id."""
    data = globus_sdk.TransferData(source[0], destination[0], **options)
    data.add_item(source[1], destination[1], **(item or {}))
    return str(client.submit_transfer(data)["task_id"])


def answer_code(location: str) -> str:
    """Return the code in the address that a login page redirected to."""
    return parse_qs(urlsplit(location).query)["code"][0]


def auth_client(sandbox: Sandbox, scopes: str = USUAL, **who: str) -> globus_sdk.AuthClient:
    token = sandbox.tokens(scopes, **who)["auth.globus.org"]["access_token"]
    return globus_sdk.AuthClient(authorizer=globus_sdk.AccessTokenAuthorizer(token))


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))
