"""Disconnecting while an upload runs, and what uploads leave behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import SRegistryGlobusError, TransferActive, UploadsActive
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ....support.connect import connect
from ...conftest import ended, until
from .conftest import PUT, SCOPES, image_of, request, temporary_files


@pytest.fixture
def running(ada: Services, sandbox: Sandbox, image: Path, cluster: Path) -> Transfer:
    """An upload in the middle of its PUT."""
    sandbox.set_faults({"route": PUT, "stall": True, "at_bytes": 1000, "count": 1})
    started = ada.transfers.start(request(image), origin="cli")
    ada.transfers.step()
    return until(ada, started.id, lambda now: temporary_files(cluster) != [])


def test_disconnecting_during_an_upload_asks_what_to_do(ada: Services, running: Transfer) -> None:
    with pytest.raises(UploadsActive, match="Finish them, cancel them, or keep them"):
        ada.disconnecting.disconnect()
    assert ada.account.current().state == "connected"


def test_disconnecting_can_cancel_uploads_before_the_token_is_revoked(
    ada: Services, sandbox: Sandbox, running: Transfer, cluster: Path
) -> None:
    assert ada.disconnecting.disconnect("cancel").is_revoked
    assert ada.account.current().state == "disconnected"
    assert temporary_files(cluster) == []
    asked = [f"{seen.method} {seen.path}" for seen in sandbox.requests()]
    removed = max(number for number, text in enumerate(asked) if text.startswith("DELETE /https"))
    revoked = min(number for number, text in enumerate(asked) if text.endswith("/token/revoke"))
    assert removed < revoked


def test_disconnecting_can_wait_for_the_end_of_uploads(
    ada: Services, sandbox: Sandbox, running: Transfer, cluster: Path, image: Path
) -> None:
    assert ada.disconnecting.disconnect("finish").is_pending
    assert ada.account.current().state == "connected"
    sandbox.set_faults()
    end = time.monotonic() + 30
    while ada.account.current().state == "connected":
        assert time.monotonic() < end
        ada.transfers.hurry()
        ada.transfers.step()
        time.sleep(0.05)
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()


def test_a_kept_upload_continues_after_the_next_login(
    ada: Services, sandbox: Sandbox, running: Transfer, cluster: Path, image: Path
) -> None:
    ada.disconnecting.disconnect("keep")
    sandbox.set_faults()
    connect(ada, sandbox, LoginAction(required_scopes=SCOPES))
    transfer = until(ada, running.id, ended)
    assert transfer.state == "succeeded"
    assert (cluster / "bwa.sif").read_bytes() == image.read_bytes()
    until(ada, running.id, lambda now: temporary_files(cluster) == [])


def test_files_that_cannot_be_removed_are_listed_and_removed_on_request(
    ada: Services, sandbox: Sandbox, running: Transfer, cluster: Path
) -> None:
    with pytest.raises(TransferActive):
        ada.transfers.clean(running.id)
    sandbox.change_endpoint(names.ALDER_CLUSTER, unreachable=True)
    ada.transfers.cancel(running.id)
    transfer = until(ada, running.id, ended)
    (left,) = image_of(transfer).leftovers
    assert left.temporary_path.endswith(temporary_files(cluster)[0])
    with pytest.raises(SRegistryGlobusError):
        ada.transfers.clean(running.id)
    sandbox.change_endpoint(names.ALDER_CLUSTER, unreachable=False)
    assert image_of(ada.transfers.clean(running.id)).leftovers == ()
    assert temporary_files(cluster) == []
