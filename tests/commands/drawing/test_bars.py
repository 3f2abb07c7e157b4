"""The progress of a wait, wherever it is shown."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest

from jupyterlab_sregistry_globus.commands.drawing.amount import Amount
from jupyterlab_sregistry_globus.commands.drawing.bars import LinesBar, NotebookBar, TerminalBar
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.units import human_duration

from ...support.faces import Faces

HALF = Amount("bwa: In progress", 50, 100, 10.0, is_finished=False, is_complete=False)
UNKNOWN = Amount("bwa: In progress", 50, None, None, is_finished=False, is_complete=False)
DONE = Amount("bwa: Completed", 100, 100, None, is_finished=True, is_complete=True)
KEPT = Amount("bwa: Completed", 0, 100, None, is_finished=True, is_complete=True)
FAILED = Amount("bwa: Failed", 50, 100, None, is_finished=True, is_complete=False)


def test_the_numbers() -> None:
    assert HALF.numbers == "50 %, 10 B/s, about 5 s left"
    assert UNKNOWN.numbers == "50 B"
    assert DONE.numbers == KEPT.numbers == "100 %"
    assert FAILED.numbers == "50 %"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1 s"), (60, "60 s"), (61, "2 min"), (3601, "2 h"), (86401, "2 d")],
)
def test_durations(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text


def test_a_terminal_rewrites_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = os.terminal_size((60, 20))
    monkeypatch.setattr("shutil.get_terminal_size", lambda: size)
    bar = TerminalBar()
    bar.draw(HALF)
    bar.draw(HALF)
    bar.interrupt()
    bar.interrupt()
    bar.draw(DONE)
    out = capsys.readouterr().out
    first, last = out.split("\n")[:2]
    assert first.count("\r") == 2
    assert "[############............] 50 %" in first
    assert last.startswith("\rbwa: Completed  [########################] 100 %")
    assert {len(part) for part in out.replace("\n", "").split("\r")[1:]} == {59}


def test_a_pipe_gets_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    bar = LinesBar()
    for done in range(101):
        state = Amount("bwa: In progress", done, 100, None, is_finished=False, is_complete=False)
        bar.draw(state)
    bar.draw(DONE)
    lines = capsys.readouterr().out.splitlines()
    assert 9 <= len(lines) <= 13
    assert lines[-1] == "bwa: Completed, 100 %"


def test_a_notebook_replaces_one_output(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, dict[str, Any]]] = []

    class Output:
        def update(self, bundle: dict[str, Any], raw: bool) -> None:
            shown.append(("update", bundle))

    def display(bundle: dict[str, Any], raw: bool, display_id: bool) -> Output:
        shown.append(("display", bundle))
        return Output()

    monkeypatch.setattr("IPython.display.display", display)
    bar = NotebookBar()
    hostile = Amount("<img src=x>", 50, 100, None, is_finished=False, is_complete=False)
    for amount in (HALF, UNKNOWN, hostile, DONE):
        bar.draw(amount)
    assert [kind for kind, _ in shown] == ["display", "update", "update", "update"]
    pages = [bundle["text/html"] for _, bundle in shown]
    assert '<progress value="0.500">' in pages[0]
    assert "<progress >" in pages[1]
    assert "<img" not in pages[2]
    assert "<progress" not in pages[3]


def test_waiting_prints_whole_lines_into_a_file(faces: Faces, sandbox: Sandbox) -> None:
    place = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"
    ended = faces.run_cli(f"send tacos/avocados:latest {place} --wait")
    assert ended.code == 0
    assert "\r" not in ended.out
    assert "Completed, 100 %" in ended.out.replace("avocados_latest.sif: ", "")


def test_json_is_not_mixed_with_progress(faces: Faces) -> None:
    place = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"
    ended = faces.run_cli(f"send tacos/avocados:latest {place} --wait --json")
    assert ended.json["state"] == "succeeded"
    assert io.StringIO(ended.err).read().count("Completed") == 0
