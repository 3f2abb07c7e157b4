"""The unmodified globus CLI cannot tell the sandbox from Globus.

The tests in this file share one sandbox and one login, because each command takes most of a second.
Each test uses its own paths.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .globus_program import GlobusProgram, install
from .helpers import TRANSFER_ALL, data_access, folder_of

CLOUD = names.RESEARCH_CLOUD
SCRATCH = names.STANFORD_SHERLOCK_SCRATCH
PAUSED = names.PAUSED_BY_ADMINISTRATOR


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("globus-cli")) as running:
        yield running


@pytest.fixture(scope="module")
def program() -> Path:
    return install()


@pytest.fixture(scope="module")
def globus(
    shared_sandbox: Sandbox, program: Path, tmp_path_factory: pytest.TempPathFactory
) -> GlobusProgram:
    """The CLI, logged in as Ada with a pasted code."""
    made = GlobusProgram(program, tmp_path_factory.mktemp("home"), shared_sandbox, {})
    made.paste("login")
    return made


@pytest.fixture
def stranger(shared_sandbox: Sandbox, program: Path, tmp_path: Path) -> GlobusProgram:
    """The CLI, not logged in."""
    return GlobusProgram(program, tmp_path, shared_sandbox, {})


@pytest.fixture
def source(shared_sandbox: Sandbox) -> Path:
    return folder_of(shared_sandbox, "research-cloud-project-space")


@pytest.fixture
def target(shared_sandbox: Sandbox) -> Path:
    return folder_of(shared_sandbox, "stanford-sherlock-scratch")


def send(globus: GlobusProgram, *arguments: str, stdin: str = "") -> str:
    """Start a transfer, and return the task's id."""
    text = globus.run("transfer", *arguments, "-F", "json", stdin=stdin)
    return str(json.loads(text)["task_id"])


def wait(globus: GlobusProgram, task_id: str, code: int = 0) -> None:
    globus.run("task", "wait", task_id, "--timeout", "20", "--polling-interval", "1", code=code)


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


def test_endpoint_search_and_show(globus: GlobusProgram) -> None:
    assert "Stanford Oak storage" in globus.run("endpoint", "search", "stanford", "--limit", "3")
    mine = globus.json("endpoint", "search", "--filter-scope", "my-endpoints")
    assert names.MY_COMPUTER in [row["id"] for row in mine["DATA"]]
    globus.run("endpoint", "search", code=2)
    assert "My computer (demo)" in globus.run("endpoint", "show", names.MY_COMPUTER)
    assert "Stanford" in globus.run("endpoint", "show", names.STANFORD_SHERLOCK_ENDPOINT)
    globus.run("endpoint", "show", "00000000-0000-4000-8000-000000000000", code=1)
    said = globus.run(
        "endpoint", "show", names.DELETED_PROJECT, "--map-http-status", "404=50", code=50
    )
    assert "EndpointDeleted" in said


def test_ls(globus: GlobusProgram, source: Path) -> None:
    (source / "lst" / "deep").mkdir(parents=True)
    (source / "lst" / "a.sif").touch()
    (source / "lst" / ".hidden").touch()
    (source / "lst" / "deep" / "b.txt").touch()
    place = f"{CLOUD}:/lst/"
    assert globus.run("ls", place).split() == ["deep/", "a.sif"]
    assert ".hidden" in globus.run("ls", "-a", place)
    assert "deep/b.txt" in globus.run("ls", "-r", place)
    assert globus.run("ls", place, "--filter", "~*.sif").split() == ["a.sif"]
    assert "Permissions" in globus.run("ls", "-l", place, "--orderby", "name:DESC")
    globus.run("ls", f"{CLOUD}:/nothing/", code=1)
    globus.run("ls", names.ADAS_LAPTOP_OFFLINE, code=1)


def test_mkdir_stat_rename(globus: GlobusProgram, source: Path) -> None:
    assert "created successfully" in globus.run("mkdir", f"{CLOUD}:/made here/")
    assert (source / "made here").is_dir()
    globus.run("mkdir", f"{CLOUD}:/made here/", code=1)
    globus.run("mkdir", f"{names.REGISTRY}:/x/", code=1)
    assert globus.json("stat", f"{CLOUD}:/made here/")["type"] == "dir"
    assert "Nothing found" in globus.run("stat", f"{CLOUD}:/nothing")
    globus.run("rename", CLOUD, "/made here/", "/renamed/")
    assert (source / "renamed").is_dir()


