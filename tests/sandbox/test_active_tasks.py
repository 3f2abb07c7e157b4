"""Tasks while they run: progress, the limit on how many run, canceling."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from .helpers import (
    CLOUD,
    SCRATCH,
    TRANSFER,
    USUAL,
    finished,
    folder_of,
    leftovers,
    send,
    wait_for,
)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(tmp_path, throttle_bytes_per_second=400_000) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def test_progress_is_shown_and_three_tasks_run_at_once(slow: Sandbox) -> None:
    secret = slow.tokens(USUAL)[TRANSFER]["access_token"]
    source = folder_of(slow, "research-cloud-project-space")
    target = folder_of(slow, "stanford-sherlock-scratch")
    (source / "big").write_bytes(b"x" * 300_000)
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        tasks = [send(client, (CLOUD, "/big"), (SCRATCH, f"/big{n}")) for n in range(4)]

        def states() -> list[str]:
            return [client.get_task(task)["nice_status"] for task in tasks]

        wait_for(lambda: states() == ["OK", "OK", "OK", "Queued"])
        moved: list[int] = []
        while (task := client.get_task(tasks[0]))["status"] == "ACTIVE":
            moved.append(task["bytes_transferred"])
            assert not (target / "big0").exists()
            time.sleep(0.02)
        assert len(set(moved)) >= 4
        assert moved == sorted(moved)
        assert client.cancel_task(tasks[3])["code"] == "Canceled"
        for task_id in tasks[:3]:
            assert finished(client, task_id)["status"] == "SUCCEEDED"


def test_cancel_leaves_nothing_at_the_destination(slow: Sandbox) -> None:
    secret = slow.tokens(USUAL)[TRANSFER]["access_token"]
    source = folder_of(slow, "research-cloud-project-space")
    target = folder_of(slow, "stanford-sherlock-scratch")
    (source / "big").write_bytes(b"x" * 2_000_000)
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        task_id = send(client, (CLOUD, "/big"), (SCRATCH, "/big"))
        wait_for(lambda: leftovers(target))
        slow.change_setting("cancel_delay_s", 3600.0)
        assert client.cancel_task(task_id)["code"] == "CancelAccepted"
        assert client.get_task(task_id)["status"] == "ACTIVE"
        slow.change_setting("cancel_delay_s", 0.0)
        assert client.cancel_task(task_id)["code"] == "Canceled"
        task = client.get_task(task_id)
        assert (task["status"], task["subtasks_canceled"]) == ("FAILED", 1)
        assert client.cancel_task(task_id)["code"] == "TaskComplete"
        wait_for(lambda: not leftovers(target))
        assert not (target / "big").exists()
        assert next(iter(client.task_event_list(task_id)))["code"] == "CANCELED"
