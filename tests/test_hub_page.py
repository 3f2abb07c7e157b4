"""The configurations that administrators of hubs copy are understood by those that read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import PyFileConfigLoader

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.configfiles import CONFIG_FILE_NAME, load_settings

from .support import hubpage

CONFIGURATIONS = hubpage.configurations()
COLLECTION = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose settings are locked, on a machine without any others."""
    folder = tmp_path / "locked"
    folder.mkdir()
    monkeypatch.setenv("SREGISTRY_GLOBUS_LOCK_DIR", str(folder))
    # As /etc/jupyter is.
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USER", "ada")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"SREGISTRY_GLOBUS_{name}", raising=False)
    return folder


def test_every_configuration_is_tried_here() -> None:
    assert set(CONFIGURATIONS) == {
        hubpage.OURS,
        hubpage.TLJH,
        hubpage.CHART,
        hubpage.OOD_ENDPOINTS,
        hubpage.OOD_OURS,
    }


def test_the_shared_configuration_is_read_and_locks_what_it_says(locked: Path) -> None:
    (locked / f"{CONFIG_FILE_NAME}.py").write_text(CONFIGURATIONS[hubpage.OURS], "utf-8")
    settings = load_settings()
    assert set(settings.locks) == {"client_id", "registries", "host_endpoints"}
    assert settings.cache_dir == "/var/tmp/sregistry-globus-ada"
    assert [entry["path"] for entry in settings.host_endpoints] == ["/home/ada", "/scratch"]
    assert settings.registries[0]["listing"].endswith("listing.sqlite3")


def chart() -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(CONFIGURATIONS[hubpage.CHART])
    return values


def test_the_values_of_the_chart_hold_settings_that_are_read(locked: Path) -> None:
    user = chart()["singleuser"]
    (file,) = user["extraFiles"].values()
    assert Path(file["mountPath"]).name == f"{CONFIG_FILE_NAME}.json"
    assert user["extraEnv"]["SREGISTRY_GLOBUS_LOCK_DIR"] == str(Path(file["mountPath"]).parent)
    assert set(file["data"]["SRegistryGlobus"]) <= set(SRegistryGlobus.class_traits(config=True))
    (locked / f"{CONFIG_FILE_NAME}.json").write_text(json.dumps(file["data"]))
    (endpoint,) = load_settings().host_endpoints
    assert (endpoint["endpoint"], endpoint["endpoint_path"]) == (COLLECTION, "/home/ada")


def test_open_ondemand_s_own_endpoints_are_carried_over(locked: Path, tmp_path: Path) -> None:
    file = tmp_path / "globus_endpoints.yml"
    file.write_text(CONFIGURATIONS[hubpage.OOD_ENDPOINTS])
    text = CONFIGURATIONS[hubpage.OOD_OURS]
    assert hubpage.OOD_ENDPOINTS in text
    config = locked / f"{CONFIG_FILE_NAME}.py"
    config.write_text(text.replace(hubpage.OOD_ENDPOINTS, str(file)) + LOCKED, "utf-8")
    endpoints = load_settings().host_endpoints
    assert [entry["path"] for entry in endpoints] == ["/home", "/scratch"]
    assert {entry["endpoint"] for entry in endpoints} == {COLLECTION}


LOCKED = 'c.SRegistryGlobus.locked = ["host_endpoints"]\n'


def test_the_hub_s_own_configuration_is_valid_python(tmp_path: Path) -> None:
    file = tmp_path / "globus.py"
    file.write_text(CONFIGURATIONS[hubpage.TLJH], "utf-8")
    config = PyFileConfigLoader(str(file)).load_config()
    assert set(config) == {"JupyterHub", "GlobusOAuthenticator"}
