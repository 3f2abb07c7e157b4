"""Logins, refusals and entries of OCI registries."""

from __future__ import annotations

import importlib.util
import json

import pytest

from jupyterlab_sregistry_globus.errors import (
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry

from ...support.listings import read
from ...support.webserver import Reply
from .helpers import oci, references
from .ocihub import OciHub, basic


@pytest.mark.parametrize("login", ["basic", "token"])
def test_the_login_is_the_kind_that_the_registry_requires(hub, login):
    hub.login = login
    registry = oci(hub, "lab/tools/samtools", "solo", username="ada", password="secret")
    assert len(references(registry)) == 3
    hub.tokens.clear()  # they expired
    assert registry.find(parse("ghcr/solo")).tag == "v1"
    with registry.storage(parse("ghcr/solo")).download.open() as chunks:
        assert b"".join(chunks) == b"solo"


def test_a_public_repository_needs_a_token_but_no_account(hub):
    hub.login = "token"
    assert references(oci(hub, "solo")) == ["ghcr://ghcr/solo:v1"]
    assert hub.asked
    assert not any(
        request.headers.get("authorization", "").startswith("Basic") for request in hub.asked
    )


def test_a_stored_docker_login_is_used(hub, home):
    hub.login = "basic"
    host = hub.url.removeprefix("http://")
    auth = basic("ada", "secret").removeprefix("Basic ")
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}))
    assert references(oci(hub, "solo")) == ["ghcr://ghcr/solo:v1"]


@pytest.mark.parametrize(
    ("login", "password"), [("basic", "wrong"), ("basic", ""), ("token", "wrong")]
)
def test_rejected_credentials_are_reported_and_not_shown(hub, login, password, caplog, capfd):
    hub.login = login
    rest = {"username": "ada", "password": password} if password else {}
    with pytest.raises(RegistryUnavailable, match="denied access") as caught:
        references(oci(hub, "solo", **rest))
    assert isinstance(caught.value.action, ConfigureAction)
    output = str(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert "wrong" not in output
    assert basic("ada", "wrong") not in output


def test_a_password_is_never_sent_less_safely_than_to_the_registry(hub):
    registry = oci(hub, "solo", username="ada", password="secret")
    hub.login, hub.url = "token", "ftp://127.0.0.1:1"  # the address of its tokens
    with pytest.raises(RegistryUnavailable, match="not secure"):
        references(registry)


def test_an_unreachable_registry_is_reported(home):
    with OciHub() as gone:
        registry = oci(gone, "solo")
    with pytest.raises(RegistryUnavailable, match="cannot be reached"):
        references(registry)


def test_a_busy_registry_is_not_an_empty_one(hub):
    hub.answer = lambda asked: Reply(429, headers={"Retry-After": "9"})
    with pytest.raises(RegistryUnavailable, match="has reached its request limit"):
        references(oci(hub, "solo"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"url": ""}, "'url'"),
        ({"repositories": []}, "'repositories'"),
        ({"repositories": ["Lab/Tool"]}, "lowercase"),
        ({"repositories": ["lab/tool:1"]}, "leave out the tag"),
    ],
)
def test_an_incomplete_entry_says_what_is_missing(hub, changes, problem):
    backend = oci(hub, "solo", **changes)
    assert isinstance(backend, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=problem):
        read(backend)


def test_without_the_package_oras_the_entry_says_how_to_install_it(hub, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "oras" else find_spec(name)
    )
    with pytest.raises(RegistryUnavailable, match=r"pip install 'jupyterlab-sregistry-globus\[oci"):
        read(oci(hub, "solo"))
