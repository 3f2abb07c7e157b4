"""Many programs use one token file at once, and no token is lost or restored."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import NotConnected
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile

WORKER = Path(__file__).parents[1] / "support" / "token_worker.py"
PROCESSES, FEW_USES, USES = 8, 40, 200


@contextmanager
def workers(settings: dict[str, Any], count: int, uses: int) -> Iterator[list[subprocess.Popen]]:
    """Start programs, and return them once they are ready."""
    started = [
        subprocess.Popen(
            [sys.executable, str(WORKER), json.dumps(settings), str(uses)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    try:
        for worker in started:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        yield started
    finally:
        for worker in started:
            worker.kill()
            worker.communicate()


def begin(started: list[subprocess.Popen]) -> None:
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()


def wrong(started: list[subprocess.Popen]) -> list[str]:
    """Wait for the programs to end, and return their errors."""
    errors: list[str] = []
    for worker in started:
        assert worker.stdout is not None
        errors += json.loads(worker.stdout.readline())
    return errors


def refreshes(sandbox: Sandbox) -> int:
    return sum(one.path == "/v2/oauth2/token" for one in sandbox.requests())


@pytest.mark.parametrize("uses", [FEW_USES, pytest.param(USES, marks=pytest.mark.long)])
@pytest.mark.parametrize("is_rotating", [False, True], ids=["as at Globus", "rotating"])
def test_no_token_is_lost_over_forced_expiries(
    ada: Services, sandbox: Sandbox, settings: dict[str, Any], is_rotating: bool, uses: int
) -> None:
    file = Path(settings["store_dir"]) / "tokens.db"
    sandbox.change_setting("rotate_refresh_tokens", is_rotating)
    with workers(settings, PROCESSES, uses) as started:
        sandbox.clear_requests()
        begin(started)
        over = threading.Event()

        def force() -> None:
            while not over.wait(0.1):
                tokenfile.expire(file)

        forcing = threading.Thread(target=force)
        forcing.start()
        try:
            assert wrong(started) == []
        finally:
            over.set()
            forcing.join()
    assert refreshes(sandbox) >= 3
    uses_seen = sum(one.path == "/v0.10/bookmark_list" for one in sandbox.requests())
    assert uses_seen == PROCESSES * uses
    ada.endpoints.bookmarks()
    assert ada.account.current().state == "connected"


def test_a_refresh_in_another_program_never_restores_tokens_that_a_disconnect_removed(
    ada: Services, sandbox: Sandbox, settings: dict[str, Any]
) -> None:
    file = Path(settings["store_dir"]) / "tokens.db"
    with workers(settings, 1, 1) as started:
        tokenfile.expire(file)
        sandbox.set_faults({"route": "POST /v2/oauth2/token", "count": 1, "delay_s": 0.5})
        begin(started)
        while sandbox.services.faults.current()[0].count:
            time.sleep(0.01)
        ada.account.disconnect()
        errors = wrong(started)
    assert len(errors) == 1
    assert NotConnected.__name__ in errors[0]
    assert tokenfile.stored(file) == {}
    assert ada.account.current().state == "disconnected"
