"""The registry's folder, served by this machine, and read by those who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.sandbox.transfer.model import AccessRule

from .commands import Machine

SUBSCRIPTION = ("--subscription", names.SUBSCRIPTION)


def folder(machine: Machine) -> tuple[str, ...]:
    return ("--folder", str(machine.registry))


def program(personal: Path) -> tuple[str, ...]:
    return ("--program", str(personal))


def requests(machine: Machine, *methods: str) -> list[str]:
    return [
        f"{one.method} {one.path}"
        for one in machine.sandbox.requests()
        if one.method in methods and one.path.startswith("/v0.10/")
    ]


def rules_of(machine: Machine, guest: str) -> list[tuple[str, str, str]]:
    with machine.transfer() as ada:
        rows = [
            (one["path"], one["principal_type"], one["principal"])
            for one in ada.endpoint_acl_list(guest)
        ]
    return sorted(rows)


# This machine's own endpoint.


def test_an_endpoint_is_made_and_this_machine_set_up_as_it(ready: Machine, personal: Path) -> None:
    ended = ready.setup(*folder(ready), *program(personal), "--endpoint-name", "Ada's registry")
    assert ended.code == 0, ended.text
    (call,) = ready.calls
    assert call["arguments"][0] == "-setup"
    assert ready.config_paths.read_text() == f"{ready.home}/,0,1\n{ready.registry}/,1,0\n"
    with ready.services() as here:
        endpoint_id = here.local.endpoint_id()
        assert endpoint_id is not None
        found = here.endpoints.get(endpoint_id)
    assert found.display_name == "Ada's registry"
    assert ready.may_read(names.ADA, endpoint_id, f"{ready.registry}/tacos/")
    assert not ready.may_read(names.BOB, endpoint_id, f"{ready.registry}/tacos/")
    assert ready.settings["registries"][0]["path"] == str(ready.registry)


def test_the_setup_key_is_never_printed(ready: Machine, personal: Path) -> None:
    talk = ready.run("setup", "--yes", *folder(ready), *program(personal))
    key = ready.calls[0]["arguments"][-1]
    assert len(key) > 30
    assert key not in talk.out + talk.err


def test_the_app_s_secret_is_kept_from_the_program(
    ready: Machine, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SREGISTRY_GLOBUS_CLIENT_SECRET", "")
    ready.setup(*folder(ready), *program(personal))
    assert [one["has_secret"] for one in ready.calls] == [False]


def test_a_second_run_makes_nothing(ready: Machine, personal: Path) -> None:
    options = (*folder(ready), *program(personal), *SUBSCRIPTION, "--public", "tacos")
    assert ready.setup(*options).code == 0
    ready.sandbox.clear_requests()
    again = ready.setup(*options)
    assert again.code == 0
    assert [one["changes"] for one in again.json["steps"]] == [[]] * 6
    assert requests(ready, "POST", "PUT", "DELETE") == []
    assert len(ready.calls) == 1


def test_what_was_begun_is_taken_up_again(ready: Machine, personal: Path) -> None:
    broken = ready.home / "personal-is-broken"
    broken.touch()
    ended = ready.setup(*folder(ready), *program(personal))
    assert ended.code == 6
    key = ready.calls[0]["arguments"][-1]
    message = ended.step("personal")["message"]
    assert "cannot set up with (key)" in message
    assert key not in ended.out + ended.err
    broken.unlink()
    ready.sandbox.clear_requests()
    assert ready.setup(*folder(ready), *program(personal)).code == 0
    assert ready.calls[1]["arguments"][-1] == key
    assert requests(ready, "POST") == []


def test_without_the_program_nothing_is_made_at_globus(ready: Machine) -> None:
    ended = ready.setup(*folder(ready))
    assert ended.code == 5
    assert "globusconnectpersonal is not found" in ended.step("personal")["message"]
    assert requests(ready, "POST") == []


def test_the_program_is_found_where_people_unpack_it(ready: Machine, personal: Path) -> None:
    unpacked = ready.home / "globusconnectpersonal-3.2.6"
    unpacked.mkdir()
    personal.rename(unpacked / "globusconnectpersonal")
    assert ready.setup(*folder(ready)).code == 0
    assert len(ready.calls) == 1


def test_a_setup_elsewhere_goes_there_by_dir(ready: Machine, personal: Path) -> None:
    elsewhere = ready.home / "gcp"
    ended = ready.setup(
        *folder(ready), *program(personal), "--personal-dir", str(elsewhere / "lta")
    )
    assert ended.code == 0, ended.text
    assert ready.calls[0]["arguments"][:3] == ["-dir", str(elsewhere), "-setup"]
    assert ready.settings["connect_personal_dir"] == str(elsewhere)
    assert (elsewhere / "lta" / "config-paths").exists()


def test_a_connect_personal_that_is_there_is_used(well: Machine, contents: Path) -> None:
    paths = well.sandbox.connect_personal_dir / "config-paths"
    paths.write_text(f"{contents}/,1,1\n")
    ended = well.setup()
    assert ended.code == 0, ended.text
    assert "'My computer (demo)'" in ended.step("personal")["found"][0]
    assert paths.read_text() == f"{contents}/,1,1\n{well.registry}/,1,0\n"
    assert requests(well, "POST") == []


@pytest.mark.parametrize(
    ("public", "words"), [(True, "ada@uni.example"), (False, "somebody else's")]
)
def test_somebody_elses_connect_personal_is_left_alone(
    well: Machine, public: bool, words: str
) -> None:
    well.sandbox.change_endpoint(names.MY_COMPUTER, public=public)
    well.log_in(names.BOB)
    before = (well.sandbox.connect_personal_dir / "config-paths").read_text()
    ended = well.setup(*folder(well))
    assert ended.code == 1
    assert words in ended.step("personal")["message"]
    assert (well.sandbox.connect_personal_dir / "config-paths").read_text() == before


def test_an_endpoint_that_globus_deleted_is_said(well: Machine) -> None:
    well.sandbox.change_endpoint(names.MY_COMPUTER, deleted=True)
    ended = well.setup(*folder(well))
    assert ended.code == 3
    assert "no longer has" in ended.step("personal")["message"]


def test_connect_personal_is_started_on_request(ready: Machine, personal: Path) -> None:
    ready.setup(*folder(ready), *program(personal))
    with ready.services() as here:
        endpoint_id = str(here.local.endpoint_id())
    ready.sandbox.change_endpoint(endpoint_id, gcp_connected=False)
    ended = ready.setup(*folder(ready), *program(personal), "--start")
    assert ended.code == 0, ended.text
    assert ready.calls[-1]["arguments"] == ["-start"]
    assert ended.check("Connect Personal")["state"] == "ok"


def test_nothing_is_made_at_globus_in_a_dry_run(ready: Machine, personal: Path) -> None:
    options = (
        *folder(ready),
        *program(personal),
        "--public",
        "tacos",
        "--private",
        "ml=bob@uni.example",
    )
    before = ready.config_file.read_text()
    ended = ready.run("setup", "--dry-run", "--json", *options)
    assert ended.code == 0, ended.text
    words = " ".join(change for one in ended.json["steps"] for change in one["changes"])
    for part in (
        "Make an endpoint",
        "-setup (key)",
        f"{ready.registry}/,1,0",
        "Make a guest",
        "/ml/",
    ):
        assert part in words, words
    assert requests(ready, "POST", "PUT", "DELETE") == []
    assert ready.calls == []
    assert ready.config_file.read_text() == before


def test_a_dry_run_before_anybody_is_connected(machine: Machine, personal: Path) -> None:
    options = (*folder(machine), *program(personal), "--public", "tacos")
    ended = machine.run("setup", "--dry-run", "--client-id", machine.sandbox.client_id, *options)
    assert ended.code == 0
    assert f"{machine.registry}/,1,0" in ended.out
    assert "read 'tacos'" in ended.out
    assert list(machine.home.glob(".globusonline")) == []


def test_nobody_connected_ends_with_4(machine: Machine, personal: Path) -> None:
    options = (*folder(machine), *program(personal), "--client-id", machine.sandbox.client_id)
    ended = machine.setup(*options)
    assert ended.code == 4
    assert "sregistry-globus login" in ended.step("connect")["message"]
    assert machine.settings["client_id"] == machine.sandbox.client_id


# Who reads what.


@pytest.fixture
def shared(ready: Machine, personal: Path) -> Callable[..., Any]:
    """Runs setup with some rules; the endpoint is there after the first time."""

    def run(*rules: str, code: int = 0) -> Any:
        ended = ready.setup(*folder(ready), *program(personal), *SUBSCRIPTION, "--guest", *rules)
        assert ended.code == code, ended.text
        return ended

    return run


def guest_of(machine: Machine) -> str:
    (entry,) = machine.settings["registries"]
    assert entry["endpoint_path"] == "/"
    return str(entry["endpoint_id"])


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
    ended = ready.setup(*folder(ready), *program(personal), "--public", "tacos")
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
    options = (*folder(ready), *program(personal), "--public", "tacos")
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
    ended = ready.setup(*folder(ready), *options, "--public", "tacos")
    assert ended.code == 0, ended.text
    assert ended.step("personal")["state"] == "skipped"
    assert ready.may_read(names.BOB, names.REGISTRY, "/tacos/")
    assert not ready.may_read(names.BOB, names.REGISTRY, "/ml/")
    assert guest_of(ready) == names.REGISTRY


def test_an_endpoint_without_rules_says_who_can_share_it(ready: Machine) -> None:
    ended = ready.setup(*folder(ready), "--endpoint-id", names.STANFORD_OAK, "--public", "tacos")
    assert ended.code == 1
    assert "make a guest collection of the folder" in ended.step("guest")["message"]


def test_other_registries_stay_in_the_configuration(ready: Machine, personal: Path) -> None:
    other = {"name": "other", "kind": "folder", "path": str(ready.home), "token": "hush-hush"}
    ready.configure(registries=[other])
    options = ("--registry", "new", *folder(ready), *program(personal))
    ended = ready.setup(*options)
    assert "hush-hush" not in ended.out + ended.err
    assert ready.settings["registries"] == [
        other,
        {"name": "new", "kind": "folder", "path": str(ready.registry)},
    ]


def test_all_of_it_by_questions(
    machine: Machine, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    state = machine.sandbox.services

    def code(prompt: str) -> str:
        """The person goes to the page that was opened, and copies the code."""
        from ..support.connect import code_in

        return code_in(machine.sandbox.log_in(opened[-1], identity=names.ADA))

    typed = iter(
        [
            "",  # where
            "native",
            "",  # address
            machine.sandbox.client_id,
            "y",
            code,
            "y",  # serve
            str(machine.home / "nosuch"),
            str(machine.registry),
            "Ada's registry",
            "y",  # start
            "y",
            "tacos",
            "ml=bob@uni.example",
            "",
            "y",
            "y",
        ]
    )

    def answer(prompt: str) -> str:
        given = next(typed)
        if prompt.startswith("Name of the endpoint"):
            assert state is not None
        return given(prompt) if callable(given) else given

    asked: list[str] = []

    def prompt(text: str, **options: Any) -> str:
        asked.append(text)
        return answer(text) or str(options.get("default", ""))

    def confirm(text: str, **options: Any) -> bool:
        asked.append(text)
        return answer(text) == "y"

    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.setattr("click.confirm", confirm)
    ended = machine.run("setup", *program(personal), *SUBSCRIPTION)
    assert ended.code == 0, json.dumps(asked, indent=1) + ended.out
    guest = guest_of(machine)
    assert machine.may_read(names.CAROL, guest, "/tacos/")
    assert not machine.may_read(names.CAROL, guest, "/ml/")
    assert machine.may_read(names.BOB, guest, "/ml/")
    assert "There is no folder" in ended.out
    assert list(typed) == []
