"""The globus CLI logs in to the sandbox, and asks who somebody is."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..globus_program import GlobusProgram
from ..helpers import TRANSFER_ALL, data_access
from .tasks import CLOUD


def test_before_a_login_commands_say_so(stranger: GlobusProgram) -> None:
    for command in (["whoami"], ["ls", CLOUD], ["timer", "list"]):
        assert "login" in stranger.run(*command, code=4).lower()


def test_login_by_browser_and_logout(stranger: GlobusProgram, shared_sandbox: Sandbox) -> None:
    assert "successfully logged in" in stranger.browser("login")
    assert stranger.run("whoami") == "ada@uni.example\n"
    assert "already logged in" in stranger.run("login")
    assert "logged out" in stranger.run("logout", "--yes")
    stranger.run("whoami", code=4)
    assert "successfully logged in" in stranger.paste("login")
    assert "logged out" in stranger.run("logout", "--yes", "--delete-client")


def test_login_as_its_own_app(shared_sandbox: Sandbox, program: Path, tmp_path: Path) -> None:
    client_id, secret = shared_sandbox.confidential_client
    pair = {"GLOBUS_CLI_CLIENT_ID": client_id, "GLOBUS_CLI_CLIENT_SECRET": secret}
    app = GlobusProgram(program, tmp_path, shared_sandbox, pair)
    assert app.run("whoami") == f"{client_id}@clients.auth.globus.org\n"
    assert names.GENOME_MIRROR in app.run("endpoint", "search", "genome")
    # The CLI requests the consent by itself, and retries.
    assert "README.txt" in app.run("ls", f"{names.STANFORD_OAK}:/~/")
    assert "revoked all CLI tokens" in app.run("logout", "--yes")
    wrong = GlobusProgram(
        program, tmp_path, shared_sandbox, {**pair, "GLOBUS_CLI_CLIENT_SECRET": "x"}
    )
    wrong.run("ls", CLOUD, code=1)


def test_a_revoked_login_is_noticed(stranger: GlobusProgram, shared_sandbox: Sandbox) -> None:
    stranger.paste("login")
    app = next(row.app for row in reversed(shared_sandbox.services.world.consents.values()))
    shared_sandbox.rescind_consents(client_id=app)
    assert "login" in stranger.run("whoami", code=4).lower()


def test_whoami(globus: GlobusProgram) -> None:
    assert globus.json("whoami")["sub"] == names.ADA
    linked = globus.run("whoami", "--linked-identities").split()
    assert linked == ["ada@uni.example", "ada@hospital.example"]


def test_get_identities(globus: GlobusProgram) -> None:
    assert globus.run("get-identities", "bob@uni.example") == f"{names.BOB}\n"
    assert globus.run("get-identities", names.BOB) == "bob@uni.example\n"


def test_a_missing_consent_is_given(globus: GlobusProgram) -> None:
    place = f"{names.STANFORD_OAK}:/~/"
    assert "globus session consent" in globus.run("ls", place, code=4)
    scope = f"{TRANSFER_ALL}[*{data_access(names.STANFORD_OAK)}]"
    assert "successfully updated" in globus.paste("session", "consent", scope)
    assert "README.txt" in globus.run("ls", place)


def test_a_session_is_updated_for_a_policy(globus: GlobusProgram) -> None:
    assert names.HOSPITAL_POLICY in globus.run("ls", names.POLICY_CONSORTIUM, code=4)
    globus.paste("session", "update", "--policy", names.HOSPITAL_POLICY)
    assert "README.txt" in globus.run("ls", names.POLICY_CONSORTIUM)
    shown = globus.json("session", "show")
    assert list(shown["authentications"]) == [names.ADA_HOSPITAL]
    globus.paste("session", "update", "--all")
    shown = globus.json("session", "show")
    assert set(shown["authentications"]) == {names.ADA, names.ADA_HOSPITAL}
    globus.paste("session", "update", "hospital.example")
    globus.paste("session", "update", "ada@uni.example")
    assert "ada@uni.example" in globus.run("session", "show")


def test_a_session_that_is_too_old(globus: GlobusProgram, shared_sandbox: Sandbox) -> None:
    globus.paste("session", "update", "ada@uni.example")
    assert "README.txt" in globus.run("ls", f"{names.CLINICAL_IMAGING}:/~/")
    shared_sandbox.advance_clock(31 * 60)
    said = globus.run("ls", f"{names.CLINICAL_IMAGING}:/~/", code=4)
    assert "session update" in said
    globus.paste("session", "update", "ada@uni.example")
    assert "README.txt" in globus.run("ls", f"{names.CLINICAL_IMAGING}:/~/")
