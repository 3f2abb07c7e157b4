"""The facts of the live test, observed at the sandbox, which must agree with itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from . import __main__ as program
from .facts import FACTS, Fact
from .report import Row, line, observe, summary
from .site import PREFIX, Site, data_access_scope, https_scope, own_folder

CLUSTER = names.ALDER_CLUSTER
PARENT = "/scratch/ada"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with (
        Sandbox(tmp_path_factory.mktemp("live")) as started,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name, value in started.environment().items():
            patched.setenv(name, value)
        yield started


@pytest.fixture(scope="module")
def site(running: Sandbox) -> Iterator[Site]:
    scopes = [
        f"{program.TRANSFER_ALL}[*{data_access_scope(CLUSTER)}]",
        https_scope(CLUSTER),
        data_access_scope(CLUSTER),
    ]
    tokens = running.tokens(scopes)
    # Longer than the session of the high assurance collection may be.
    running.advance_clock(31 * 60)
    authorizer = globus_sdk.AccessTokenAuthorizer(tokens[program.TRANSFER]["access_token"])
    with (
        globus_sdk.TransferClient(authorizer=authorizer) as transfer,
        globus_sdk.NativeAppAuthClient(running.client_id) as auth,
        own_folder(transfer, CLUSTER, PARENT) as folder,
    ):
        made = Site(
            transfer=transfer,
            auth=auth,
            endpoint_id=CLUSTER,
            folder=folder,
            tokens=tokens,
            https_server=transfer.get_endpoint(CLUSTER)["https_server"],
            is_mapped=True,
            unconsented=names.NATIONAL_CENTER,
            expired=names.CLINICAL_IMAGING,
        )
        yield made
        made.http.close()


@pytest.mark.parametrize("fact", FACTS, ids=[fact.name for fact in FACTS])
def test_the_sandbox_does_what_it_assumes(site: Site, fact: Fact) -> None:
    [row] = observe(site, [fact])
    assert row.observed == fact.expected, row.reason


def test_guesses_are_marked() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS) >= 45
    assert sum(fact.is_guess for fact in FACTS) >= 18


def test_a_difference_is_shown(site: Site) -> None:
    fact = next(fact for fact in FACTS if fact.name == "GET of a folder")
    [row] = observe(site, [replace(fact, expected="403")])
    assert row.agrees is False
    assert line(row) == "DIFFERS  GET of a folder (?): expected '403', is '400'"
    [unknown] = observe(replace(site, expired=None), [replace(fact, needs="expired")])
    assert line(unknown) == "not checked  GET of a folder (?): needs expired"
    assert summary([row, unknown, Row(fact, "400")]).startswith("1 agree, 1 differ, 1 not checked.")


def test_the_program_touches_only_its_own_folder(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = running.state / "endpoints"
    before = {path: path.stat().st_mtime_ns for path in _files(root)}
    folders = list(root.rglob(f"{PREFIX}*"))
    running.clear_requests()

    class Keyboard(io.StringIO):
        """Opens the address that was shown, and types the code."""

        def readline(self, size: int = -1, /) -> str:
            shown = capsys.readouterr().out
            url = next(part for part in shown.split() if part.startswith("http"))
            code = running.log_in(url).partition("code=")[2].partition("&")[0]
            return f"{code}\n"

    monkeypatch.setattr("sys.stdin", Keyboard())
    arguments = ["--client-id", running.client_id, "--endpoint", CLUSTER, "--mapped"]
    assert program.main(arguments) == 0
    shown = capsys.readouterr().out
    assert shown.count("\nagrees ") >= 40
    assert "not checked  a collection whose session rules are not met: needs expired" in shown
    assert {path: path.stat().st_mtime_ns for path in _files(root)} == before
    assert list(root.rglob(f"{PREFIX}*")) == folders
    revoked = [row for row in running.requests() if row.path == "/v2/oauth2/token/revoke"]
    assert [row.status for row in revoked] == [200, 200]


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and PREFIX not in str(path)]
