"""``catalog publish`` in a terminal, and what ``images`` and ``doctor`` say about its file."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..support.countingregistry import CountingRegistry
from ..support.faces import Ended
from ..support.webserver import Reply

RunCli = Callable[..., Ended]


@pytest.fixture
def counting() -> Iterator[CountingRegistry]:
    with CountingRegistry(20) as registry:
        yield registry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "listing.sqlite3"


@pytest.fixture
def settings(settings: dict[str, Any], counting: CountingRegistry, file: Path) -> dict[str, Any]:
    return {**settings, "registries": [counting.entry(listing=str(file))]}


def test_what_is_published_is_shown_with_its_age(
    run_cli: RunCli, counting: CountingRegistry, file: Path
) -> None:
    ended = run_cli(f"catalog publish --output {file}")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("shub: 20 images.\nWrote ")
    asked = len(counting.asked)
    shown = run_cli("images")
    assert f"shub: published listing from {time.strftime('%Y-%m-%d')}" in shown.out
    assert "shub://lab/tool7:1" in run_cli("images search tool7").out
    assert "shub://lab/tool7:1" in run_cli("images inspect lab/tool7:1").out
    assert len(counting.asked) == asked


def test_refusals_are_errors_of_usage(
    run_cli: RunCli, counting: CountingRegistry, file: Path
) -> None:
    file.write_text("my notes")
    ended = run_cli(f"catalog publish --output {file}")
    assert ended.code == 2
    assert "not a published listing" in ended.err
    file.unlink()
    published = run_cli(f"catalog publish --output {file} --json").json
    assert published["registries"][0]["images_count"] == 20
    counting.names.clear()
    ended = run_cli(f"catalog publish --output {file}")
    assert ended.code == 2
    assert "--force" in ended.err
    assert run_cli(f"catalog publish --output {file} --force").code == 0


def test_a_registry_that_cannot_be_listed_is_named(
    run_cli: RunCli, counting: CountingRegistry, file: Path
) -> None:
    counting.answer = lambda asked: Reply(503)
    ended = run_cli(f"catalog publish --output {file}")
    assert ended.code == 6
    assert "The registry 'shub'" in ended.err
    assert not file.exists()


def _check(run_cli: RunCli) -> dict[str, str]:
    checks = json.loads(run_cli("doctor --json").out)["checks"]
    found: list[dict[str, str]] = [
        check for check in checks if check["name"] == "published listing of shub"
    ]
    return found[0]


def test_doctor_warns_about_an_old_file(run_cli: RunCli, file: Path) -> None:
    missing = _check(run_cli)
    assert missing["state"] == "fail"
    assert "it does not exist" in missing["message"]
    assert "catalog publish --output" in missing["fix"]
    run_cli(f"catalog publish --output {file} --interval 30")
    assert _check(run_cli)["state"] == "ok"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE registry SET listed_at = listed_at - 3590")
    assert _check(run_cli)["state"] == "ok"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE registry SET listed_at = listed_at - 20")
    connection.close()
    check = _check(run_cli)
    assert check["state"] == "warn"
    assert "every 30 minutes" in check["message"]
