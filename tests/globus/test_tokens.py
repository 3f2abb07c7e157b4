"""The token store: tokens are refreshed once and stay forgotten, and a bad file stops no server."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import (
    GlobusUnavailable,
    LoginFailed,
    NotConnected,
    StoreUnavailable,
)
from jupyterlab_sregistry_globus.globus import storage
from jupyterlab_sregistry_globus.globus.messages import CONNECTION_ENDED
from jupyterlab_sregistry_globus.globus.stored import DAMAGED, OTHER_IDENTITY, UNREACHABLE
from jupyterlab_sregistry_globus.handlers.status import status_of
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.auth.tokens import ACCESS_LIFETIME_S
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile
from ..support.connect import connect
from ..support.rights import read_only

Program = Callable[..., Services]


@pytest.fixture
def file(settings: dict[str, Any]) -> Path:
    return Path(settings["store_dir"]) / "tokens.db"


def refreshes(sandbox: Sandbox) -> int:
    """Return how often a refresh token was used."""
    return sum(
        request.path == "/v2/oauth2/token" and request.body.get("grant_type") == "refresh_token"
        for request in sandbox.requests()
    )


def use(services: Services) -> None:
    """Make any request to Transfer."""
    services.endpoints.bookmarks()


# Refreshing


def test_a_valid_token_is_not_refreshed(ada: Services, sandbox: Sandbox) -> None:
    use(ada)
    assert refreshes(sandbox) == 0


def test_ten_threads_refresh_an_expired_token_once(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    before = tokenfile.stored(file)["transfer.api.globus.org"]
    tokenfile.expire(file)
    start = threading.Barrier(10)

    def work(_: int) -> None:
        start.wait()
        use(ada)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    assert refreshes(sandbox) == 1
    after = tokenfile.stored(file)["transfer.api.globus.org"]
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] == before["refresh_token"]
    assert after["expires_at_seconds"] > time.time() + ACCESS_LIFETIME_S - 60


def test_ten_threads_refresh_a_token_once_that_globus_rejects(
    ada: Services, sandbox: Sandbox
) -> None:
    # It is valid by this clock, and expired by the sandbox's.
    sandbox.advance_clock(ACCESS_LIFETIME_S + 60)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: use(ada), range(10)))
    assert refreshes(sandbox) == 1


def test_a_token_is_refreshed_a_minute_before_it_expires(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.change(file, expires_at_seconds=int(time.time()) + 30)
    use(ada)
    assert refreshes(sandbox) == 1


def test_a_token_that_another_program_refreshed_is_used(
    ada: Services, program: Program, sandbox: Sandbox, file: Path
) -> None:
    other = program()
    use(other)
    tokenfile.expire(file)
    use(ada)
    use(other)
    assert refreshes(sandbox) == 1


def test_a_failed_refresh_keeps_the_connection(ada: Services, sandbox: Sandbox, file: Path) -> None:
    tokenfile.expire(file)
    for trouble in ({"status": 503}, {"drop": True}, {"broken_json": True}):
        sandbox.set_faults({"route": "POST /v2/oauth2/token", **trouble})
        with pytest.raises(GlobusUnavailable):
            use(ada)
        assert ada.accounts.current().state == "connected"
    sandbox.set_faults()
    use(ada)


def test_a_rotated_refresh_token_is_kept(ada: Services, sandbox: Sandbox, file: Path) -> None:
    sandbox.change_setting("rotate_refresh_tokens", True)
    for _ in range(3):
        tokenfile.expire(file)
        use(ada)
    assert refreshes(sandbox) == 3


# The end of a connection


def test_a_connection_revoked_at_globus_has_ended(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    for secret in tokenfile.secrets(file):
        ada.parts.clients.app().oauth2_revoke_token(secret)
    with pytest.raises(NotConnected) as caught:
        use(ada)
    assert caught.value.message == CONNECTION_ENDED
    account = ada.accounts.current()
    assert (account.state, account.reason) == ("disconnected", CONNECTION_ENDED)
    assert tokenfile.stored(file) == {}
    connect(ada, sandbox)
    use(ada)
    assert ada.accounts.current().reason == ""


def test_the_end_of_a_connection_is_reported_once(
    ada: Services, program: Program, sandbox: Sandbox
) -> None:
    changes: list[tuple[str, str]] = []
    services = program(lambda kind, name: changes.append((kind, name)))
    sandbox.rescind_consents()
    for _ in range(3):
        with pytest.raises(NotConnected):
            use(services)
    assert changes == [("account", "")]


def test_a_wrong_secret_of_the_server_ends_no_connection(
    program: Program, sandbox: Sandbox, file: Path
) -> None:
    client_id, secret = sandbox.confidential_client
    sandbox.add_redirect_uri(f"{sandbox.url}v2/web/auth-code")
    right = program(client_id=client_id, client_secret=secret)
    wrong = program(client_id=client_id, client_secret="an older one")
    connect(right, sandbox)
    tokenfile.expire(file)
    with pytest.raises(NotConnected, match="client id and secret"):
        use(wrong)
    use(right)


def test_a_connection_unused_for_half_a_year_has_ended(ada: Services, sandbox: Sandbox) -> None:
    sandbox.advance_clock(181 * 86_400)
    with pytest.raises(NotConnected):
        use(ada)
    assert ada.accounts.current().reason == CONNECTION_ENDED


def test_each_program_notices_that_the_connection_has_ended(
    ada: Services, program: Program, file: Path
) -> None:
    other = program()
    use(other)
    ada.accounts.disconnect()
    assert other.accounts.current().state == "disconnected"
    with pytest.raises(NotConnected):
        use(other)


def test_a_late_refresh_never_restores_tokens_that_a_disconnect_removed(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.expire(file)
    sandbox.set_faults({"route": "POST /v2/oauth2/token", "count": 1, "delay_s": 0.6})
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(use, ada)
        wait_for_refresh(sandbox)
        ada.parts.tokens.forget()
        with pytest.raises(NotConnected):
            late.result()
    assert refreshes(sandbox) == 1
    assert tokenfile.stored(file) == {}
    assert ada.accounts.current().state == "disconnected"


def test_a_late_refresh_never_replaces_another_login(
    ada: Services, program: Program, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.expire(file)
    other = program()
    sandbox.set_faults({"route": "POST /v2/oauth2/token", "count": 1, "delay_s": 0.6})
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(use, ada)
        wait_for_refresh(sandbox)
        connect(other, sandbox, identity=names.BOB)
        late.result()
    assert [entry.username for entry in ada.parts.tokens.read().identities] == ["bob@uni.example"]
    stored = tokenfile.stored(file)
    assert {entry["identity_id"] for entry in stored.values()} == {names.BOB}


def wait_for_refresh(sandbox: Sandbox) -> None:
    """Wait until the sandbox has received the request that it will answer late."""
    until = time.monotonic() + 5
    while sandbox.services.faults.current()[0].count != 0:
        assert time.monotonic() < until, "no refresh was requested"
        time.sleep(0.01)


# The file


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
    assert services.accounts.current().state == "disconnected"


@pytest.mark.parametrize(
    ("opened", "mode", "closed"), [("tokens.db", 0o666, 0o600), ("", 0o777, 0o700)]
)
def test_tokens_that_others_could_have_written_are_not_used(
    ada: Services, file: Path, opened: str, mode: int, closed: int
) -> None:
    make_old(file)
    path = file.parent / opened
    path.chmod(mode)
    account = ada.accounts.current()
    assert account.state == "disconnected"
    assert str(path) in account.reason and "chmod" in account.reason
    path.chmod(closed)
    assert ada.accounts.current().state == "connected"


def test_tokens_that_others_could_read_are_closed_to_them(ada: Services, file: Path) -> None:
    make_old(file)
    file.chmod(0o644)
    assert ada.accounts.current().state == "connected"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_tokens_of_another_app_are_never_read(
    ada: Services, program: Program, sandbox: Sandbox, file: Path
) -> None:
    other = program(client_id=names.CONFIDENTIAL_APP)
    sandbox.clear_requests()
    assert other.accounts.current().state == "disconnected"
    with pytest.raises(NotConnected):
        use(other)
    other.accounts.disconnect()
    assert sandbox.requests() == []
    use(ada)


def test_tokens_of_the_sandbox_are_never_sent_elsewhere(
    ada: Services, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_AUTH", "http://127.0.0.1:9/")
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1:9/")
    elsewhere = program()
    assert elsewhere.account().state == "disconnected"
    with pytest.raises(NotConnected):
        use(elsewhere)


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
    make_old(file)
    left = file.read_bytes()
    for _ in range(3):
        account = ada.accounts.current()
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


def make_old(file: Path) -> None:
    """Date a file back: only an old time stamp shows that a file has not changed."""
    os.utime(file, (time.time() - 60, time.time() - 60))


def test_a_damaged_store_can_be_disconnected(ada: Services, file: Path) -> None:
    file.write_text("These are my notes.\n")
    ada.accounts.disconnect()
    assert ada.accounts.current().reason == ""
    assert not file.exists()


def test_a_locked_store_does_not_count_as_damaged(
    ada: Services, sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        account = ada.accounts.current()
        assert (account.state, account.reason) == ("disconnected", UNREACHABLE)
        with pytest.raises(LoginFailed):
            connect(ada, sandbox)
        with pytest.raises(StoreUnavailable):
            ada.accounts.disconnect()
        other.execute("ROLLBACK")
    assert ada.accounts.current().state == "connected"
    assert [path.name for path in file.parent.iterdir()] == ["tokens.db"]


def test_a_folder_that_cannot_be_created_does_not_fail_the_server(
    services: Services, sandbox: Sandbox, file: Path
) -> None:
    file.parent.write_text("I am a file.")
    account = services.accounts.current()
    assert (account.state, account.reason) == ("disconnected", UNREACHABLE)
    with pytest.raises(NotConnected):
        use(services)
    with pytest.raises(LoginFailed) as caught:
        connect(services, sandbox)
    assert f"{file.parent} is not a folder" in caught.value.message
    assert services.accounts.current().state == "disconnected"


def test_a_read_only_store_ends_the_connection_at_the_next_refresh(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.expire(file)
    with read_only(file.parent):
        assert ada.accounts.current().state == "connected"
        with pytest.raises(NotConnected) as caught:
            use(ada)
        assert "readonly" in caught.value.message
        assert str(file) in caught.value.message
        account = ada.accounts.current()
        assert (account.state, account.reason) == ("disconnected", caught.value.message)
        with pytest.raises(LoginFailed):
            connect(ada, sandbox)
    connect(ada, sandbox)
    use(ada)
    assert ada.accounts.current().state == "connected"


def test_a_connection_that_ended_at_globus_has_ended_in_a_read_only_store_too(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    sandbox.rescind_consents()
    with read_only(file.parent):
        with pytest.raises(NotConnected):
            use(ada)
        assert (ada.accounts.current().state, ada.accounts.current().reason) == (
            "disconnected",
            CONNECTION_ENDED,
        )


def test_tokens_that_cannot_be_deleted_are_revoked_all_the_same(ada: Services, file: Path) -> None:
    with read_only(file.parent):
        with pytest.raises(StoreUnavailable):
            ada.accounts.disconnect()
        with pytest.raises(NotConnected):
            use(ada)


def test_tokens_of_another_identity_than_the_stored_one_are_not_used(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.change(file, identity_id=names.BOB)
    account = ada.accounts.current()
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
    assert ada.accounts.current().state == "connected"
    stamp = file.stat()
    other.parts.tokens.forget()
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file.stat().st_size == stamp.st_size
    assert ada.accounts.current().state == "disconnected"


def test_a_file_with_an_unchanged_time_stamp_is_not_read_again(
    ada: Services, program: Program, file: Path
) -> None:
    make_old(file)
    assert ada.accounts.current().state == "connected"
    stamp = file.stat()
    with file.open("r+b") as damaged:
        damaged.write(b"\0" * stamp.st_size)
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert ada.accounts.current().state == "connected"
    assert program().account().state == "disconnected"


def test_the_account_contains_no_token(ada: Services, file: Path) -> None:
    text = msgspec.json.encode([ada.accounts.current(), status_of(ada)]).decode()
    assert [secret for secret in tokenfile.secrets(file) if secret in text] == []
    assert json.loads(text)[0]["identity"]["username"] == "ada@uni.example"
