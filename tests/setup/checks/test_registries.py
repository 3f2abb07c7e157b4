"""What doctor says of registries that are servers: limits, tokens, who reads what is private."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.setup.checks import tokens

from ...registry.sregistry.recorded import TOKENS, RecordedRegistry
from ...support.machine import SUBSCRIPTION, Machine, folder_option, guest_of, program_option


@pytest.fixture
def played() -> Iterator[RecordedRegistry]:
    with RecordedRegistry() as played:
        yield played


def server(played: RecordedRegistry, **entry: Any) -> dict[str, Any]:
    return {"name": "taco", "kind": "sregistry", "url": played.url, **entry}


def test_a_limit_is_no_failure_while_there_is_a_listing(
    ready: Machine, played: RecordedRegistry
) -> None:
    ready.configure(registries=[server(played)])
    played.limit("/api/collections/", "native_collections_list_anon")
    check = ready.doctor().check("registry taco")
    assert check["state"] == "fail"
    assert "24 hours" in check["words"]
    played.replies.clear()
    ready.run("images", "refresh")
    assert ready.doctor().check("registry taco")["words"].startswith("15 images in http://127")
    played.limit("/api/collections/", "native_collections_list_anon")
    shown = ready.run("images", "refresh")
    assert time.strftime("24 hours. The listing shown is from %Y-%m-%d") in shown.text
    assert "containers-lib" in shown.text
    check = ready.doctor().check("registry taco")
    assert check["state"] == "warn"
    assert time.strftime("is from %Y-%m-%d") in check["words"]


def test_a_server_whose_storage_globus_shows_elsewhere_is_noticed(
    ready: Machine, played: RecordedRegistry
) -> None:
    ready.log_in()
    at = {"endpoint_id": names.REGISTRY}
    ready.configure(registries=[server(played, **at, endpoint_path="/")])
    assert ready.doctor().check("registry taco at Globus")["state"] == "ok"
    ready.configure(registries=[server(played, **at, endpoint_path="/tacos/")])
    check = ready.doctor().check("registry taco at Globus")
    assert check["state"] == "fail"
    assert "another folder?" in check["words"]


def test_private_images_that_globus_lets_everybody_read_are_a_failure(
    ready: Machine, personal: Path
) -> None:
    ready.setup(
        *folder_option(ready),
        *program_option(personal),
        *SUBSCRIPTION,
        "--guest",
        "--public",
        "tacos",
    )
    guest_of(ready)
    (entry,) = ready.settings["registries"]
    ready.configure(registries=[{**entry, "private": ["ml/model:1"]}])
    name = f"readers of registry {entry['name']}"
    assert ready.doctor().check(name)["state"] == "ok"
    ready.configure(registries=[{**entry, "private": ["ml/model:1", "tacos/secret:1"]}])
    check = ready.doctor().check(name)
    assert check["state"] == "fail"
    assert "So /tacos/ can be read by everybody" in check["words"]


def test_a_token_that_others_can_read_is_told_and_never_shown(
    ready: Machine, played: RecordedRegistry
) -> None:
    entry = server(played, username="bob", token=TOKENS["bob"])
    ready.configure(registries=[entry])
    ended = ready.doctor()
    assert ended.check("token for registry taco")["state"] == "ok"
    ready.config_file.chmod(0o644)
    open_to_all = ready.doctor()
    check = open_to_all.check("token for registry taco")
    assert check["state"] == "warn"
    assert str(ready.config_file) in check["words"]
    assert TOKENS["bob"] not in ended.text + open_to_all.text


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://registry.example.org", "warn"),
        ("https://registry.example.org", "ok"),
        ("http://localhost:8080", "ok"),
        ("http://[", "ok"),
    ],
)
def test_a_token_that_goes_over_the_network_in_clear_is_told(
    home: Path, url: str, state: str
) -> None:
    entry = {"name": "x", "kind": "oci", "url": url, "password": "secret"}
    (check,) = tokens.checks(SRegistryGlobus(registries=[entry, {"name": "y"}]))
    assert check.state == state
