"""A command ends with an answer or with our own error, whatever surrounds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ..support.machine import Machine, Result
from ..support.rights import without_override

LONG = "/" + "x" * 100_000  # Linux allows 128 KiB in one variable
VALUES: dict[str, Callable[[Path], str]] = {
    "empty": lambda folder: "",
    "garbage": lambda folder: "\x01\x1b[2J\udcff$NO_SUCH {[",
    "very long": lambda folder: LONG,
    "missing path": lambda folder: str(folder / "no" / "such"),
    "unreadable folder": lambda folder: str(unreadable(folder / "closed", Path.mkdir)),
    "unreadable file": lambda folder: str(unreadable(folder / "closed", Path.touch)),
}
VARIABLES = (
    "HOME",
    "PWD",
    "XDG_CACHE_HOME",
    "TMPDIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTER_PATH",
    "SREGISTRY_GLOBUS_CLIENT_ID",
    "SREGISTRY_GLOBUS_CLIENT_SECRET",
    "SREGISTRY_GLOBUS_CONNECT_PERSONAL_DIR",
    "SREGISTRY_GLOBUS_LOCK_DIR",
    "SREGISTRY_REGISTRY_BASE",
    "SREGISTRY_REGISTRY_TOKEN",
    "DOCKER_CONFIG",
    "GLOBUS_DATA",
    "BROWSER",
)
CONTENTS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"\x00\xff{[\x1b[2J"),
    "list": lambda path: path.write_text("[1, 2]"),
    "text": lambda path: path.write_text('"text"'),
    "deep": lambda path: path.write_text("[" * 100_000),
    "2 MB": lambda path: path.write_text('{"registry": "' + "x" * 2_000_000 + '"}'),
    "named pipe": os.mkfifo,
    "folder": Path.mkdir,
    "link to itself": lambda path: path.symlink_to(path),
    "unreadable": lambda path: unreadable(path, Path.touch),
}
FILES = (
    ".sregistry",
    ".docker/config.json",
    ".singularity/sregistry.db",
    ".globusonline/lta/client-id.txt",
    ".globusonline/lta/config-paths",
    "config/jupyter_sregistry_globus_config.json",
    "config/jupyter_sregistry_globus_config.py",
    "store/tokens.db",
    "store/transfers.db",
    "cache/catalog.sqlite3",
    "cache/digests.sqlite3",
)


def crossed(names: Sequence[str], wrong: Mapping[str, Any], usual: str) -> list[Any]:
    """Return each name with each wrong thing. Most pairs are long.

    The others are every name with the usual thing, and everything wrong with one name. Which name
    changes from one to the next, so that each thing meets another reader.
    """
    pairs = []
    for row, name in enumerate(names):
        for column, (kind, value) in enumerate(wrong.items()):
            is_short = kind == usual or row == column % len(names)
            marks = () if is_short else (pytest.mark.long,)
            pairs.append(pytest.param(name, value, id=f"{name}-{kind}", marks=marks))
    return pairs


def unreadable(path: Path, make: Callable[[Path], object]) -> Path:
    make(path)
    path.chmod(0)
    return path


@pytest.fixture
def ready(machine: Machine, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Machine:
    settings = {
        **settings,
        "connect_personal_dir": "~/.globusonline",
        "store_dir": str(machine.home / "store"),
        "cache_dir": str(machine.home / "cache"),
        "upstream_timeout_s": 2.0,
        "upstream_retries": 0,
        "registries": [
            *settings["registries"],
            {"name": "pulled", "kind": "sregistry-cli"},
            {"name": "server", "kind": "sregistry", "url": "http://127.0.0.1:9"},
            {"name": "oci", "kind": "oci", "url": "http://127.0.0.1:9", "repositories": ["a/b"]},
        ],
    }
    machine.configure(**settings)
    return machine


def check(result: Result) -> None:
    """A command in this process lets nothing but our own errors end it."""
    assert result.code in (0, 1, 2, 3, 4, 5, 6), result
    assert "Traceback" not in result.out + result.err
    assert len(result.err) < 3000, "what is told is short"
    assert "\x1b" not in result.out + result.err


@pytest.mark.parametrize(("name", "value"), crossed(VARIABLES, VALUES, "garbage"))
def test_no_variable_breaks_a_command(
    ready: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: Callable[[Path], str],
) -> None:
    monkeypatch.setenv(name, value(tmp_path))
    with without_override():
        for line in ("images", "whoami"):
            check(ready.run(line))
    assert not list(Path.cwd().glob("~*"))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("name", "content"), crossed(FILES, CONTENTS, "garbage"))
def test_no_file_breaks_a_command(
    ready: Machine, name: str, content: Callable[[Path], object]
) -> None:
    file = ready.home / name
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.unlink(missing_ok=True)
    content(file)
    with without_override():
        for line in ("images", "whoami", "transfers"):
            check(ready.run(line))


def test_a_deleted_working_folder_breaks_no_command(
    ready: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for line in ("images", "whoami", "transfers"):
        assert ready.run(line).code == 0 or line == "whoami"
    check(ready.run("send", "./a.sif", "nowhere:/"))
