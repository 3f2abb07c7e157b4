"""Settings: folders in any form, and files and variables that are wrong in any way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.configfiles import CONFIG_FILE_NAME, load_settings
from jupyterlab_sregistry_globus.errors import SettingWrong, SRegistryGlobusError
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.factory import make_backends

from .support.rights import without_override

FOLDERS = ("store_dir", "cache_dir", "staging_dir", "connect_personal_dir")


@pytest.fixture
def config_dir(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return folder


def settings(**traits: Any) -> SRegistryGlobus:
    return load_settings(Config({"SRegistryGlobus": traits}))


@pytest.mark.parametrize("name", FOLDERS)
def test_every_folder_setting_is_expanded(
    name: str, config_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRATCH", "/scratch/ada")
    for text, expected in (
        ("~/x", home / "x"),
        ("x/y", home / "x" / "y"),
        ("$SCRATCH/x", Path("/scratch/ada/x")),
    ):
        assert getattr(settings(**{name: text}), name) == str(expected)
        assert getattr(SRegistryGlobus(**{name: text}), name) == str(expected)


def test_every_allowed_root_is_expanded(config_dir: Path, home: Path) -> None:
    assert settings(allowed_roots=["~/a", "b", "/c"]).allowed_roots == [
        str(home / "a"),
        str(home / "b"),
        "/c",
    ]


@pytest.mark.parametrize("name", [*FOLDERS, "allowed_roots"])
def test_an_unknown_variable_in_a_folder_is_named(name: str, config_dir: Path) -> None:
    value = ["$NO_SUCH/x"] if name == "allowed_roots" else "$NO_SUCH/x"
    with pytest.raises(SettingWrong, match="NO_SUCH") as caught:
        settings(**{name: value})
    assert f"SRegistryGlobus.{name}" in caught.value.message


@pytest.mark.parametrize("name", FOLDERS)
def test_an_empty_folder_setting_means_the_default(name: str, config_dir: Path) -> None:
    assert getattr(settings(**{name: " "}), name) == getattr(settings(), name)


def test_connect_personals_folder_from_the_environment_is_expanded(
    config_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR", "~/gcp")
    assert settings().connect_personal_dir == str(home / "gcp")
    monkeypatch.setenv("SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR", "$NO_SUCH/gcp")
    with pytest.raises(SettingWrong, match=r"NO_SUCH"):
        settings()


def test_the_paths_of_registries_are_expanded(
    config_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRATCH", "/scratch/ada")
    entry = {"name": "a", "kind": "sregistry-cli", "path": "~/x.db", "storage": "$SCRATCH"}
    assert settings(registries=[entry]).registries == [
        {**entry, "path": str(home / "x.db"), "storage": "/scratch/ada"}
    ]


def test_a_wrong_path_of_one_registry_leaves_the_others_usable(config_dir: Path) -> None:
    entries = [
        {"name": "a", "kind": "folder", "path": "$NO_SUCH/x"},
        {"name": "b", "kind": "folder", "path": 5},
        {"name": "c", "kind": "folder", "path": "/usr"},
    ]
    wrong = settings(registries=entries)
    clients: Any = None  # folders ask Globus nothing
    backends = make_backends(wrong, clients)
    assert [isinstance(backend, BrokenRegistry) for backend in backends] == [True, True, False]
    with pytest.raises(SRegistryGlobusError, match="NO_SUCH"):
        backends[0].find(parse("a/c:latest"))


# Files and variables that are wrong

MEGABYTE = "x" * 1_000_000
TEXTS = {
    "empty": "",
    "garbage": "\x00\x01 {[(",
    "not a dictionary": "[1, 2]",
    "section of another type": '{"SRegistryGlobus": 3}',
    "setting of another type": '{"SRegistryGlobus": {"registries": "x"}}',
    "deep": "[" * 100_000,
    "1 MB": '"' + MEGABYTE,
    "1 MB setting": '{"SRegistryGlobus": {"registries": "' + MEGABYTE + '"}}',
    "raises": "raise SystemExit(3)",
    "wrong number": '{"SRegistryGlobus": {"workers": 1e999}}',
}


def settings_or_our_error() -> SettingWrong | None:
    try:
        load_settings()
    except SettingWrong as error:
        assert len(error.message) < 2000
        assert error.message.isprintable()
        return error
    return None


@pytest.mark.parametrize("suffix", [".json", ".py"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_wrong_file_is_our_error_that_names_it(config_dir: Path, suffix: str, text: str) -> None:
    file = config_dir / (CONFIG_FILE_NAME + suffix)
    file.write_text(text)
    error = settings_or_our_error()
    if error is not None:
        assert CONFIG_FILE_NAME in error.message
    elif suffix == ".json":
        raise AssertionError("it was accepted")


@pytest.mark.parametrize("suffix", [".json", ".py"])
@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_not_a_file_is_our_error(
    config_dir: Path, suffix: str, make: Callable[[Path], None]
) -> None:
    make(config_dir / (CONFIG_FILE_NAME + suffix))
    error = settings_or_our_error()
    assert error is not None and "regular file" in error.message


@pytest.mark.parametrize("suffix", [".json", ".py"])
def test_a_file_that_cannot_be_read_is_our_error(config_dir: Path, suffix: str) -> None:
    file = config_dir / (CONFIG_FILE_NAME + suffix)
    file.write_text("{}")
    file.chmod(0)
    with without_override():
        error = settings_or_our_error()
    assert error is not None and str(file) in error.message


VALUES = {
    "unset": None,
    "empty": "",
    "garbage": "\x01\x1b[2J\udcff$NO_SUCH",
    "missing": "/no/such/folder",
    "relative": "some/where",
    "1 MB": "/" + "x" * 100_000,  # Linux allows 128 KiB in one variable
    "a file": __file__,
}
VARIABLES = (
    "HOME",
    "XDG_CACHE_HOME",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTER_NO_CONFIG",
    "JUPYTER_PREFER_ENV_PATH",
    "JUPYTER_USE_ENV_LIST",
    "SREGISTRY_GLOBUS_CLIENT_ID",
    "SREGISTRY_GLOBUS_CLIENT_SECRET",
    "SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR",
    "GLOBUS_SDK_SERVICE_URL_AUTH",
    "GLOBUS_SDK_ENVIRONMENT",
)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("name", VARIABLES)
def test_any_value_of_a_variable_gives_settings_or_our_error(
    config_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)
    error = settings_or_our_error()
    assert error is None or name in error.message


def test_a_deleted_working_folder_does_not_matter(
    config_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert settings_or_our_error() is None
