"""The setting that names the endpoints of this host."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.config.hosts import expand_host_endpoints
from jupyterlab_sregistry_globus.errors import SettingWrong

ID = "0c2de5ab-4f5b-4a2f-8a4a-0a3a0c1b2d3e"


def expanded(**entry: Any) -> dict[str, Any]:
    (result,) = SRegistryGlobus(host_endpoints=[{"endpoint": ID, **entry}]).host_endpoints
    return dict(result)


def test_the_keys_of_open_ondemand_are_enough() -> None:
    entry = expanded(path="/home/", endpoint_path="/users//./")
    assert entry == {
        "path": "/home",
        "endpoint": ID,
        "endpoint_path": "/users",
        "writable": True,
    }
    assert expanded(path="/scratch", writable=False)["endpoint_path"] == "/scratch"
    assert not expanded(path="/scratch", writable=False)["writable"]
    assert expanded(path="/", endpoint=ID.upper())["endpoint"] == ID


def test_homes_users_and_variables_are_expanded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROJECT", "tomo$graphy")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada$x")
    entry = expanded(path="~/$PROJECT", endpoint_path="/u/{username}/${PROJECT}/$$")
    assert entry["path"] == f"{home}/tomo$graphy"
    assert entry["endpoint_path"] == "/u/ada$x/tomo$graphy/$"
    assert expanded(path="/home/{username}")["endpoint_path"] == "/home/ada$x"
    assert expanded(path="/home/{username}")["path"] == "/home/ada$x"
    assert expanded(path="/h", endpoint_path="~/images")["endpoint_path"] == "/~/images"
    assert expanded(path="/h", endpoint_path="/~/")["endpoint_path"] == "/~"
    monkeypatch.delenv("JUPYTERHUB_USER")
    assert expanded(path="/home/{username}")["path"] == f"/home/{getpass.getuser()}"


@pytest.mark.parametrize("name", ["../root", "a/b", "..", "a..b", ".", "x\0"])
def test_a_user_name_that_leads_elsewhere_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "\0" not in name:
        monkeypatch.setenv("JUPYTERHUB_USER", name)
    else:
        monkeypatch.setattr(getpass, "getuser", lambda: name)
        monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    for entry in ({"path": "/home/{username}"}, {"path": "/h", "endpoint_path": "/h/{username}"}):
        with pytest.raises(SettingWrong, match="user name"):
            expanded(**entry)
    assert expanded(path="/scratch")["path"] == "/scratch"  # it is not asked for


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "set 'path' to a string"),
        ({"path": 5}, "set 'path' to a string"),
        ({"path": "/s\0"}, "set 'path' to a string"),
        ({"path": "scratch"}, "'path' must be absolute"),
        ({"path": "/s", "endpoint": "cluster"}, "'cluster' is not an endpoint id"),
        ({"path": "/s", "endpoint": ""}, "set 'endpoint' to a string"),
        ({"path": "/s", "endpoint_path": "s"}, "'endpoint_path' must be an absolute path"),
        ({"path": "/s", "endpoint_path": "/s/../t"}, "without '..'"),
        ({"path": "/s", "endpoint_path": "~bob/x"}, "must be an absolute path"),
        ({"path": "/s", "endpoint_path": "/$NO_SUCH/x"}, "NO_SUCH"),
        ({"path": "$NO_SUCH/x"}, "NO_SUCH"),
        ({"path": "/s", "writable": "no"}, "'writable' must be True or False"),
        ({"path": "/s", "writeable": True}, "unknown key 'writeable'"),
    ],
)
def test_a_wrong_entry_says_which_and_what_to_write(entry: dict[str, Any], message: str) -> None:
    entries = [{"path": "/ok", "endpoint": ID}, {"endpoint": ID, **entry}]
    with pytest.raises(SettingWrong) as caught:
        expand_host_endpoints(entries, "SRegistryGlobus.host_endpoints")
    assert caught.value.message.startswith("SRegistryGlobus.host_endpoints, entry 2")
    assert message in caught.value.message
