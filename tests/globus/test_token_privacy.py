"""Tokens are written and read only where no other account, app or service can meet them."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    LoginFailed,
    NotConnected,
)
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile
from ..support.connect import connect

Program = Callable[..., Services]


@pytest.fixture
def file(settings: dict[str, Any]) -> Path:
    return Path(settings["store_dir"]) / "tokens.db"


def use(services: Services) -> None:
    """Make any request to Transfer."""
    services.endpoints.bookmarks()


def test_only_the_owner_can_read_the_files(ada: Services, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def plant_link(file: Path) -> None:
    victim = file.with_name("victim")
    victim.write_bytes(b"")
    victim.chmod(0o600)
    file.symlink_to(victim)


def plant_foreign(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    plant_writable(file)
    file.chmod(0o600)
    os.chown(file, 12345, 12345)


def plant_writable(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE other (text TEXT)")
    file.chmod(0o666)


def open_folder(file: Path) -> None:
    file.parent.chmod(0o777)


@pytest.mark.parametrize(
    "plant", [plant_link, plant_foreign, plant_writable, open_folder, os.mkfifo]
)
def test_no_token_is_written_where_another_account_may_be(
    services: Services, sandbox: Sandbox, file: Path, plant: Callable[[Path], None]
) -> None:
    file.parent.mkdir(mode=0o700)
    plant(file)
    before = {path: path.lstat().st_size for path in file.parent.iterdir()}
    with pytest.raises(LoginFailed, match=re.escape(str(file.parent))):
        connect(services, sandbox)
    assert {path: path.lstat().st_size for path in file.parent.iterdir()} == before
    assert services.account.current().state == "disconnected"


@pytest.mark.parametrize(
    ("opened", "mode", "closed"), [("tokens.db", 0o666, 0o600), ("", 0o777, 0o700)]
)
def test_tokens_that_others_could_have_written_are_not_used(
    ada: Services, file: Path, opened: str, mode: int, closed: int
) -> None:
    tokenfile.make_old(file)
    path = file.parent / opened
    path.chmod(mode)
    account = ada.account.current()
    assert account.state == "disconnected"
    assert str(path) in account.reason and "chmod" in account.reason
    path.chmod(closed)
    assert ada.account.current().state == "connected"


def test_tokens_that_others_could_read_are_closed_to_them(ada: Services, file: Path) -> None:
    tokenfile.make_old(file)
    file.chmod(0o644)
    assert ada.account.current().state == "connected"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_tokens_of_another_app_are_never_read(
    ada: Services, program: Program, sandbox: Sandbox, file: Path
) -> None:
    other = program(client_id=names.CONFIDENTIAL_APP)
    sandbox.clear_requests()
    assert other.account.current().state == "disconnected"
    with pytest.raises(NotConnected):
        use(other)
    other.account.disconnect()
    assert sandbox.requests() == []
    use(ada)


def test_tokens_of_the_sandbox_are_never_sent_elsewhere(
    ada: Services, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_AUTH", "http://127.0.0.1:9/")
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1:9/")
    elsewhere = program()
    assert elsewhere.account.current().state == "disconnected"
    with pytest.raises(NotConnected):
        use(elsewhere)
