"""Doctor verifies each endpoint that serves a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.globus.scopes import data_access_scope
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.connect import connect
from ...support.machine import Machine

CLUSTER = names.ALDER_CLUSTER
CONSENT = LoginAction(required_scopes=(data_access_scope(CLUSTER),))


@pytest.fixture
def scratch(ready: Machine, tmp_path: Path) -> Path:
    """A folder that the cluster serves as /scratch; its consent is given."""
    folder = tmp_path / "big"
    folder.mkdir()
    ready.sandbox.change_endpoint(CLUSTER, root=str(folder))
    with ready.services() as services:
        connect(services, ready.sandbox, CONSENT, identity=names.ADA)
    return folder


def doctor(machine: Machine, scratch: Path, there: str = "/scratch", **more: Any) -> dict[str, Any]:
    entry = {"path": str(scratch), "endpoint": CLUSTER, "endpoint_path": there, **more}
    machine.configure(host_endpoints=[entry])
    check = machine.doctor().check(f"host endpoint for {scratch}")
    # Nothing stays behind.
    assert [file for file in scratch.rglob("*") if ".sregistry" in file.name] == []
    return check


def test_a_right_entry_passes(ready: Machine, scratch: Path) -> None:
    check = doctor(ready, scratch)
    assert check["state"] == "ok", check
    assert check["message"] == "Alder cluster serves it at /scratch for reading and writing."
    requests = [f"{one.method} {one.path}" for one in ready.sandbox.requests()]
    assert any(CLUSTER in request and request.endswith("/mkdir") for request in requests)
    ready.sandbox.clear_requests()
    check = doctor(ready, scratch, writable=False)
    assert check["message"] == "Alder cluster serves it at /scratch for reading."
    requests = [f"{one.method} {one.path}" for one in ready.sandbox.requests()]
    assert not any(request.endswith("/mkdir") for request in requests)


def test_a_wrong_path_fails(ready: Machine, scratch: Path) -> None:
    check = doctor(ready, scratch, "/scratch/elsewhere")
    assert check["state"] == "fail"
    assert (
        "The endpoint Alder cluster shows no such file at /scratch/elsewhere/" in check["message"]
    )
    assert check["fix"] == "Check SRegistryGlobus.host_endpoints."


def test_a_missing_folder_and_a_missing_endpoint_fail(ready: Machine, scratch: Path) -> None:
    scratch.rmdir()
    assert "is not a folder on this machine" in doctor(ready, scratch)["message"]
    scratch.mkdir()
    ready.sandbox.change_endpoint(CLUSTER, deleted=True)
    check = doctor(ready, scratch)
    assert (
        check["state"],
        "does not exist" in check["message"] or "deleted" in check["message"],
    ) == (
        "fail",
        True,
    )


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (0o755, "acts as another account and can't read this file"),
        (0o700, "acts as another account and can't read this file"),
    ],
)
def test_an_endpoint_that_acts_as_another_account_fails(
    ready: Machine, scratch: Path, mode: int, message: str
) -> None:
    scratch.chmod(mode)
    ready.sandbox.change_endpoint(CLUSTER, acts_as="svc")
    check = doctor(ready, scratch)
    assert check["state"] == "fail"
    assert message in check["message"]


def test_what_cannot_be_checked_is_a_warning(ready: Machine, scratch: Path) -> None:
    route = f"GET /v0.10/operation/endpoint/{CLUSTER}/ls"
    ready.sandbox.set_faults({"route": route, "status": 503, "count": 9})
    check = doctor(ready, scratch)
    assert check["state"] == "warn"
    assert check["message"].startswith("Not checked on Alder cluster: ")


def test_a_missing_consent_is_a_warning(ready: Machine, scratch: Path) -> None:
    ready.sandbox.rescind_consents()
    ready.log_in()
    check = doctor(ready, scratch)
    assert check["state"] == "warn"
    assert "requires a consent" in check["message"]


def test_a_wrong_variable_is_named(ready: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOBUS_COLLECTION_ID", "cluster")
    check = ready.doctor().check("host endpoints")
    assert check["state"] == "fail"
    assert check["message"].startswith("GLOBUS_COLLECTION_ID")


def test_a_registry_in_a_served_folder_needs_no_connect_personal(
    ready: Machine, scratch: Path
) -> None:
    entry = {"path": str(ready.registry), "endpoint": CLUSTER, "endpoint_path": "/scratch"}
    ready.sandbox.change_endpoint(CLUSTER, root=str(ready.registry))
    registries = [{"name": "images", "kind": "folder", "path": str(ready.registry)}]
    ready.configure(registries=registries, host_endpoints=[entry])
    check = ready.doctor().check("Connect Personal")
    assert check["state"] == "ok"


def test_a_registry_that_nothing_serves_names_the_direct_way(ready: Machine) -> None:
    registries = [{"name": "images", "kind": "folder", "path": str(ready.registry)}]
    ready.configure(registries=registries)
    check = ready.doctor().check("Connect Personal")
    assert check["state"] == "warn"
    assert "can only be sent directly over HTTPS" in check["message"]