def test_transfer_of_one_file(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "one.sif").write_bytes(b"image" * 1000)
    task_id = send(
        globus,
        f"{CLOUD}:/one.sif",
        f"{SCRATCH}:/images/one.sif",
        "--label",
        "one image",
        "--checksum-algorithm",
        "SHA256",
    )
    wait(globus, task_id)
    assert (target / "images/one.sif").read_bytes() == b"image" * 1000
    assert "SUCCEEDED" in globus.run("task", "show", task_id)
    (row,) = globus.json("task", "show", "-t", task_id)["DATA"]
    assert row["checksum"] == hashlib.sha256(b"image" * 1000).hexdigest()
    assert globus.json("task", "show", "--skipped-errors", task_id)["DATA"] == []
    events = globus.run("task", "event-list", task_id)
    assert "SUCCEEDED" in events
    assert "STARTED" in events
    assert globus.run("task", "event-list", "--filter-errors", task_id).count("\n") <= 2


def test_transfer_of_a_batch(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "batch").mkdir()
    for name in ("a", "b c"):
        (source / "batch" / name).write_text(name)
    lines = "# two files\na a\n\n'b c' 'b c'\n"
    task_id = send(globus, f"{CLOUD}:/batch/", f"{SCRATCH}:/batch/", "--batch", "-", stdin=lines)
    wait(globus, task_id)
    assert {path.name for path in (target / "batch").iterdir()} == {"a", "b c"}


def test_transfer_with_every_option(globus: GlobusProgram, source: Path, target: Path) -> None:
    (source / "opt").mkdir()
    for name in ("keep.sif", "drop.txt"):
        (source / "opt" / name).write_text(name)
    task_id = send(
        globus,
        f"{CLOUD}:/opt/",
        f"{SCRATCH}:/opt/",
        *("--recursive", "--sync-level", "checksum", "--preserve-mtime", "--verify-checksum"),
        *("--encrypt-data", "--skip-source-errors", "--fail-on-quota-errors"),
        *("--delete-destination-extra", "--include", "keep*", "--exclude", "*.txt"),
        *("--notify", "off", "--deadline", "2199-01-01"),
    )
    wait(globus, task_id)
    assert [path.name for path in (target / "opt").iterdir()] == ["keep.sif"]
    task = globus.json("task", "show", task_id)
    for option in (
        "encrypt_data",
        "skip_source_errors",
        "fail_on_quota_errors",
        "preserve_timestamp",
        "delete_destination_extra",
    ):
        assert task[option] is True
    assert task["sync_level"] == 3
    again = send(globus, f"{CLOUD}:/opt/", f"{SCRATCH}:/opt/", "-r", "-s", "exists")
    wait(globus, again)
    assert globus.json("task", "show", again)["files_skipped"] == 1


def test_a_submission_id_twice(globus: GlobusProgram) -> None:
    submission_id = globus.run("task", "generate-submission-id").strip()
    paths = (f"{CLOUD}:/README.txt", f"{SCRATCH}:/twice.txt")
    first = send(globus, *paths, "--submission-id", submission_id)
    assert send(globus, *paths, "--submission-id", submission_id) == first
    wait(globus, first)
    assert "Source Path" in globus.run("transfer", *paths, "--dry-run")


def test_a_wrong_external_checksum(globus: GlobusProgram) -> None:
    task_id = send(
        globus,
        f"{CLOUD}:/README.txt",
        f"{SCRATCH}:/wrong.txt",
        "--external-checksum",
        "0" * 64,
        "--checksum-algorithm",
        "SHA256",
    )
    wait(globus, task_id, code=1)
    assert "EXTERNAL_CHECKSUM_MISMATCH" in globus.run("task", "event-list", task_id)


def test_refused_submissions(globus: GlobusProgram) -> None:
    readme = f"{CLOUD}:/README.txt"
    globus.run("transfer", readme, f"{names.ADAS_LAPTOP_OFFLINE}:/~/x", code=1)
    globus.run("transfer", readme, f"{names.DELETED_PROJECT}:/x", code=1)
    said = globus.run("transfer", readme, f"{names.NATIONAL_CENTER}:/~/x", code=4)
    assert data_access(names.NATIONAL_CENTER) in said


def test_delete(globus: GlobusProgram, source: Path) -> None:
    (source / "del" / "sub").mkdir(parents=True)
    for name in ("a.sif", "b.sif", "c.txt"):
        (source / "del" / name).touch()
    globs = ("--enable-globs", "--star-silent")
    task_id = globus.json("delete", *globs, f"{CLOUD}:/del/*.sif")["task_id"]
    wait(globus, task_id)
    assert {path.name for path in (source / "del").iterdir()} == {"sub", "c.txt"}
    task_id = globus.json("delete", "--recursive", f"{CLOUD}:/del/")["task_id"]
    wait(globus, task_id)
    assert not (source / "del").exists()
    assert "Endpoint" in globus.run("task", "show", task_id)
    task_id = globus.json("delete", "--ignore-missing", f"{CLOUD}:/del/")["task_id"]
    wait(globus, task_id)
    assert "0" in globus.run("rm", "--recursive", "--ignore-missing", f"{CLOUD}:/del", "-F", "json")


