"""A list that Globus sends in pages: one that fails must not look like the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import globus_sdk
import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..sandbox.helpers import TRANSFER, USUAL, finished, folder_of, send


def test_arrivals_are_reported_completely_or_not_at_all(
    ada: Services, sandbox: Sandbox, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    """Globus lists them in pages; a page that fails must not look like the end of the list."""
    folder = folder_of(sandbox, "research-cloud-project-space") / "many"
    folder.mkdir()
    for number in range(250):
        (folder / f"{number}.sif").touch()
    client = transfer()
    task_id = send(
        client,
        (names.RESEARCH_CLOUD, "/many/"),
        (names.STANFORD_SHERLOCK_SCRATCH, "/many/"),
        item={"recursive": True},
    )
    finished(client, task_id)
    route = f"GET /v0.10/task/{task_id}/successful_transfers"
    sandbox.set_faults({"route": route, "skip": 1, "count": 2, "half_body": True})
    with pytest.raises(errors.GlobusUnavailable):
        ada.parts.tasks.arrived(task_id)
    assert len(ada.parts.tasks.arrived(task_id)) == 250


@pytest.fixture
def transfer(sandbox: Sandbox) -> Iterator[Callable[..., globus_sdk.TransferClient]]:
    tokens = sandbox.tokens(USUAL, identity=names.ADA)
    authorizer = globus_sdk.AccessTokenAuthorizer(tokens[TRANSFER]["access_token"])
    client = globus_sdk.TransferClient(authorizer=authorizer)
    yield lambda: client
    client.close()
