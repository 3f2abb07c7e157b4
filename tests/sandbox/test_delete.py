"""Tasks that delete."""

from __future__ import annotations

from pathlib import Path

import globus_sdk

from .helpers import CLOUD, finished, wait_for


def test_delete_removes_its_items(ada: globus_sdk.TransferClient, tree: Path, source: Path) -> None:
    data = globus_sdk.DeleteData(CLOUD, recursive=True)
    data.add_item("/tree")
    data.add_item("/README.txt")
    answer = ada.submit_delete(data)
    task = finished(ada, answer["task_id"])
    assert (answer["DATA_TYPE"], task["type"], task["status"]) == (
        "delete_result",
        "DELETE",
        "SUCCEEDED",
    )
    assert not tree.exists()
    assert not (source / "README.txt").exists()
    assert (source / "images").exists()
    assert task["destination_endpoint_id"] is None


def test_delete_spares_folders_and_the_root(
    ada: globus_sdk.TransferClient, tree: Path, source: Path
) -> None:
    for path, recursive in (("/tree", False), ("/", True), ("/tree/../", True)):
        data = globus_sdk.DeleteData(CLOUD, recursive=recursive)
        data.add_item(path)
        task = finished(ada, ada.submit_delete(data)["task_id"])
        assert task["status"] == "FAILED"
    assert (tree / "a.sif").exists()


def test_delete_of_a_missing_file(ada: globus_sdk.TransferClient) -> None:
    data = globus_sdk.DeleteData(CLOUD, additional_fields={"ignore_missing": True})
    data.add_item("/missing")
    assert finished(ada, ada.submit_delete(data)["task_id"])["status"] == "SUCCEEDED"
    strict = globus_sdk.DeleteData(CLOUD)
    strict.add_item("/missing")
    task_id = ada.submit_delete(strict)["task_id"]
    wait_for(lambda: ada.get_task(task_id)["nice_status"] == "FILE_NOT_FOUND")
    ada.cancel_task(task_id)
