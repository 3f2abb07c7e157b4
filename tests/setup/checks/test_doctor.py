"""Doctor reports each problem by its own check, with a fix."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.machine import Machine

MY_COMPUTER = names.MY_COMPUTER


def test_every_check_passes_where_all_is_well(well: Machine) -> None:
    ended = well.doctor()
    assert ended.code == 0, ended.out
    assert ended.json["is_well"]
    checks = ended.json["checks"]
    assert {check["state"] for check in checks} == {"ok"}, checks
    assert {
        "settings",
        "client id",
        "store",
        "token store",
        "registry images",
        "Globus Auth",
        "clock",
        "Globus Transfer",
        "account",
        "registry images at Globus",
        "Connect Personal",
        "folder of registry images",
    } <= {check["name"] for check in checks}


def test_the_text_output_says_the_same(well: Machine) -> None:
    ended = well.run("doctor")
    assert ended.code == 0
    assert "account: Connected as ada@uni.example (University of Example)" in ended.text
    assert ended.out.endswith("All checks passed.\n")
    well.run("logout")
    ended = well.run("doctor")
    assert ended.code == 1
    assert "FAIL account: Not connected to Globus." in ended.text
    assert (
        "-> Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login" in ended.text
    )
    assert ended.out.endswith("Failed checks: 1.\n")


def no_client_id(machine: Machine) -> None:
    machine.configure(client_id="")


def broken_settings(machine: Machine) -> None:
    machine.config_file.write_text("{")


def wrong_setting(machine: Machine) -> None:
    machine.configure(workers="many")


def readable_tokens(machine: Machine) -> None:
    (machine.home / "data" / "sregistry_globus" / "tokens.db").chmod(0o644)


def damaged_tokens(machine: Machine) -> None:
    (machine.home / "data" / "sregistry_globus" / "tokens.db").write_text("These are my notes.\n")


def store_is_a_file(machine: Machine) -> None:
    (machine.home / "file").touch()
    machine.configure(store_dir=str(machine.home / "file" / "store"))


def readable_secret(machine: Machine) -> None:
    machine.configure(client_secret="x")
    machine.config_file.chmod(0o644)


def wrong_secret(machine: Machine) -> None:
    machine.configure(client_id=names.CONFIDENTIAL_APP, client_secret="wrong")


def service_without_secret(machine: Machine) -> None:
    machine.configure(is_service=True)


def wrong_redirect(machine: Machine) -> None:
    machine.configure(redirect_uri="https://hub.example/elsewhere")


# What breaks the machine, the check that fails, and parts of its message and of its fix.
PROBLEMS: list[tuple[Callable[[Machine], object], str, str, str]] = [
    (no_client_id, "client id", "users cannot connect", "setup"),
    (broken_settings, "settings", "Cannot read", "Correct that file"),
    (wrong_setting, "settings", "workers", "Correct that file"),
    (readable_tokens, "token store", "Others could read", "chmod 600"),
    (damaged_tokens, "token store", "is damaged", "Connect again"),
    (store_is_a_file, "store", "Cannot create", "store_dir"),
    (readable_secret, "client secret", "others can read", "chmod 600"),
    (wrong_secret, "app", "rejected", "new secret"),
    (service_without_secret, "client secret", "requires client_secret", "--app service"),
    (wrong_redirect, "redirect_uri", "does not lead", "--server-url"),
    (lambda machine: shutil.rmtree(machine.registry), "registry images", "", "Check "),
    (
        lambda machine: machine.sandbox.set_faults({"route": "GET /.well-known/*", "status": 503}),
        "Globus Auth",
        "temporarily unavailable",
        "network",
    ),
    (
        lambda machine: machine.sandbox.set_faults({"route": "GET /v0.10/*", "drop": True}),
        "Globus Transfer",
        "cannot be reached",
        "network",
    ),
    (lambda machine: machine.sandbox.rescind_consents(), "account", "has ended", "login"),
    (
        lambda machine: machine.sandbox.change_endpoint(MY_COMPUTER, gcp_connected=False),
        "Connect Personal",
        "not running",
        "-start",
    ),
    (
        lambda machine: machine.sandbox.change_endpoint(MY_COMPUTER, gcp_paused=True),
        "Connect Personal",
        "paused",
        "-unpause",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "name", "message", "fix"),
    PROBLEMS,
    ids=[f"{problem[1]}, {problem[2]}" for problem in PROBLEMS],
)
def test_a_problem_is_reported_with_its_fix(
    well: Machine,
    spoil: Callable[[Machine], object],
    name: str,
    message: str,
    fix: str,
) -> None:
    spoil(well)
    ended = well.doctor()
    assert ended.code == 1
    assert not ended.json["is_well"]
    check = ended.check(name)
    assert check["state"] == "fail", ended.out
    assert message in check["message"]
    assert fix in check["fix"]


def test_doctor_changes_nothing(well: Machine) -> None:
    def contents() -> dict[Path, bytes]:
        files = [path for path in well.home.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in files if ".cache" not in path.parts}

    before = contents()
    well.doctor()
    assert contents() == before
