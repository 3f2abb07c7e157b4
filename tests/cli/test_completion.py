"""The Tab key in shells: each script is run by its own shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.cli.completionscripts import SCRIPTS

from ..support.faces import Faces

# What each shell does when the key is pressed after a line, reduced to printing what it would show.
BASH = """
source "$1"
compopt() { :; }
COMP_LINE="$2" COMP_POINT=${#2}
read -ra COMP_WORDS <<< "$2"
[[ "$2" == *' ' ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_sregistry_globus${3}
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef() { :; }
typeset -A _comps
compadd() { while [[ "$1" != -- ]]; do shift; done; shift; print -rl -- "$@"; }
source "$1"
words=("${(@z)2}")
[[ "$2" == *' ' ]] && words+=("")
CURRENT=${#words}
_sregistry_globus${3}
"""
FISH = 'source $argv[1]; complete -C "$argv[2]"'

SHELLS = {
    "bash": ["bash", "--norc", "-c", BASH, "bash"],
    "zsh": ["zsh", "-f", "-c", ZSH, "zsh"],
    "fish": ["fish", "--no-config", "-c", FISH],
}


def press_tab(shell: str, line: str, folder: Path) -> list[str]:
    """Return what a shell would show."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = folder / f"completion.{shell}"
    script.write_text(SCRIPTS[shell])
    function = "_jupyter" if line.startswith("jupyter ") else ""
    done = subprocess.run(
        [*SHELLS[shell], str(script), line, function],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [item.partition("\t")[0] for item in done.stdout.splitlines()]


@pytest.fixture(autouse=True)
def program_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of this environment."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("typed", ["jupyter sregistry-globus", "jupyter-sregistry-globus"])
def test_commands_options_images_and_places(
    faces: Faces, tmp_path: Path, shell: str, typed: str
) -> None:
    assert press_tab(shell, f"{typed} wa", tmp_path) == ["wait"]
    assert press_tab(shell, f"{typed} images se", tmp_path) == ["search"]
    assert press_tab(shell, f"{typed} send --when-exists si", tmp_path) == ["size"]
    faces.run_cli("images ls tacos")  # so that there is a listing
    found = press_tab(shell, f"{typed} send tacos/avocados:la", tmp_path)
    # Bash replaces what follows the colon.
    assert found == ["latest" if shell == "bash" else "tacos/avocados:latest"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_file_name_runs_nothing(
    faces: Faces, tmp_path: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd $(touch ran) 'x;touch ran").write_bytes(b"")
    found = press_tab(shell, "jupyter-sregistry-globus send ./od", tmp_path)
    assert len(found) == 1
    assert not (tmp_path / "ran").exists()
    if shell == "bash":  # quoted by the script; the others quote what they insert
        assert "\\$\\(" in found[0]


def test_the_command_prints_the_script(faces: Faces) -> None:
    for shell, script in SCRIPTS.items():
        assert faces.run_cli(f"completion {shell}").out == script
    assert faces.run_cli("completion tcsh").code == 2
