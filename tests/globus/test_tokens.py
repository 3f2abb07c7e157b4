"""The token store: tokens are refreshed once, and stay forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    GlobusUnavailable,
    NotConnected,
)
from jupyterlab_sregistry_globus.globus.messages import CONNECTION_ENDED
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.auth.tokens import ACCESS_LIFETIME_S
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile
from ..support.connect import connect

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
        assert ada.account.current().state == "connected"
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
    account = ada.account.current()
    assert (account.state, account.reason) == ("disconnected", CONNECTION_ENDED)
    assert tokenfile.stored(file) == {}
    connect(ada, sandbox)
    use(ada)
    assert ada.account.current().reason == ""


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
    assert ada.account.current().reason == CONNECTION_ENDED


def test_each_program_notices_that_the_connection_has_ended(
    ada: Services, program: Program, file: Path
) -> None:
    other = program()
    use(other)
    ada.account.disconnect()
    assert other.account.current().state == "disconnected"
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
    assert ada.account.current().state == "disconnected"


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
