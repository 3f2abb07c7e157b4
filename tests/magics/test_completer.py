"""The Tab key in cells."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import CompletionContext

from jupyterlab_sregistry_globus.magics import session
from jupyterlab_sregistry_globus.magics.completer import complete_magic
from jupyterlab_sregistry_globus.models.endpoints import NewBookmark
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

KEY_PRESS_S = 0.15
SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


def folder_of(sandbox: Sandbox) -> Path:
    """Return the folder of this host that the endpoint serves."""
    return sandbox.state / "endpoints" / "stanford-sherlock-scratch"


def press_tab(cell: str) -> list[str]:
    """Return what the word at the end of a cell could become."""
    lines = cell.split("\n")
    context = CompletionContext(
        token=cell.rpartition(" ")[2],
        full_text=cell,
        cursor_position=len(lines[-1]),
        cursor_line=len(lines) - 1,
        limit=None,
    )
    answer = complete_magic(context)
    for completion in answer["completions"]:
        assert completion.text.startswith(answer["matched_fragment"])
    return [completion.text for completion in answer["completions"]]


def press_until(cell: str, is_enough: Callable[[list[str]], Any]) -> list[str]:
    """Press the key again, as a user does whose first press came before the answer."""
    until = time.monotonic() + 10
    while not is_enough(found := press_tab(cell)):
        assert time.monotonic() < until, f"only {found}"
    return found


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%globus sen", {"send"}),
        ("job = %globus wa", {"wait"}),
        ("%globus images ", {"collections", "ls", "search", "inspect", "refresh"}),
        ("%sregistry i", {"inspect"}),
        ("%globus send --when", {"--when-exists"}),
        ("%globus send --when-exists ch", {"checksum"}),
        ("%globus search --scope re", {"recent"}),
        ("%%globus send --wa", {"--wait"}),
    ],
)
def test_commands_and_options(faced: None, cell: str, expected: set[str]) -> None:
    assert set(press_tab(cell)) == expected


@pytest.mark.parametrize("cell", ["globus sen", "x = 1", "%time globus sen", "print('%globus sen"])
def test_other_lines_are_left_to_others(faced: None, cell: str) -> None:
    assert press_tab(cell) == []


@pytest.mark.parametrize("start", ["%globus send ", "%%globus send --wait\n", "x = %globus send "])
def test_references(faced: None, start: str) -> None:
    found = press_until(f"{start}tacos/avocados:l", len)
    assert found == ["tacos/avocados:latest"]
    assert press_until(f"{start}images://tacos/avocados:l", len) == [
        "images://tacos/avocados:latest"
    ]


def test_collections(faced: None) -> None:
    assert press_until("%globus images ls ta", len) == ["tacos"]


def test_endpoints_and_folders(faced: None, ada: Services, sandbox: Sandbox) -> None:
    folder = folder_of(sandbox) / "images"
    folder.mkdir(exist_ok=True)
    (folder / "bwa.sif").write_bytes(b"x")
    assert press_until(f"%globus ls {SCRATCH}:/im", len) == [f"{SCRATCH}:/images/"]
    assert f"{SCRATCH}:/images/bwa.sif" in press_until(f"%globus pull {SCRATCH}:/images/", len)
    ada.endpoints.create_bookmark(NewBookmark("taco-lab", SCRATCH, "/images/"))
    assert press_until("%globus send tacos/avocados:latest taco-", len) == ["taco-lab:"]
    assert press_until("%globus ls taco-lab:b", len) == ["taco-lab:bwa.sif"]


def test_files_of_this_host(faced: None, contents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(contents)
    (contents / "folder").mkdir()
    (contents / "local.sif").write_bytes(b"x")
    assert press_until("%globus send ./lo", len) == ["./local.sif"]
    assert press_until("%globus send ./fo", len) == ["./folder/"]


def test_transfers(faces: Any) -> None:
    handle = faces.run_magic(f"%globus send tacos/avocados:latest {SCRATCH}:/")
    assert press_until(f"%globus show {handle.id[:4]}", len) == [handle.id]


def test_a_slow_globus_delays_no_key_press_and_is_asked_once(
    faced: None, ada: Services, sandbox: Sandbox
) -> None:
    press_tab("%globus ")  # loads what the first key press loads
    sandbox.clear_requests()
    sandbox.set_faults({"route": "GET */bookmark_list", "delay_s": 1.0})
    for _ in range(5):
        started = time.monotonic()
        press_tab("%globus ls qq")
        assert time.monotonic() - started < KEY_PRESS_S
    press_until("%globus ls ", len)
    asked = [request for request in sandbox.requests() if "bookmark_list" in request.path]
    assert len(asked) == 1


def test_hostile_names_are_not_offered(faced: None, sandbox: Sandbox) -> None:
    folder = folder_of(sandbox) / "odd"
    folder.mkdir()
    for name in ("good.sif", "bad\x1b[31m.sif", "line\nbreak.sif", "\u202eover.sif"):
        (folder / name).write_bytes(b"x")
    found = press_until(f"%globus ls {SCRATCH}:/odd/", len)
    assert found == [f"{SCRATCH}:/odd/good.sif"]


def test_a_failure_suggests_nothing(
    services: Services, faced: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.suggestions.cache_clear()
    assert press_tab("%globus ls no-such-endpoint-anywhere:/x") == []
