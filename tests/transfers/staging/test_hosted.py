"""Images staged in a folder that the site's endpoint serves, and on another computer."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from ...support.webserver import Reply, WebServer
from ..conftest import CLUSTER, Make, asked, ended, until
from .stagedimage import CONTENT, DIGEST, HALF, arrived


def folder_in(contents: Path) -> Path:
    return contents / f"sregistry-globus-staging-{os.getuid()}"


def test_an_image_is_staged_under_its_path_here_and_sent_by_its_path_there(
    image: str, cluster: Make, contents: Path, sandbox: Sandbox
) -> None:
    services = cluster()
    plan = services.transfers.plan(asked(image))
    (planned,) = plan.images
    assert plan.is_sendable
    assert (planned.route, planned.source_endpoint_id) == ("staged", CLUSTER)
    below = "/".join(Path(planned.source_path).parts[-2:])
    assert planned.staged_path == f"{folder_in(contents)}/{below}"
    assert planned.source_path == f"/scratch/{folder_in(contents).name}/{below}"
    transfer = services.transfers.start(asked(image), origin="cli")
    assert until(services, transfer.id, ended).state == "succeeded"
    assert arrived(sandbox) == [DIGEST]
    services.transfers.step()
    assert list(folder_in(contents).iterdir()) == []


def test_an_endpoint_that_cannot_read_staged_files_blocks(
    image: str, cluster: Make, sandbox: Sandbox, contents: Path
) -> None:
    sandbox.change_endpoint(CLUSTER, acts_as="svc")
    plan = cluster().transfers.plan(asked(image))
    (message,) = [w.message for w in plan.images[0].warnings if w.severity == "blocking"]
    assert message == (
        f"Alder cluster acts as another account and can't read {folder_in(contents)}. Choose "
        "another route or change its permissions."
    )


def test_a_wrong_mapping_of_the_staging_folder_blocks(
    image: str, cluster: Make, sandbox: Sandbox, tmp_path: Path
) -> None:
    services = cluster()
    sandbox.change_endpoint(CLUSTER, root=str(tmp_path / "home"))
    plan = services.transfers.plan(asked(image))
    (message,) = [w.message for w in plan.images[0].warnings if w.severity == "blocking"]
    assert "The endpoint Alder cluster shows no such folder at /scratch/" in message


def test_only_the_computer_with_the_staged_file_continues(
    image: str,
    cluster: Make,
    contents: Path,
    web: WebServer,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLURM_TMPDIR", str(contents))
    monkeypatch.setattr(socket, "gethostname", lambda: "node1")
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    first = cluster()
    transfer = first.transfers.start(asked(image), origin="cli")
    assert transfer.tasks[0].images[0].node == "node1"
    until(first, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    first.close()
    web.go_on()
    web.answer = lambda wanted: Reply(200, CONTENT)

    monkeypatch.setattr(socket, "gethostname", lambda: "node2")
    second = cluster()
    seen = until(second, transfer.id, lambda now: now.tasks[0].is_stuck)
    assert seen.tasks[0].reason.startswith("Waiting for node1: only that computer has the staged")
    for _ in range(3):
        second.transfers.hurry()
        second.transfers.step()
    assert second.transfers.get(transfer.id).tasks[0].state == "staging"

    # The other one runs on: the lease does not keep the first from continuing.
    monkeypatch.setattr(socket, "gethostname", lambda: "node1")
    assert until(cluster(), transfer.id, ended).state == "succeeded"
    assert arrived(sandbox) == [DIGEST]


def test_any_computer_continues_what_all_can_see(
    image: str,
    cluster: Make,
    web: WebServer,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupyterlab_sregistry_globus.store.nodes._USUAL", ())
    monkeypatch.setattr(socket, "gethostname", lambda: "node1")
    web.answer = lambda wanted: Reply(200, CONTENT, stall_after=HALF)
    first = cluster()
    transfer = first.transfers.start(asked(image), origin="cli")
    assert transfer.tasks[0].images[0].node is None
    until(first, transfer.id, lambda now: now.tasks[0].bytes_staged > 0)
    first.close()
    web.go_on()
    web.answer = lambda wanted: Reply(200, CONTENT)
    monkeypatch.setattr(socket, "gethostname", lambda: "node2")
    assert until(cluster(), transfer.id, ended).state == "succeeded"
