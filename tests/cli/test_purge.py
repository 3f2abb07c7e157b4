"""``purge`` shows and removes what is ours, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.demo.folder import DemoFolder
from jupyterlab_sregistry_globus.sandbox import Sandbox

from ..support.faces import Ended

SEND = 'send tacos/tortilla:corn "Stanford Sherlock scratch:/~/"'

Run = Callable[..., Ended]


@pytest.fixture
def used(run_cli: Run) -> None:
    """A home in which an image was sent."""
    assert run_cli(f"{SEND} --wait").code == 0


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.usefixtures("used")
def test_without_an_answer_it_only_shows(run_cli: Run, settings: dict[str, Any]) -> None:
    before = files_in(Path(settings["store_dir"]))
    ended = run_cli("purge")
    assert ended.code == 0
    assert "transfers.db" in ended.err
    assert "the connection to Globus" in ended.err
    assert "Nothing was removed." in ended.out
    assert files_in(Path(settings["store_dir"])) == before


@pytest.mark.usefixtures("used")
def test_after_a_yes_nothing_of_ours_is_left_and_the_tokens_are_revoked(
    run_cli: Run, settings: dict[str, Any], sandbox: Sandbox, home: Path, registry_root: Path
) -> None:
    images = files_in(registry_root)
    DemoFolder(home / "sregistry-globus-demo").lay_out(fresh=False)
    sandbox.clear_requests()
    assert run_cli("purge", lambda shown: "y").code == 0
    assert not Path(settings["store_dir"]).exists()
    assert not Path(settings["cache_dir"]).exists()
    assert not (home / "sregistry-globus-demo").exists()
    assert any(request.path.endswith("/token/revoke") for request in sandbox.requests())
    assert files_in(registry_root) == images
    assert run_cli("purge --yes").out.startswith("Nothing to remove.")


@pytest.fixture
def strangers(settings: dict[str, Any], home: Path) -> Iterator[list[Path]]:
    """Files and folders of others, with names and places close to ours."""
    store, cache = Path(settings["store_dir"]), Path(settings["cache_dir"])
    thesis = home / "thesis.sqlite3"
    thesis.write_text("mine")
    own = [
        store / "tokens.db.bak",
        cache / "listings" / "mine.sqlite3",
        cache / "uploads" / "mine" / "image",
        home / "sregistry-globus-demo" / "thesis.tex",
    ]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    link = cache / "listings" / f"{'0' * 16}-1-2-3.sqlite3"
    link.symlink_to(thesis)
    yield [thesis, *own]


@pytest.mark.usefixtures("used")
def test_what_others_made_stays(run_cli: Run, strangers: list[Path]) -> None:
    assert run_cli("purge --yes").code == 0
    assert [path.read_text() for path in strangers] == ["mine"] * len(strangers)


def test_transfers_that_have_not_ended_are_not_forgotten(
    run_cli: Run, settings: dict[str, Any], sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT"})
    assert run_cli(SEND).code == 0
    before = files_in(Path(settings["store_dir"]))
    ended = run_cli("purge --yes")
    assert ended.code == 1
    assert "Transfers have not ended" in ended.err
    assert files_in(Path(settings["store_dir"])) == before


@pytest.mark.usefixtures("used")
def test_json_lists_the_files(run_cli: Run) -> None:
    document = json.loads(run_cli("purge --json --yes").out)
    assert document["is_removed"]
    assert {Path(file["path"]).name for file in document["files"]} >= {"tokens.db", "transfers.db"}


@pytest.mark.usefixtures("used")
def test_configuration_files_are_named_and_stay(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "config" / "jupyter_sregistry_globus_config.json"
    assert f"{file}  stays" in run_cli("purge --yes").err
    assert file.exists()
