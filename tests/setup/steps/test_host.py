"""This machine serves the registry's folder, for reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.machine import SUBSCRIPTION, Machine, folder_option, program_option, requests


def test_setup_creates_an_endpoint_for_this_machine(ready: Machine, personal: Path) -> None:
    ended = ready.setup(
        *folder_option(ready), *program_option(personal), "--endpoint-name", "Ada's registry"
    )
    assert ended.code == 0, ended.text
    (call,) = ready.calls
    assert call["arguments"][0] == "-setup"
    assert ready.config_paths.read_text() == f"{ready.home}/,0,1\n{ready.registry}/,1,0\n"
    with ready.services() as services:
        endpoint_id = services.parts.local.endpoint_id()
        assert endpoint_id is not None
        endpoint = services.endpoints.get(endpoint_id)
    assert endpoint.display_name == "Ada's registry"
    assert ready.may_read(names.ADA, endpoint_id, f"{ready.registry}/tacos/")
    assert not ready.may_read(names.BOB, endpoint_id, f"{ready.registry}/tacos/")
    assert ready.settings["registries"][0]["path"] == str(ready.registry)


def test_the_setup_key_is_never_printed(ready: Machine, personal: Path) -> None:
    ended = ready.run("setup", "--yes", *folder_option(ready), *program_option(personal))
    key = ready.calls[0]["arguments"][-1]
    assert len(key) > 30
    assert key not in ended.out + ended.err


def test_the_program_does_not_see_the_secret_of_the_app(
    ready: Machine, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SREGISTRY_GLOBUS_CLIENT_SECRET", "")
    ready.setup(*folder_option(ready), *program_option(personal))
    assert [call["has_secret"] for call in ready.calls] == [False]


def test_a_second_run_creates_nothing(ready: Machine, personal: Path) -> None:
    options = (*folder_option(ready), *program_option(personal), *SUBSCRIPTION, "--public", "tacos")
    assert ready.setup(*options).code == 0
    ready.sandbox.clear_requests()
    rerun = ready.setup(*options)
    assert rerun.code == 0
    assert [step["changes"] for step in rerun.json["steps"]] == [[]] * 6
    assert requests(ready, "POST", "PUT", "DELETE") == []
    assert len(ready.calls) == 1


def test_a_second_run_continues_after_a_failure(ready: Machine, personal: Path) -> None:
    broken = ready.home / "personal-is-broken"
    broken.touch()
    ended = ready.setup(*folder_option(ready), *program_option(personal))
    assert ended.code == 6
    key = ready.calls[0]["arguments"][-1]
    message = ended.step("personal")["message"]
    assert "cannot set up with (key)" in message
    assert key not in ended.out + ended.err
    broken.unlink()
    ready.sandbox.clear_requests()
    assert ready.setup(*folder_option(ready), *program_option(personal)).code == 0
    assert ready.calls[1]["arguments"][-1] == key
    assert requests(ready, "POST") == []


def test_without_the_program_setup_creates_nothing_at_globus(ready: Machine) -> None:
    ended = ready.setup(*folder_option(ready))
    assert ended.code == 5
    assert "globusconnectpersonal was not found" in ended.step("personal")["message"]
    assert requests(ready, "POST") == []


def test_setup_finds_the_program_where_users_unpack_it(ready: Machine, personal: Path) -> None:
    unpacked = ready.home / "globusconnectpersonal-3.2.6"
    unpacked.mkdir()
    personal.rename(unpacked / "globusconnectpersonal")
    assert ready.setup(*folder_option(ready)).code == 0
    assert len(ready.calls) == 1


def test_another_folder_of_connect_personal_is_passed_as_dir(
    ready: Machine, personal: Path
) -> None:
    elsewhere = ready.home / "gcp"
    ended = ready.setup(
        *folder_option(ready), *program_option(personal), "--personal-dir", str(elsewhere / "lta")
    )
    assert ended.code == 0, ended.text
    assert ready.calls[0]["arguments"][:3] == ["-dir", str(elsewhere), "-setup"]
    assert ready.settings["connect_personal_dir"] == str(elsewhere)
    assert (elsewhere / "lta" / "config-paths").exists()


def test_setup_uses_an_existing_connect_personal(well: Machine, contents: Path) -> None:
    paths = well.sandbox.connect_personal_dir / "config-paths"
    paths.write_text(f"{contents}/,1,1\n")
    ended = well.setup()
    assert ended.code == 0, ended.text
    assert "'My computer (demo)'" in ended.step("personal")["facts"][0]
    assert paths.read_text() == f"{contents}/,1,1\n{well.registry}/,1,0\n"
    assert requests(well, "POST") == []


@pytest.mark.parametrize(
    ("public", "message"), [(True, "ada@uni.example"), (False, "another identity")]
)
def test_setup_leaves_the_connect_personal_of_others_alone(
    well: Machine, public: bool, message: str
) -> None:
    well.sandbox.change_endpoint(names.MY_COMPUTER, public=public)
    well.log_in(names.BOB)
    before = (well.sandbox.connect_personal_dir / "config-paths").read_text()
    ended = well.setup(*folder_option(well))
    assert ended.code == 1
    assert message in ended.step("personal")["message"]
    assert (well.sandbox.connect_personal_dir / "config-paths").read_text() == before


def test_setup_reports_an_endpoint_that_was_deleted_at_globus(well: Machine) -> None:
    well.sandbox.change_endpoint(names.MY_COMPUTER, deleted=True)
    ended = well.setup(*folder_option(well))
    assert ended.code == 3
    assert "no longer exists" in ended.step("personal")["message"]


def test_connect_personal_is_started_on_request(ready: Machine, personal: Path) -> None:
    ready.setup(*folder_option(ready), *program_option(personal))
    with ready.services() as services:
        endpoint_id = str(services.parts.local.endpoint_id())
    ready.sandbox.change_endpoint(endpoint_id, gcp_connected=False)
    ended = ready.setup(*folder_option(ready), *program_option(personal), "--start")
    assert ended.code == 0, ended.text
    assert ready.calls[-1]["arguments"] == ["-start"]
    assert ended.check("Connect Personal")["state"] == "ok"


def test_a_dry_run_creates_nothing_at_globus(ready: Machine, personal: Path) -> None:
    options = (
        *folder_option(ready),
        *program_option(personal),
        "--public",
        "tacos",
        "--private",
        "ml=bob@uni.example",
    )
    before = ready.config_file.read_text()
    ended = ready.run("setup", "--dry-run", "--json", *options)
    assert ended.code == 0, ended.text
    text = " ".join(change for step in ended.json["steps"] for change in step["changes"])
    for part in (
        "Create an endpoint",
        "-setup (key)",
        f"{ready.registry}/,1,0",
        "Create a guest",
        "/ml/",
    ):
        assert part in text, text
    assert requests(ready, "POST", "PUT", "DELETE") == []
    assert ready.calls == []
    assert ready.config_file.read_text() == before


def test_a_dry_run_works_without_a_connected_identity(machine: Machine, personal: Path) -> None:
    options = (*folder_option(machine), *program_option(personal), "--public", "tacos")
    ended = machine.run("setup", "--dry-run", "--client-id", machine.sandbox.client_id, *options)
    assert ended.code == 0
    assert f"{machine.registry}/,1,0" in ended.out
    assert "read 'tacos'" in ended.out
    assert list(machine.home.glob(".globusonline")) == []


def test_a_folder_that_the_sites_endpoint_serves_needs_no_connect_personal(
    machine: Machine,
) -> None:
    entry = {"name": "images", "kind": "folder", "path": str(machine.registry)}
    site = {"path": str(machine.registry), "endpoint": names.ALDER_CLUSTER}
    machine.configure(registries=[entry], host_endpoints=[site])
    step = machine.setup().step("personal")
    assert step["state"] == "skipped"
    assert (
        f"The endpoint {names.ALDER_CLUSTER} already serves {machine.registry}" in step["message"]
    )
