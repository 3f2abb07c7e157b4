"""Settings that an administrator has locked: every other value is an error that names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from jupyterlab_sregistry_globus.config import locks
from jupyterlab_sregistry_globus.configfiles import CONFIG_FILE_NAME, load_settings
from jupyterlab_sregistry_globus.errors import SettingWrong
from jupyterlab_sregistry_globus.setup.checks.configuration import checks

from ..support.machine import Machine
from ..support.machine_fixtures import machine

__all__ = ["machine"]

CLIENT = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"


@pytest.fixture
def user_folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "user-config"
    folder.mkdir()
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("SREGISTRY_GLOBUS_CLIENT_ID", raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def admin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the variable names."""
    folder = tmp_path / "admin"
    folder.mkdir()
    monkeypatch.setattr(locks, "SYSTEM_FOLDER", tmp_path / "etc-jupyter")
    monkeypatch.setenv(locks.FOLDER_VARIABLE, str(folder))
    return folder


def write(folder: Path, **values: Any) -> Path:
    file = folder / f"{CONFIG_FILE_NAME}.json"
    file.write_text(json.dumps({"SRegistryGlobus": values}))
    return file


def test_locked_values_are_used_and_others_are_not(user_folder: Path, admin_folder: Path) -> None:
    file = write(admin_folder, client_id=CLIENT, workers=7, locked=["client_id"])
    write(user_folder, workers=9)
    settings = load_settings()
    assert settings.client_id == CLIENT
    assert settings.workers == 9
    assert settings.locked == ["client_id"]
    assert settings.locks == {"client_id": str(file)}


def test_the_system_folder_has_the_last_word(
    user_folder: Path, admin_folder: Path, tmp_path: Path
) -> None:
    write(admin_folder, client_id=OTHER, locked=["client_id"])
    (tmp_path / "etc-jupyter").mkdir()
    file = write(tmp_path / "etc-jupyter", client_id=CLIENT, locked=["client_id"])
    settings = load_settings()
    assert (settings.client_id, settings.locks["client_id"]) == (CLIENT, str(file))


def test_another_value_is_refused_wherever_it_is(
    user_folder: Path, admin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(admin_folder, client_id=CLIENT, locked=["client_id"])
    users = write(user_folder, client_id=OTHER)
    locked = f"client_id is locked by {file}. "
    with pytest.raises(SettingWrong, match=f"{locked}Remove it from {users}"):
        load_settings()
    users.unlink()
    overlay = Config({"SRegistryGlobus": {"client_id": OTHER}})
    with pytest.raises(SettingWrong, match=f"{locked}Remove it from the server's command line"):
        load_settings(overlay)
    monkeypatch.setenv("SREGISTRY_GLOBUS_CLIENT_ID", OTHER)
    with pytest.raises(SettingWrong, match=f"{locked}Unset the environment variable SREG"):
        load_settings()


def test_the_same_value_is_no_error(
    user_folder: Path, admin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(admin_folder, client_id=CLIENT, locked=["client_id"])
    write(user_folder, client_id=CLIENT)
    monkeypatch.setenv("SREGISTRY_GLOBUS_CLIENT_ID", CLIENT)
    assert load_settings(Config({"SRegistryGlobus": {"client_id": CLIENT}})).client_id == CLIENT


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"locked": ["client_id"]}, "does not set it"),
        ({"locked": "client_id", "client_id": CLIENT}, "must be a list"),
        ({"locked": [["client_id"]], "client_id": CLIENT}, "must be a list"),
        ({"locked": ["locked"]}, "does not set it"),
        ({"locked": ["no_such_setting"]}, "does not set it"),
    ],
)
def test_a_wrong_list_is_an_error_that_names_the_file(
    user_folder: Path, admin_folder: Path, values: dict[str, Any], message: str
) -> None:
    file = write(admin_folder, **values)
    with pytest.raises(SettingWrong, match=message) as caught:
        load_settings()
    assert str(file) in caught.value.message


def test_a_broken_file_is_an_error_and_unlocks_nothing(
    user_folder: Path, admin_folder: Path
) -> None:
    (admin_folder / f"{CONFIG_FILE_NAME}.json").write_text("{")
    with pytest.raises(SettingWrong, match="Cannot read"):
        load_settings()


@pytest.mark.parametrize(
    "text",
    ["/no/such/folder", "x" * 100_000, "~no-such-user/x", "$NO_SUCH"],
    ids=["missing", "long", "user", "variable"],
)
def test_a_variable_that_names_no_folder_is_an_error(
    user_folder: Path, admin_folder: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(locks.FOLDER_VARIABLE, text)
    with pytest.raises(SettingWrong, match=locks.FOLDER_VARIABLE) as caught:
        load_settings()
    assert len(caught.value.message) < 1000


def test_a_list_elsewhere_is_an_error(user_folder: Path, admin_folder: Path) -> None:
    write(user_folder, client_id=CLIENT, locked=["client_id"])
    with pytest.raises(SettingWrong, match="counts only in a file in"):
        load_settings()


def test_doctor_lists_what_is_locked(user_folder: Path, admin_folder: Path) -> None:
    file = write(admin_folder, client_id=CLIENT, locked=["client_id"])
    (check,) = [check for check in checks(load_settings()) if "locked" in check.name]
    assert str(file) in check.message


def test_commands_and_setup_refuse_to_change_a_locked_setting(
    machine: Machine, admin_folder: Path
) -> None:
    write(admin_folder, client_id=CLIENT, locked=["client_id"])
    machine.configure(client_id=OTHER)
    for arguments in (["whoami"], ["setup", "--yes", "--json"]):
        result = machine.run(*arguments)
        assert result.code != 0
        assert "locked" in result.out + result.err
