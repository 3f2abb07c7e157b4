"""`doctor --transfer` sends a real file, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.setup.checks import transfer

from ...support.machine import Machine

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


def left(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob(f"{transfer.PREFIX}*")]


def storage(machine: Machine) -> Path:
    return machine.sandbox.state / "endpoints"


def examine(machine: Machine, place: str) -> dict[str, dict[str, str]]:
    ended = machine.run("doctor", "--json", "--transfer", place)
    checks: list[dict[str, str]] = ended.json["checks"]
    found = {check["name"]: check for check in checks if check["name"].startswith("transfer")}
    failed = any(check["state"] == "fail" for check in checks)
    assert ended.code == (1 if failed else 0)
    return found


@pytest.mark.parametrize("place", [f"{SCRATCH}:/images/", f"{SCRATCH}:"])
def test_a_file_arrives_and_all_traces_are_removed(well: Machine, place: str) -> None:
    before = sorted(storage(well).rglob("*"))
    checks = examine(well, place)
    assert checks["transfer"]["state"] == "ok", checks
    assert "to Stanford Sherlock scratch by the local route" in checks["transfer"]["message"]
    assert "Globus computed its checksum" in checks["transfer"]["message"]
    assert checks["transfer cleanup"]["state"] == "ok"
    assert sorted(storage(well).rglob("*")) == before
    assert left(well.home, well.registry) == []
    assert well.run("transfers", "--json").json["transfers"] == []


def test_without_the_option_nothing_is_sent(well: Machine) -> None:
    assert "transfer" not in {check["name"] for check in well.doctor().json["checks"]}
    posts = [row.path for row in well.sandbox.requests() if row.method == "POST"]
    assert not [path for path in posts if "/v0.10/" in path]


def test_a_folder_that_cannot_be_made(well: Machine) -> None:
    for place, text in (
        (f"{names.STANFORD_GENOMICS_ARCHIVE}:/", "Cannot make a folder at"),
        (f"{SCRATCH}:/missing/", "Cannot make a folder at"),
        ("nowhere:/images/", "nowhere"),
        (f"{names.NATIONAL_CENTER}:/", "consent"),
    ):
        checks = examine(well, place)
        assert set(checks) == {"transfer"}
        assert checks["transfer"]["state"] == "fail"
        assert text in checks["transfer"]["message"]
        assert checks["transfer"]["fix"]
    assert left(storage(well), well.home) == []


def test_a_file_that_does_not_arrive(well: Machine) -> None:
    well.sandbox.set_task_faults({"code": "NO_SPACE_LEFT", "is_fatal": True, "path": ".sqsh"})
    checks = examine(well, f"{SCRATCH}:/images/")
    assert checks["transfer"]["state"] == "fail"
    assert "no space left" in checks["transfer"]["message"].lower()
    assert checks["transfer cleanup"]["state"] == "ok"
    assert left(storage(well), well.home) == []


def test_a_file_that_takes_too_long(well: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "TIMEOUT_S", 1.0)
    well.sandbox.set_task_faults({"code": "TIMEOUT", "path": ".sqsh"})
    checks = examine(well, f"{SCRATCH}:/images/")
    assert "has not arrived after 1 s" in checks["transfer"]["message"]
    assert left(storage(well), well.home) == []
    assert well.run("transfers", "--json").json["transfers"] == []
    [task] = well.transfer().task_list(limit=1, filter="type:TRANSFER")["DATA"]
    assert task["status"] == "FAILED"
    assert task["fatal_error"]["code"] == "CANCELED"


def test_folders_that_stay_are_named(well: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "REMOVE_TIMEOUT_S", 0.5)
    well.sandbox.set_faults({"route": "POST /v0.10/delete", "status": 403})
    checks = examine(well, f"{SCRATCH}:/images/")
    assert checks["transfer"]["state"] == "ok"
    assert checks["transfer cleanup"]["state"] == "warn"
    [folder] = left(storage(well) / "stanford-sherlock-scratch")
    assert folder.name in checks["transfer cleanup"]["message"]
    assert folder.name in checks["transfer cleanup"]["fix"]


def test_no_endpoint_serves_this_host(ready: Machine) -> None:
    checks = examine(ready, f"{SCRATCH}:/images/")
    assert checks["transfer"]["state"] == "fail"
    assert "cannot be sent" in checks["transfer"]["message"]
    assert left(storage(ready), ready.home) == []
