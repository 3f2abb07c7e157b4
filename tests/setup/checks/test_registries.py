"""Doctor on registries that are servers: limits, tokens, and readers of private images."""

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
def recorded() -> Iterator[RecordedRegistry]:
    with RecordedRegistry() as registry:
        yield registry


def server(recorded: RecordedRegistry, **entry: Any) -> dict[str, Any]:
    return {"name": "taco", "kind": "sregistry", "url": recorded.url, **entry}


def test_a_limit_is_only_a_warning_if_a_listing_exists(
    ready: Machine, recorded: RecordedRegistry
) -> None:
    ready.configure(registries=[server(recorded)])
    recorded.limit("/api/collections/", "native_collections_list_anon")
    check = ready.doctor().check("registry taco")
    assert check["state"] == "fail"
    assert "24 hours" in check["message"]
    recorded.replies.clear()
    ready.run("images", "refresh")
    assert ready.doctor().check("registry taco")["message"].startswith("15 images in http://127")
    recorded.limit("/api/collections/", "native_collections_list_anon")
    refreshed = ready.run("images", "refresh")
    assert time.strftime("24 hours. The listing shown is from %Y-%m-%d") in refreshed.text
    assert "containers-lib" in refreshed.text
    check = ready.doctor().check("registry taco")
    assert check["state"] == "warn"
    assert time.strftime("is from %Y-%m-%d") in check["message"]


def test_a_wrong_endpoint_path_of_a_server_is_reported(
    ready: Machine, recorded: RecordedRegistry
) -> None:
    ready.log_in()
    at = {"endpoint_id": names.REGISTRY}
    ready.configure(registries=[server(recorded, **at, endpoint_path="/")])
    assert ready.doctor().check("registry taco at Globus")["state"] == "ok"
    ready.configure(registries=[server(recorded, **at, endpoint_path="/tacos/")])
    check = ready.doctor().check("registry taco at Globus")
    assert check["state"] == "fail"
    assert "It may be the wrong folder" in check["message"]


def test_private_images_that_everyone_can_read_are_a_failure(
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
    assert "Everyone can read /tacos/" in check["message"]


def test_a_token_that_others_can_read_is_reported_and_never_shown(
    ready: Machine, recorded: RecordedRegistry
) -> None:
    entry = server(recorded, username="bob", token=TOKENS["bob"])
    ready.configure(registries=[entry])
    ended = ready.doctor()
    assert ended.check("token for registry taco")["state"] == "ok"
    ready.config_file.chmod(0o644)
    with_open_file = ready.doctor()
    check = with_open_file.check("token for registry taco")
    assert check["state"] == "warn"
    assert str(ready.config_file) in check["message"]
    assert TOKENS["bob"] not in ended.text + with_open_file.text


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://registry.example.org", "warn"),
        ("https://registry.example.org", "ok"),
        ("http://localhost:8080", "ok"),
        ("http://[", "ok"),
    ],
)
def test_a_token_that_is_sent_unencrypted_is_reported(home: Path, url: str, state: str) -> None:
    entry = {"name": "x", "kind": "oci", "url": url, "password": "secret"}
    (check,) = tokens.checks(SRegistryGlobus(registries=[entry, {"name": "y"}]))
    assert check.state == state
