"""A damaged, foreign or read-only token file stops no server."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import (
    LoginFailed,
    NotConnected,
    StoreUnavailable,
)
from jupyterlab_sregistry_globus.globus import storage
from jupyterlab_sregistry_globus.globus.messages import CONNECTION_ENDED
from jupyterlab_sregistry_globus.globus.stored import DAMAGED, OTHER_IDENTITY, UNREACHABLE
from jupyterlab_sregistry_globus.handlers.status import status_of
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile
from ..support.connect import connect
from ..support.rights import read_only

Program = Callable[..., Services]


@pytest.fixture
def file(settings: dict[str, Any]) -> Path:
    return Path(settings["store_dir"]) / "tokens.db"


def use(services: Services) -> None:
    """Make any request to Transfer."""
    services.endpoints.bookmarks()


def another_schema(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE token_storage (a TEXT)")


def no_tables(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE notes (text TEXT)")


def set_column(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "a text": lambda file: file.write_text("These are my notes.\n" * 400),
    "noise": lambda file: file.write_bytes(bytes(range(256)) * 64),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "empty": lambda file: file.write_bytes(b""),
    "another schema": another_schema,
    "no table of ours": no_tables,
    "tokens that are not JSON": lambda file: set_column(
        file, "UPDATE token_storage SET token_data_json = '{'"
    ),
    "tokens that lack a member": lambda file: set_column(
        file, "UPDATE token_storage SET token_data_json = '{\"access_token\": 1}'"
    ),
    "an identity that is malformed": lambda file: set_column(
        file, "UPDATE sregistry_globus_account SET identities_json = '[7]'"
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_means_not_connected(
    ada: Services,
    sandbox: Sandbox,
    file: Path,
    damage: Callable[[Path], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(file)
    tokenfile.make_old(file)
    left = file.read_bytes()
    for _ in range(3):
        account = ada.account.current()
        assert (account.state, account.reason) == ("disconnected", DAMAGED)
        with pytest.raises(NotConnected):
            use(ada)
        assert ada.transfers.page().total == 0
    assert len(caplog.records) == 1, "one log line is enough"
    assert file.read_bytes() == left, "a foreign file is left unchanged"

    connect(ada, sandbox)
    use(ada)
    aside = [path for path in file.parent.iterdir() if "damaged" in path.name]
    assert [path.read_bytes() for path in aside] == [left]


def test_a_damaged_store_can_be_disconnected(ada: Services, file: Path) -> None:
    file.write_text("These are my notes.\n")
    ada.account.disconnect()
    assert ada.account.current().reason == ""
    assert not file.exists()


def test_a_locked_store_does_not_count_as_damaged(
    ada: Services, sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        account = ada.account.current()
        assert (account.state, account.reason) == ("disconnected", UNREACHABLE)
        with pytest.raises(LoginFailed):
            connect(ada, sandbox)
        with pytest.raises(StoreUnavailable):
            ada.account.disconnect()
        other.execute("ROLLBACK")
    assert ada.account.current().state == "connected"
    assert [path.name for path in file.parent.iterdir()] == ["tokens.db"]


def test_a_folder_that_cannot_be_created_does_not_fail_the_server(
    services: Services, sandbox: Sandbox, file: Path
) -> None:
    file.parent.write_text("I am a file.")
    account = services.account.current()
    assert (account.state, account.reason) == ("disconnected", UNREACHABLE)
    with pytest.raises(NotConnected):
        use(services)
    with pytest.raises(LoginFailed) as caught:
        connect(services, sandbox)
    assert f"{file.parent} is not a folder" in caught.value.message
    assert services.account.current().state == "disconnected"


def test_a_read_only_store_ends_the_connection_at_the_next_refresh(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.expire(file)
    with read_only(file.parent):
        assert ada.account.current().state == "connected"
        with pytest.raises(NotConnected) as caught:
            use(ada)
        assert "readonly" in caught.value.message
        assert str(file) in caught.value.message
        account = ada.account.current()
        assert (account.state, account.reason) == ("disconnected", caught.value.message)
        with pytest.raises(LoginFailed):
            connect(ada, sandbox)
    connect(ada, sandbox)
    use(ada)
    assert ada.account.current().state == "connected"


def test_a_connection_that_ended_at_globus_has_ended_in_a_read_only_store_too(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    sandbox.rescind_consents()
    with read_only(file.parent):
        with pytest.raises(NotConnected):
            use(ada)
        assert (ada.account.current().state, ada.account.current().reason) == (
            "disconnected",
            CONNECTION_ENDED,
        )


def test_tokens_that_cannot_be_deleted_are_revoked_all_the_same(ada: Services, file: Path) -> None:
    with read_only(file.parent):
        with pytest.raises(StoreUnavailable):
            ada.account.disconnect()
        with pytest.raises(NotConnected):
            use(ada)


def test_tokens_of_another_identity_than_the_stored_one_are_not_used(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.change(file, identity_id=names.BOB)
    account = ada.account.current()
    assert (account.state, account.reason) == ("disconnected", OTHER_IDENTITY)
    with pytest.raises(NotConnected):
        use(ada)
    connect(ada, sandbox)
    use(ada)


def test_a_change_within_the_same_clock_tick_is_noticed(
    ada: Services, program: Program, file: Path
) -> None:
    """Two changes may leave the file with the same time stamp and size."""
    other = program()
    assert ada.account.current().state == "connected"
    stamp = file.stat()
    other.parts.tokens.forget()
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file.stat().st_size == stamp.st_size
    assert ada.account.current().state == "disconnected"


def test_a_file_with_an_unchanged_time_stamp_is_not_read_again(
    ada: Services, program: Program, file: Path
) -> None:
    tokenfile.make_old(file)
    assert ada.account.current().state == "connected"
    stamp = file.stat()
    with file.open("r+b") as damaged:
        damaged.write(b"\0" * stamp.st_size)
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert ada.account.current().state == "connected"
    assert program().account.current().state == "disconnected"


def test_the_account_contains_no_token(ada: Services, file: Path) -> None:
    text = msgspec.json.encode([ada.account.current(), status_of(ada)]).decode()
    assert [secret for secret in tokenfile.secrets(file) if secret in text] == []
    assert json.loads(text)[0]["identity"]["username"] == "ada@uni.example"
