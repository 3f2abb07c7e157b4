"""The app: what to register, and the file with its id and secret."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.globus.scopes import BASE_SCOPES
from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.machine import Machine

ONLY_APP = ("--skip", "connect", "--skip", "personal", "--skip", "guest", "--skip", "checks")


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_only_the_owner_can_read_the_client_id(machine: Machine) -> None:
    ended = machine.setup("--client-id", machine.sandbox.client_id, *ONLY_APP)
    assert ended.code == 0
    assert machine.settings == {"client_id": machine.sandbox.client_id}
    assert mode_of(machine.config_file) == 0o600
    with machine.services() as services:
        assert services.account.current().state == "disconnected"


def test_setup_keeps_everything_else_in_the_file(machine: Machine) -> None:
    machine.configure(poll_min_s=3.0, client_id="old")
    document = json.loads(machine.config_file.read_text())
    document["LabApp"] = {"news_url": None}
    machine.config_file.write_text(json.dumps(document))
    machine.config_file.chmod(0o644)
    ended = machine.setup("--client-id", machine.sandbox.client_id, *ONLY_APP)
    assert ended.code == 0
    assert any("Others can read" in warning for warning in ended.step("app")["warnings"])
    assert json.loads(machine.config_file.read_text()) == {
        "SRegistryGlobus": {"poll_min_s": 3.0, "client_id": machine.sandbox.client_id},
        "LabApp": {"news_url": None},
    }
    assert mode_of(machine.config_file) == 0o600
    assert [path.name for path in machine.config_file.parent.iterdir()] == [
        machine.config_file.name
    ]


def test_an_invalid_json_file_is_left_unchanged(machine: Machine) -> None:
    machine.config_file.parent.mkdir()
    machine.config_file.write_text("{ client_id: mine }")
    ended = machine.setup("--client-id", machine.sandbox.client_id, *ONLY_APP)
    assert ended.code == 1
    assert machine.config_file.read_text() == "{ client_id: mine }"
    assert str(machine.config_file) in ended.step("app")["message"]


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    machine.setup("--client-id", machine.sandbox.client_id, *ONLY_APP)
    before = machine.config_file.stat()
    rerun = machine.setup(*ONLY_APP)
    assert rerun.code == 0
    assert rerun.step("app")["changes"] == []
    after = machine.config_file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_dry_run_writes_nothing_and_shows_what_it_would_write(machine: Machine) -> None:
    client_id = machine.sandbox.client_id
    ended = machine.run("setup", "--dry-run", "--json", "--client-id", client_id)
    assert ended.code == 0
    assert not machine.config_file.exists()
    (change,) = ended.step("app")["changes"]
    assert str(machine.config_file) in change
    assert client_id in change


def test_a_dry_run_without_a_client_id_shows_what_to_register(machine: Machine) -> None:
    ended = machine.run("setup", "--dry-run", "--json")
    assert ended.code == 0
    assert ended.json["redirect_uris"] == [
        "http://localhost/",
        f"{machine.sandbox.url}v2/web/auth-code",
    ]
    assert ended.json["scopes"] == list(BASE_SCOPES)


def test_without_a_client_id_nothing_is_written(machine: Machine) -> None:
    ended = machine.setup()
    assert ended.code == 2
    assert "--client-id" in ended.step("app")["message"]
    assert not machine.config_file.exists()


@pytest.mark.parametrize("client_id", ["x", "a9900000-0000-4000-8000", "../etc/passwd"])
def test_a_malformed_client_id_is_refused(machine: Machine, client_id: str) -> None:
    ended = machine.setup("--client-id", client_id, *ONLY_APP)
    assert ended.code == 2
    assert not machine.config_file.exists()


def confidential(machine: Machine, secret: str = names.CONFIDENTIAL_SECRET) -> tuple[str, ...]:
    file = machine.home / "secret"
    file.write_text(f"{secret}\n")
    client_id = names.CONFIDENTIAL_APP
    options = ("--client-id", client_id, "--client-secret-file", str(file))
    return ("--app", "confidential", *options)


def test_a_secret_is_written_and_never_printed(machine: Machine) -> None:
    text_run = machine.run("setup", "--yes", *confidential(machine), *ONLY_APP)
    assert text_run.code == 0
    assert machine.settings["client_secret"] == names.CONFIDENTIAL_SECRET
    assert mode_of(machine.config_file) == 0o600
    json_run = machine.setup(*confidential(machine), "--skip", "guest")
    doctor = machine.run("doctor")
    for ended in (text_run, json_run, doctor):
        assert names.CONFIDENTIAL_SECRET not in ended.out + ended.err
    assert "(hidden)" in text_run.out


def test_setup_asks_globus_whether_the_secret_is_valid(machine: Machine) -> None:
    ended = machine.setup(*confidential(machine, "wrong-secret-of-the-app"))
    assert ended.code == 4
    assert "rejected" in ended.step("connect")["message"]
    assert "wrong-secret" not in ended.out + ended.err


def test_a_secret_can_come_from_the_standard_input(machine: Machine) -> None:
    options = ("--app", "service", "--client-id", names.CONFIDENTIAL_APP)
    ended = machine.run(
        "setup",
        "--yes",
        "--json",
        *options,
        "--client-secret-file",
        "-",
        "--skip",
        "checks",
        typed=f"{names.CONFIDENTIAL_SECRET}\n",
    )
    assert ended.code == 0
    assert machine.settings["is_service"] is True
    assert machine.settings["client_secret"] == names.CONFIDENTIAL_SECRET
    facts = ended.step("connect")["facts"]
    assert f"Connected as {names.CONFIDENTIAL_APP}@clients.auth.globus.org." in facts


def test_a_native_app_drops_the_secret_of_the_previous_app(machine: Machine) -> None:
    machine.setup(*confidential(machine), *ONLY_APP)
    options = ("--app", "native", "--client-id", machine.sandbox.client_id)
    assert machine.setup(*options, *ONLY_APP).code == 0
    assert machine.settings["client_secret"] == ""


def test_a_file_for_every_account_never_gets_a_secret(machine: Machine) -> None:
    ended = machine.setup(*confidential(machine), "--for-everyone", *ONLY_APP)
    assert ended.code == 2
    assert not machine.config_file.exists()


def test_every_account_can_read_a_file_for_a_whole_hub(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "jupyter"
    client_id = machine.sandbox.client_id
    options = ("--config-dir", str(folder), "--for-everyone", "--client-id", client_id)
    ended = machine.setup(*options, *ONLY_APP)
    assert ended.code == 0
    assert mode_of(folder / machine.config_file.name) == 0o644
    assert any("JUPYTER_CONFIG_PATH" in warning for warning in ended.step("app")["warnings"])


def test_setup_warns_of_a_file_that_overrides_ours(machine: Machine) -> None:
    machine.config_file.parent.mkdir()
    python = machine.config_file.with_suffix(".py")
    python.write_text("c.SRegistryGlobus.client_id = 'a9900000-0000-4000-8000-00000000000f'\n")
    options = ("--skip", "connect", "--skip", "personal", "--skip", "guest")
    ended = machine.setup("--client-id", machine.sandbox.client_id, *options)
    assert ended.code == 1
    assert "sets client_id to a different value" in ended.step("checks")["warnings"][0]


def test_a_link_stays_and_its_target_is_written(machine: Machine, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    machine.config_file.parent.mkdir()
    machine.config_file.symlink_to(real)
    assert machine.setup("--client-id", machine.sandbox.client_id, *ONLY_APP).code == 0
    assert machine.config_file.is_symlink()
    assert machine.sandbox.client_id in real.read_text()
    assert mode_of(real) == 0o600


def test_answers_to_questions_have_the_same_effect(machine: Machine) -> None:
    typed = "\n".join(
        [
            "",  # the user's configuration
            "confidential",
            "https://lab.example/base/",
            "n",  # not a hub
            "no-uuid",
            names.CONFIDENTIAL_APP,
            names.CONFIDENTIAL_SECRET,
            "y",
            "",
        ]
    )
    options = ("--skip", "connect", "--skip", "personal", "--skip", "guest", "--skip", "registry")
    ended = machine.run("setup", *options, "--skip", "checks", typed=typed)
    assert ended.code == 0
    assert machine.settings == {
        "client_id": names.CONFIDENTIAL_APP,
        "client_secret": names.CONFIDENTIAL_SECRET,
        "redirect_uri": "https://lab.example/base/sregistry-globus/oauth/callback",
    }
    assert "'no-uuid' is not a client id" in ended.out
    assert names.CONFIDENTIAL_SECRET not in ended.out + ended.err


def test_setup_writes_nothing_if_the_user_declines(machine: Machine) -> None:
    typed = "\nnative\n\n" + machine.sandbox.client_id + "\nn\n"
    ended = machine.run("setup", *ONLY_APP, "--skip", "registry", typed=typed)
    assert ended.code == 0
    assert "Declined" in ended.out
    assert not machine.config_file.exists()


def test_the_end_of_input_ends_the_command(machine: Machine) -> None:
    ended = machine.run("setup", typed="")
    assert ended.code == 130
    assert not machine.config_file.exists()


def test_json_requires_a_run_without_questions(machine: Machine) -> None:
    assert machine.run("setup", "--json").code == 2
