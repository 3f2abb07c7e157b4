"""Tasks and their files, listed in pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import globus_sdk

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import CLOUD, SCRATCH, finished, refused, send


def test_successful_transfers_come_in_pages(ada: globus_sdk.TransferClient, source: Path) -> None:
    (source / "many").mkdir()
    for number in range(230):
        (source / "many" / f"{number:03d}").touch()
    task_id = send(ada, (CLOUD, "/many"), (SCRATCH, "/many"), item={"recursive": True})
    finished(ada, task_id)
    first = ada.task_successful_transfers(task_id)
    assert len(list(first)) == 100
    assert first["next_marker"] == 100
    rows = list(ada.paginated.task_successful_transfers(task_id).items())
    assert len({row["source_path"] for row in rows}) == 230


def test_task_list_filters_orders_and_pages(
    sandbox: Sandbox, ada: globus_sdk.TransferClient
) -> None:
    made = []
    for number in range(3):
        sandbox.advance_clock(60)
        made.append(
            send(ada, (CLOUD, "/README.txt"), (SCRATCH, f"/t{number}"), label=f"try {number}")
        )
        finished(ada, made[-1])

    def ls(text: str = "", **options: Any) -> list[str]:
        return [row["task_id"] for row in ada.task_list(filter=text, **options)]

    assert ls()[:3] == made[::-1]
    assert ls("label:try 1") == [made[1]]
    assert ls("label:~TRY*,!~*2/status:SUCCEEDED") == [made[1], made[0]]
    assert ls(f"task_id:{made[0]},{made[2]}", orderby="request_time ASC") == [made[0], made[2]]
    assert ls("status:ACTIVE") == []
    assert ls("type:DELETE") == []
    assert ls("completion_time:2001-01-01 00:00:00,2002-01-01 00:00:00") == []
    assert set(made) <= set(ls("request_time:2001-01-01 00:00:00,"))
    page = ada.task_list(limit=2, offset=1)
    assert (page["length"], page["limit"], page["offset"], page["total"]) == (2, 2, 1, 5)
    fields = ada.task_list(limit=1, query_params={"fields": "task_id,status"})
    assert fields["DATA"] == [{"task_id": made[2], "status": "SUCCEEDED"}]
    assert len(list(ada.paginated.task_list(limit=1).items())) == 5
    empty = ada.task_list(offset=50)
    assert (empty["DATA"], empty["total"]) == ([], 0)


def test_a_task_belongs_to_its_submitter(
    ada: globus_sdk.TransferClient, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    task_id = send(ada, (CLOUD, "/README.txt"), (SCRATCH, "/x"))
    bob = transfer(names.BOB)
    for action in (bob.get_task, bob.cancel_task, bob.task_event_list):
        assert refused(lambda: action(task_id)) == (404, "ClientError.NotFound")  # noqa: B023
    assert transfer(names.ADA_HOSPITAL).get_task(task_id)["task_id"] == task_id
    finished(ada, task_id)
