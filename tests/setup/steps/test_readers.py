"""Who may read which collection of the registry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.sandbox.transfer.model import AccessRule

from ...support.machine import (
    SUBSCRIPTION,
    Machine,
    folder_option,
    guest_of,
    program_option,
    requests,
    rules_of,
)


@pytest.fixture
def shared(ready: Machine, personal: Path) -> Callable[..., Any]:
    """Run setup with some rules. The first run creates the endpoint."""

    def run(*rules: str, code: int = 0) -> Any:
        ended = ready.setup(
            *folder_option(ready), *program_option(personal), *SUBSCRIPTION, "--guest", *rules
        )
        assert ended.code == code, ended.text
        return ended

    return run


def test_only_its_readers_can_read_a_collection(ready: Machine, shared: Callable[..., Any]) -> None:
    shared("--public", "tacos", "--private", "ml=bob@uni.example")
    guest = guest_of(ready)
    assert ready.may_read(names.BOB, guest, "/tacos/")
    assert ready.may_read(names.BOB, guest, "/ml/")
    assert ready.may_read(names.CAROL, guest, "/tacos/")
    assert not ready.may_read(names.CAROL, guest, "/ml/")
    for path in ("/", "/genomics/", "/tacos/../ml/"):
        assert not ready.may_read(names.CAROL, guest, path)


def test_a_reader_can_send_from_the_collection(ready: Machine, shared: Callable[..., Any]) -> None:
    shared("--public", "tacos")
    ready.log_in(names.BOB)
    sent = ready.run(
        "send", "tacos/avocados:latest", f"{names.BOBS_LAPTOP}:/~/", "--wait", "--json"
    )
    assert sent.code == 0, sent.text
    refused = ready.run("send", "ml/jupyter-gpu", f"{names.BOBS_LAPTOP}:/~/", "--wait")
    assert refused.code == 1
    assert "Permission denied reading /ml/" in refused.text
    assert "Ask its owner, ada@uni.example," in refused.text


def test_setup_shares_nothing_without_a_subscription(ready: Machine, personal: Path) -> None:
    ended = ready.setup(*folder_option(ready), *program_option(personal), "--public", "tacos")
    assert ended.code == 5
    step = ended.step("guest")
    assert step["state"] == "failed"
    assert "require a subscription" in step["message"]
    assert "Globus says" in step["message"]
    assert any("Globus will probably refuse" in warning for warning in step["warnings"])
    # The steps that succeeded stay: the folder is served to its owner.
    assert "endpoint_id" not in ready.settings["registries"][0]
    assert ended.check("folder of registry images")["state"] == "ok"


def test_a_second_run_with_a_subscription_succeeds(ready: Machine, personal: Path) -> None:
    options = (*folder_option(ready), *program_option(personal), "--public", "tacos")
    ready.setup(*options)
    assert ready.setup(*options, *SUBSCRIPTION).code == 0
    assert ready.may_read(names.BOB, guest_of(ready), "/tacos/")


def test_a_rerun_adds_what_is_missing(ready: Machine, shared: Callable[..., Any]) -> None:
    shared("--public", "tacos")
    guest = guest_of(ready)
    shared("--private", f"ml={names.BOB}")
    assert guest_of(ready) == guest
    assert rules_of(ready, guest) == [
        ("/ml/", "identity", names.BOB),
        ("/tacos/", "all_authenticated_users", ""),
    ]


def test_a_collection_that_becomes_private_is_no_longer_public(
    ready: Machine, shared: Callable[..., Any]
) -> None:
    shared("--public", "tacos", "--public", "ml")
    ended = shared("--private", "ml=bob@uni.example")
    guest = guest_of(ready)
    assert any("Stop letting everyone" in change for change in ended.step("guest")["changes"])
    assert not ready.may_read(names.CAROL, guest, "/ml/")
    assert ready.may_read(names.BOB, guest, "/ml/")
    assert ready.may_read(names.CAROL, guest, "/tacos/")


def test_rules_of_others_stay_and_are_reported(ready: Machine, shared: Callable[..., Any]) -> None:
    shared("--public", "tacos")
    guest = guest_of(ready)
    body = {
        "DATA_TYPE": "access",
        "path": "/ml/",
        "permissions": "r",
        "principal_type": "all_authenticated_users",
        "principal": "",
    }
    with ready.transfer() as ada:
        ada.add_endpoint_acl_rule(guest, body)
    ended = shared("--private", "ml=bob@uni.example")
    (warning,) = ended.step("guest")["warnings"]
    assert "everyone with a Globus login can also read 'ml'" in warning
    assert ("/ml/", "all_authenticated_users", "") in rules_of(ready, guest)


def test_setup_warns_of_a_rule_above_a_private_collection(
    ready: Machine, shared: Callable[..., Any]
) -> None:
    shared("--public", "*")
    ended = shared("--private", "ml=bob@uni.example")
    assert any("because of a rule on /" in warning for warning in ended.step("guest")["warnings"])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (("--public", "*", "--private", "ml=bob@uni.example"), "cannot hide a folder"),
        (("--public", "tacos", "--private", "tacos=bob@uni.example"), "listed twice"),
        (("--public", "nosuch"), "no folder 'nosuch'"),
        (("--public", "../registry"), "is not a valid collection name"),
        (("--public", "images"), "no folder 'images'"),
        (("--private", "ml=nobody@uni.example"), "has no identity"),
        (("--private", "ml"), "is not a collection"),
        (("--private", "ml=group:x"), "is not a reader"),
        (
            ("--private", "tacos=bob@uni.example", "--private", "tacos/salsa=carol@uni.example"),
            "bob",
        ),
    ],
)
def test_setup_refuses_impossible_rules_before_it_shares_anything(
    ready: Machine, shared: Callable[..., Any], rules: tuple[str, ...], message: str
) -> None:
    ended = shared(*rules, code=2)
    assert message in ended.step("guest")["message"]
    assert not any("shared_endpoint" in request for request in requests(ready, "POST"))


def test_groups_and_the_anonymous_public_can_be_readers(
    ready: Machine, shared: Callable[..., Any]
) -> None:
    group = "6f000000-0000-4000-8000-000000000001"
    shared("--public", "tacos", "--public-means", "anonymous", "--private", f"ml=group:{group}")
    assert rules_of(ready, guest_of(ready)) == [
        ("/ml/", "group", group),
        ("/tacos/", "anonymous", ""),
    ]


def test_setup_uses_an_existing_guest_collection(
    well: Machine, own_guest: Callable[..., str]
) -> None:
    guest = own_guest()
    well.configure(registries=[{"name": "images", "kind": "folder", "path": str(well.registry)}])
    assert well.setup("--public", "tacos").code == 0
    assert guest_of(well) == guest


# An endpoint that setup did not create.


def test_setup_adds_rules_to_a_guest_collection_that_others_created(ready: Machine) -> None:
    ready.log_in(names.CAROL)
    world = ready.sandbox.services.world
    with world.change():
        for rule in list(world.rules.values()):
            assert isinstance(rule, AccessRule)
            if rule.endpoint_id == names.REGISTRY:
                world.rules.delete(rule.id)
    options = ("--endpoint-id", names.REGISTRY, "--endpoint-path", "/")
    ended = ready.setup(*folder_option(ready), *options, "--public", "tacos")
    assert ended.code == 0, ended.text
    assert ended.step("personal")["state"] == "skipped"
    assert ready.may_read(names.BOB, names.REGISTRY, "/tacos/")
    assert not ready.may_read(names.BOB, names.REGISTRY, "/ml/")
    assert guest_of(ready) == names.REGISTRY


def test_setup_says_who_can_share_an_endpoint_without_rules(ready: Machine) -> None:
    ended = ready.setup(
        *folder_option(ready), "--endpoint-id", names.STANFORD_OAK, "--public", "tacos"
    )
    assert ended.code == 1
    assert "create a guest collection for the folder" in ended.step("guest")["message"]
