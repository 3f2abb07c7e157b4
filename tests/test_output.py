"""Output never fails a program: any locale, closed streams, closed pipes, full disks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "tacos → Übung — 日本語 \udcff"
PROGRAM = """
import sys
from jupyterlab_sregistry_globus.output import json_text, lost_output, make_streams_safe
from jupyterlab_sregistry_globus.models.sources import ImageSource
import click
make_streams_safe()
text = TEXT * int(sys.argv[2])
if sys.argv[1] == "json":
    click.echo(json_text(ImageSource("\\u00dcbung \\u2192 \\u65e5")))
else:
    print(text)
    click.echo(text)
    click.echo(text, err=True)
    click.echo("\\u00e9", file=sys.stderr)
lost = lost_output()
sys.exit(3 if lost else 0)
""".replace("TEXT", ascii(TEXT))
LOCALES = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C"},
    "C without UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX": {"LC_ALL": "POSIX"},
    "POSIX without UTF-8 mode": {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "strict ASCII": {"PYTHONIOENCODING": "ascii:strict"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1"},
    "unknown locale": {"LC_ALL": "xx_YY.KOI8", "PYTHONUTF8": "0"},
}
each_locale = pytest.mark.parametrize("variables", LOCALES.values(), ids=LOCALES)


def environment(variables: dict[str, str]) -> dict[str, str]:
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("LC_", "PYTHON"))
    }
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[1]), **variables}


def run(what: str, variables: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, what, "1"],
        env=environment(variables),
        capture_output=True,
        check=False,
    )


@each_locale
def test_any_text_is_shown_in_any_locale(variables: dict[str, str]) -> None:
    result = run("text", variables)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 2
    assert all(line.startswith(b"tacos ") for line in result.stdout.splitlines())
    assert b"Traceback" not in result.stderr and len(result.stderr.splitlines()) == 2


def test_arrows_and_dashes_have_a_form_in_ascii() -> None:
    shown = run("text", {"PYTHONIOENCODING": "ascii"}).stdout.splitlines()[0]
    assert shown == rb"tacos -> \xdcbung - \u65e5\u672c\u8a9e \udcff"


@each_locale
def test_json_is_exact_in_any_locale(variables: dict[str, str]) -> None:
    result = run("json", variables)
    assert (
        json.loads(result.stdout.decode("latin-1" if "latin-1" in str(variables) else "utf-8"))[
            "reference"
        ]
        == "Übung → 日"
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("times", [1, 20000])
def test_closed_streams_are_no_failure(closed: str, times: int, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    command = f"{sys.executable} {file} text {times} {closed}; echo $? > {tmp_path}/code"
    subprocess.run(["sh", "-c", command], env=environment({}), capture_output=True, check=False)
    assert (tmp_path / "code").read_text() == "0\n"


@pytest.mark.parametrize("times", [1, 20000])
@pytest.mark.parametrize("reader", ["head -c1", "true", "exec 0<&-; sleep 0"])
def test_a_pipe_that_is_closed_early_is_no_failure(reader: str, times: int, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    command = (
        f"{{ {sys.executable} {file} text {times}; echo $? > {tmp_path}/code; }} 2>&1 | ({reader})"
    )
    result = subprocess.run(
        ["sh", "-c", command], env=environment({}), capture_output=True, check=False, timeout=60
    )
    assert b"Traceback" not in result.stdout + result.stderr
    assert (tmp_path / "code").read_text() == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_no_failure_but_it_is_known() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM, "text", "20000"],
            env=environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 3
    assert b"Traceback" not in result.stderr
