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
    """Runs setup with some rules; the endpoint is there after the first time."""

    def run(*rules: str, code: int = 0) -> Any:
        ended = ready.setup(
            *folder_option(ready), *program_option(personal), *SUBSCRIPTION, "--guest", *rules
        )
        assert ended.code == code, ended.text
        return ended

    return run


def test_each_collection_is_read_by_its_people_alone(
    ready: Machine, shared: Callable[..., Any]
) -> None:
    shared("--public", "tacos", "--private", "ml=bob@uni.example")
    guest = guest_of(ready)
    assert ready.may_read(names.BOB, guest, "/tacos/")
    assert ready.may_read(names.BOB, guest, "/ml/")
    assert ready.may_read(names.CAROL, guest, "/tacos/")
    assert not ready.may_read(names.CAROL, guest, "/ml/")
    for path in ("/", "/genomics/", "/tacos/../ml/"):
        assert not ready.may_read(names.CAROL, guest, path)


def test_bob_sends_from_it(ready: Machine, shared: Callable[..., Any]) -> None:
    shared("--public", "tacos")
    ready.log_in(names.BOB)
    sent = ready.run(
        "send", "tacos/avocados:latest", f"{names.BOBS_LAPTOP}:/~/", "--wait", "--json"
    )
    assert sent.code == 0, sent.text
    refused = ready.run("send", "ml/jupyter-gpu", f"{names.BOBS_LAPTOP}:/~/", "--wait")
    assert refused.code == 1
    assert "does not let you read /ml/" in refused.text
    assert "Ask its owner, ada@uni.example," in refused.text


def test_without_a_subscription_it_says_so_and_shares_nothing(
    ready: Machine, personal: Path
) -> None:
    ended = ready.setup(*folder_option(ready), *program_option(personal), "--public", "tacos")
    assert ended.code == 5
    step = ended.step("guest")
    assert step["state"] == "failed"
    assert "under no subscription" in step["message"]
    assert "Globus says" in step["message"]
    assert any("Globus will probably refuse" in one for one in step["warnings"])
    # What did succeed stands: the folder is served to its owner.
    assert "endpoint_id" not in ready.settings["registries"][0]
    assert ended.check("folder of registry images")["state"] == "ok"


def test_the_same_again_with_a_subscription(ready: Machine, personal: Path) -> None:
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
    assert any("No longer let everybody" in one for one in ended.step("guest")["changes"])
    assert not ready.may_read(names.CAROL, guest, "/ml/")
    assert ready.may_read(names.BOB, guest, "/ml/")
    assert ready.may_read(names.CAROL, guest, "/tacos/")


def test_rules_that_others_made_stay_and_are_told_of(
    ready: Machine, shared: Callable[..., Any]
) -> None:
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
    assert "everybody with a Globus login may read 'ml' too" in warning
    assert ("/ml/", "all_authenticated_users", "") in rules_of(ready, guest)


def test_a_rule_above_opens_a_private_collection_and_is_told_of(
    ready: Machine, shared: Callable[..., Any]
) -> None:
    shared("--public", "*")
    ended = shared("--private", "ml=bob@uni.example")
    assert any("by a rule on /" in one for one in ended.step("guest")["warnings"])


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (("--public", "*", "--private", "ml=bob@uni.example"), "keep a folder from those"),
        (("--public", "tacos", "--private", "tacos=bob@uni.example"), "named twice"),
        (("--public", "nosuch"), "no folder 'nosuch'"),
        (("--public", "../registry"), "no collection's name"),
        (("--public", "images"), "no folder 'images'"),
        (("--private", "ml=nobody@uni.example"), "knows no identity"),
        (("--private", "ml"), "names no collection"),
        (("--private", "ml=group:x"), "neither a user name"),
        (
            ("--private", "tacos=bob@uni.example", "--private", "tacos/salsa=carol@uni.example"),
            "bob",
        ),
    ],
)
def test_what_no_rules_can_say_is_refused_before_anything_is_shared(
    ready: Machine, shared: Callable[..., Any], rules: tuple[str, ...], words: str
) -> None:
    ended = shared(*rules, code=2)
    assert words in ended.step("guest")["message"]
    assert not any("shared_endpoint" in one for one in requests(ready, "POST"))


def test_groups_and_anonymous_readers(ready: Machine, shared: Callable[..., Any]) -> None:
    group = "6f000000-0000-4000-8000-000000000001"
    shared("--public", "tacos", "--public-means", "anonymous", "--private", f"ml=group:{group}")
    assert rules_of(ready, guest_of(ready)) == [
        ("/ml/", "group", group),
        ("/tacos/", "anonymous", ""),
    ]


def test_a_guest_collection_that_is_there_is_used(
    well: Machine, own_guest: Callable[..., str]
) -> None:
    guest = own_guest()
    well.configure(registries=[{"name": "images", "kind": "folder", "path": str(well.registry)}])
    assert well.setup("--public", "tacos").code == 0
    assert guest_of(well) == guest


# An endpoint of somebody else's making.


def test_a_guest_collection_made_elsewhere_gets_its_rules(ready: Machine) -> None:
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


def test_an_endpoint_without_rules_says_who_can_share_it(ready: Machine) -> None:
    ended = ready.setup(
        *folder_option(ready), "--endpoint-id", names.STANFORD_OAK, "--public", "tacos"
    )
    assert ended.code == 1
    assert "make a guest collection of the folder" in ended.step("guest")["message"]
