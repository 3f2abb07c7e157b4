"""What doctor says: each trouble by a check of its own, with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.machine import Machine

MY_COMPUTER = names.MY_COMPUTER


def test_all_is_well_where_it_is(well: Machine) -> None:
    ended = well.doctor()
    assert ended.code == 0, ended.out
    assert ended.json["is_well"]
    checks = ended.json["checks"]
    assert {one["state"] for one in checks} == {"ok"}, checks
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
    } <= {one["name"] for one in checks}


def test_in_words_it_is_the_same(well: Machine) -> None:
    ended = well.run("doctor")
    assert ended.code == 0
    assert "account: Connected as ada@uni.example (University of Example)" in ended.text
    assert ended.out.endswith("All is well.\n")
    well.run("logout")
    ended = well.run("doctor")
    assert ended.code == 1
    assert "FAIL account: Nobody is connected." in ended.text
    assert (
        "-> Connect in JupyterLab's sidebar, or run: jupyter sregistry-globus login" in ended.text
    )
    assert ended.out.endswith("What fails: 1.\n")


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


def strange_redirect(machine: Machine) -> None:
    machine.configure(redirect_uri="https://hub.example/elsewhere")


# What is done to a machine where all is well; the check that fails; what it says; what cures it.
TROUBLES: list[tuple[Callable[[Machine], object], str, str, str]] = [
    (no_client_id, "client id", "nobody can connect", "setup"),
    (broken_settings, "settings", "cannot be read", "Mend that file"),
    (wrong_setting, "settings", "workers", "Mend that file"),
    (readable_tokens, "token store", "can be read by others", "chmod 600"),
    (damaged_tokens, "token store", "cannot be read as one", "Connect again"),
    (store_is_a_file, "store", "cannot be made", "store_dir"),
    (readable_secret, "client secret", "can be read by others", "chmod 600"),
    (wrong_secret, "app", "does not accept", "new secret"),
    (service_without_secret, "client secret", "needs client_secret", "--app service"),
    (strange_redirect, "redirect_uri", "does not lead", "--server-url"),
    (lambda m: shutil.rmtree(m.registry), "registry images", "", "See to"),
    (
        lambda m: m.sandbox.set_faults({"route": "GET /.well-known/*", "status": 503}),
        "Globus Auth",
        "temporarily unavailable",
        "network",
    ),
    (
        lambda m: m.sandbox.set_faults({"route": "GET /v0.10/*", "drop": True}),
        "Globus Transfer",
        "cannot be reached",
        "network",
    ),
    (lambda m: m.sandbox.rescind_consents(), "account", "has ended", "login"),
    (
        lambda m: m.sandbox.change_endpoint(MY_COMPUTER, gcp_connected=False),
        "Connect Personal",
        "not running",
        "-start",
    ),
    (
        lambda m: m.sandbox.change_endpoint(MY_COMPUTER, gcp_paused=True),
        "Connect Personal",
        "paused",
        "-unpause",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "name", "words", "cure"), TROUBLES, ids=[f"{t[1]}, {t[2]}" for t in TROUBLES]
)
def test_trouble_is_named_with_its_cure(
    well: Machine,
    spoil: Callable[[Machine], object],
    name: str,
    words: str,
    cure: str,
) -> None:
    spoil(well)
    ended = well.doctor()
    assert ended.code == 1
    assert not ended.json["is_well"]
    check = ended.check(name)
    assert check["state"] == "fail", ended.out
    assert words in check["words"]
    assert cure in check["cure"]


def test_nothing_is_changed_by_looking(well: Machine) -> None:
    def everything() -> dict[Path, bytes]:
        kept = [one for one in well.home.rglob("*") if one.is_file() and ".cache" not in one.parts]
        return {one: one.read_bytes() for one in kept}

    before = everything()
    well.doctor()
    assert everything() == before
