"""Logins that other programs stored are used."""

from __future__ import annotations

import base64
import json

import pytest

from jupyterlab_sregistry_globus.registry.oci.logins import stored_login

ADA = base64.b64encode(b"ada:secret").decode()
BOB = base64.b64encode(b"bob:other").decode()
VARIABLES = (
    *("REGISTRY_AUTH_FILE", "APPTAINER_AUTHFILE", "SINGULARITY_AUTHFILE", "DOCKER_CONFIG"),
    *("APPTAINER_CONFIGDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"),
)


@pytest.fixture(autouse=True)
def clean(home, monkeypatch):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def write(path, config):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(config if isinstance(config, str) else json.dumps(config))
    return path


def auths(host, login=ADA):
    return {"auths": {host: {"auth": login}}}


@pytest.mark.parametrize(
    "file",
    [
        ".apptainer/docker-config.json",
        ".singularity/docker-config.json",
        ".config/containers/auth.json",
    ],
)
def test_a_login_in_the_home_folder_is_used(home, file):
    write(home / file, auths("ghcr.io"))
    assert stored_login("ghcr.io", "lab/x") == ADA
    assert stored_login("quay.io", "lab/x") == ""


@pytest.mark.parametrize(
    ("variable", "file", "is_folder"),
    [
        ("DOCKER_CONFIG", "config.json", True),
        ("APPTAINER_CONFIGDIR", "docker-config.json", True),
        ("XDG_RUNTIME_DIR", "containers/auth.json", True),
        ("XDG_CONFIG_HOME", "containers/auth.json", True),
        ("REGISTRY_AUTH_FILE", "any.json", False),
        ("APPTAINER_AUTHFILE", "any.json", False),
    ],
)
def test_a_login_where_a_variable_says_is_used(
    home, tmp_path, monkeypatch, variable, file, is_folder
):
    path = write(tmp_path / "elsewhere" / file, auths("ghcr.io"))
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere" if is_folder else path))
    assert stored_login("ghcr.io", "lab/x") == ADA


@pytest.mark.parametrize(
    "key",
    ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/", "docker://ghcr.io", "ghcr.io/lab",
     "ghcr.io/lab/x", "oras://ghcr.io"],
)  # fmt: skip
def test_a_login_is_found_in_each_way_to_name_it(home, key):
    write(home / ".apptainer/docker-config.json", auths(key))
    assert stored_login("ghcr.io", "lab/x") == ADA


def test_the_narrowest_login_is_taken(home):
    config = {"auths": {"ghcr.io": {"auth": BOB}, "ghcr.io/lab": {"auth": ADA}}}
    write(home / ".config/containers/auth.json", config)
    assert stored_login("ghcr.io", "lab/x") == ADA
    assert stored_login("ghcr.io", "other/x") == BOB
    assert stored_login("ghcr.io", "laboratory/x") == BOB


def test_docker_hub_has_several_names(home):
    write(home / ".apptainer/docker-config.json", auths("https://index.docker.io/v1/"))
    assert stored_login("registry-1.docker.io", "library/x") == ADA


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", "null", '{"auths": []}', '{"auths": {"ghcr.io": 7}}', "[" * 100_000,
     '{"auths": {"ghcr.io": {"auth": 7}}, "credsStore": 7, "credHelpers": {"ghcr.io": "../x"}}'],
)  # fmt: skip
def test_a_malformed_file_hides_no_login(home, content):
    write(home / ".apptainer/docker-config.json", content)
    write(home / ".singularity/docker-config.json", auths("ghcr.io"))
    assert stored_login("ghcr.io", "lab/x") == ADA


def test_the_program_that_keeps_a_login_is_asked(home, tmp_path, monkeypatch):
    helper = tmp_path / "bin" / "docker-credential-vault"
    write(helper, """#!/bin/sh\nread name; echo '{"Username": "ada", "Secret": "secret"}'\n""")
    helper.chmod(0o700)
    monkeypatch.setenv("PATH", f"{helper.parent}:/usr/bin:/bin")
    for config in ({"credHelpers": {"ghcr.io": "vault"}}, {"credsStore": "vault"}):
        write(home / ".apptainer/docker-config.json", config)
        assert stored_login("ghcr.io", "lab/x") == ADA