def test_tasks_that_wait(globus: GlobusProgram, shared_sandbox: Sandbox) -> None:
    task_id = send(globus, f"{CLOUD}:/README.txt", f"{PAUSED}:/x")
    globus.run("task", "wait", task_id, "--timeout", "1", "--polling-interval", "1", code=1)
    assert "tape robot" in globus.run("task", "pause-info", task_id)
    assert "True" in globus.run("task", "show", task_id)
    globus.run("task", "update", task_id, "--label", "patient", "--deadline", "2199-01-01")
    listed = globus.run("task", "list", "--filter-label", "pat*", "--filter-status", "ACTIVE")
    assert task_id in listed
    assert "cancelled successfully" in globus.run("task", "cancel", task_id)
    assert "completed before" in globus.run("task", "cancel", task_id)
    wait(globus, task_id, code=1)
    assert "not paused" in globus.run("task", "pause-info", task_id)
    globus.run("task", "update", task_id, "--label", "late", code=1)
    globus.run("task", "show", "00000000-0000-4000-8000-000000000000", code=1)


def test_cancel_all(globus: GlobusProgram) -> None:
    tasks = [send(globus, f"{CLOUD}:/README.txt", f"{PAUSED}:/all{n}") for n in range(2)]
    said = globus.run("task", "cancel", "--all")
    assert all(task in said for task in tasks)
    assert "no in-progress tasks" in globus.run("task", "cancel", "--all", code=1)


def test_task_list(globus: GlobusProgram) -> None:
    rows = globus.json("task", "list", "--limit", "2", "--filter-type", "TRANSFER")["DATA"]
    assert len(rows) == 2
    filtered = globus.json("task", "list", "--filter-task-id", rows[0]["task_id"])["DATA"]
    assert [row["task_id"] for row in filtered] == [rows[0]["task_id"]]
    before = ("--filter-requested-before", "2001-01-01")
    assert globus.json("task", "list", *before)["DATA"] == []


def test_bookmarks(globus: GlobusProgram) -> None:
    made = globus.json("bookmark", "create", f"{CLOUD}:/images/", "cloud images")["id"]
    globus.run("bookmark", "create", f"{CLOUD}:/images/", "cloud images", code=1)
    assert "Research Cloud project space" in globus.run("bookmark", "list")
    assert globus.run("bookmark", "show", "cloud images") == f"{CLOUD}:/images/\n"
    globus.run("bookmark", "rename", "cloud images", "my images")
    assert globus.json("bookmark", "show", made)["name"] == "my images"
    assert "deleted successfully" in globus.run("bookmark", "delete", "my images")
    globus.run("bookmark", "show", made, code=1)


def test_timers(globus: GlobusProgram) -> None:
    paths = (f"{CLOUD}:/README.txt", f"{SCRATCH}:/timed.txt")
    made = globus.json(
        *("timer", "create", "transfer", *paths, "--interval", "1h", "--name", "hourly")
    )["job_id"]
    assert "hourly" in globus.run("timer", "list")
    assert "Awaiting the next run" in globus.run("timer", "show", made)
    assert "Successfully paused" in globus.run("timer", "pause", made)
    assert "Paused, awaiting user action" in globus.run("timer", "show", made)
    assert "Successfully resumed" in globus.run("timer", "resume", made)
    assert "hourly" in globus.run("timer", "delete", made)
    globus.run("timer", "show", made, code=1)
    once = globus.json(
        *("timer", "create", "transfer", *paths, "--stop-after-runs", "1"),
        *("--start", "2199-01-01"),
    )
    assert once["schedule"]["type"] == "once"
    globus.run("timer", "delete", once["job_id"])


def test_a_timer_for_a_collection_that_requires_a_consent(globus: GlobusProgram) -> None:
    command = (
        *("timer", "create", "transfer", f"{CLOUD}:/README.txt"),
        *(f"{names.NATIONAL_CENTER}:/~/timed.txt", "--interval", "1d"),
    )
    assert "--timer-data-access" in globus.run(*command, code=4)
    globus.paste("session", "consent", "--timer-data-access", names.NATIONAL_CENTER)
    made = globus.json(*command)["job_id"]
    globus.run("timer", "delete", made)


def test_creating_and_sharing_an_endpoint(globus: GlobusProgram) -> None:
    made = globus.json("gcp", "create", "mapped", "Registry host")
    assert made["globus_connect_setup_key"]
    share = ("gcp", "create", "guest", "Shared", f"{names.MY_COMPUTER}:/~/")
    assert "subscription" in globus.run(*share, code=1)
    rule = ("--permissions", "r", "--identity", "carol@uni.example")
    place = f"{names.ADAS_RESULTS}:/images/"
    rule_id = globus.json("endpoint", "permission", "create", *rule, place)["access_id"]
    assert "carol@uni.example" in globus.run("endpoint", "permission", "list", names.ADAS_RESULTS)
    globus.run("endpoint", "permission", "delete", names.ADAS_RESULTS, rule_id)
    assert "administrator" in globus.run("endpoint", "role", "list", names.MY_COMPUTER)
    globus.run("endpoint", "delete", made["id"])
