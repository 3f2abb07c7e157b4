"""Every command with every option, through the terminal and through a cell."""

from __future__ import annotations

import re
import webbrowser
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from jupyterlab_sregistry_globus.cli.group import TERMINAL_ONLY, group
from jupyterlab_sregistry_globus.commands.tree import globus, sregistry
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..sandbox.helpers import answer_code
from ..support.commandtree import commands_in
from ..support.faces import Faces
from ..transfers.conftest import ended, until
from .rows import IMAGE, ROWS, Row

CASES = [(name, row) for name, rows in ROWS.items() for row in rows]
each_row = pytest.mark.parametrize(
    ("name", "row"), CASES, ids=[f"{name} {row.words}".strip() for name, row in CASES]
)
_ADDRESS = re.compile(r"http://\S+/v2/oauth2/authorize\S+")


def test_every_command_has_a_row_and_no_other() -> None:
    assert set(ROWS) == set(commands_in(globus))


@pytest.mark.parametrize(("name", "command"), sorted(commands_in(globus).items()))
def test_every_option_has_a_row(name: str, command: click.Command) -> None:
    tried = {word for row in ROWS[name] for word in row.words.split() if word.startswith("-")}
    spellings = {
        spelling
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }
    # Every row is tried with --json.
    assert spellings - {"--json"} == tried


def test_the_terminal_adds_only_what_is_no_use_in_a_cell() -> None:
    added = set(commands_in(group)) - set(commands_in(globus))
    assert {name.split()[0] for name in added} == set(TERMINAL_ONLY)
    assert set(commands_in(globus)) < set(commands_in(group))
    shared = commands_in(globus)
    assert all(commands_in(group)[name] is command for name, command in shared.items())
    inner = commands_in(sregistry)
    assert {f"images {name}": inner[name] for name in inner}.items() <= shared.items()


@pytest.fixture
def settings(settings: dict[str, Any], contents: Path) -> dict[str, Any]:
    """A second registry, which images can be pulled into."""
    folder = contents / "my images"
    folder.mkdir()
    mine = {"name": "mine", "kind": "folder", "path": str(folder)}
    return {**settings, "registries": [*settings["registries"], mine]}


@pytest.fixture
def far(sandbox: Sandbox, registry_root: Path) -> None:
    """An image on an endpoint elsewhere."""
    (root,) = (sandbox.state / "endpoints").glob("stanford-sherlock-scratch*")
    (root / "images").mkdir(exist_ok=True)
    content = (registry_root / "demo/hello/latest/hello_latest.sif").read_bytes()
    (root / "images" / "mole_2.sif").write_bytes(content)


@pytest.fixture
def values(ada: Services, sandbox: Sandbox, far: None, tmp_path: Path) -> dict[str, str]:
    """What the rows' placeholders stand for."""
    destination = Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/")
    request = PlanRequest((ImageSource(IMAGE),), destination)

    def start() -> str:
        return ada.transfers.start(request, origin="panel").id

    sent = until(ada, start(), ended).id
    sandbox.set_task_faults({"code": "NO_SPACE_LEFT", "count": 1})
    failed = until(ada, start(), ended).id
    sandbox.set_task_faults()
    return {"sent": sent[:8], "failed": failed, "tmp": str(tmp_path), "active": ""}


def log_in(sandbox: Sandbox, shown: str) -> str:
    """Log in at the last address that is shown, and return the code."""
    return answer_code(sandbox.log_in(_ADDRESS.findall(shown)[-1]))


def at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step)] if step.isdigit() else data[step]
    return data


@pytest.fixture
def line(name: str, row: Row, values: dict[str, str], ada: Services, sandbox: Sandbox) -> str:
    if "{active}" in row.words:
        sandbox.set_task_faults({"code": "ENDPOINT_TOO_BUSY"})
        request = PlanRequest(
            (ImageSource(IMAGE),), Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/")
        )
        values["active"] = ada.transfers.start(request, origin="panel").id
    return f"{name} {row.words.format_map(values)}".strip()


@each_row
def test_in_a_terminal(
    faces: Faces,
    line: str,
    row: Row,
    values: dict[str, str],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    # A command is run once, for a second run would find what the first has done.
    words = f"{line} --json" if row.data else line
    ended = faces.run_cli(words, answer=partial(log_in, sandbox))
    assert ended.code == 0
    assert bool(opened) == ("--browser" in row.words)
    if row.data:
        check_data(row, ended.json)
    else:
        assert row.shows.format_map(values) in ended.out


@each_row
def test_in_a_cell(
    faces: Faces,
    line: str,
    row: Row,
    values: dict[str, str],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: None)
    shown = faces.run_magic(f"%globus {line}", answer=partial(log_in, sandbox))
    assert row.shows.format_map(values) in repr(shown)
    check_data(row, msgspec.to_builtins(shown.data))


def check_data(row: Row, data: Any) -> None:
    for path, wanted in row.data.items():
        value = at(data, path)
        assert value in wanted if isinstance(wanted, tuple) else value == wanted, path
