"""What becomes of stored tokens at a refresh, at another login and at a disconnect."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jupyterlab_sregistry_globus.errors import LoginFailed
from jupyterlab_sregistry_globus.globus.pending import EXPIRED
from jupyterlab_sregistry_globus.models.accounts import LoginRequest
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support import tokenfile
from ..support.connect import code_in, connect

AUTH, TRANSFER = "auth.globus.org", "transfer.api.globus.org"
TRANSFER_ALL = "urn:globus:auth:scope:transfer.api.globus.org:all"
TOKEN = "POST /v2/oauth2/token"

Program = Callable[..., Services]


@pytest.fixture
def file(settings: dict[str, Any]) -> Path:
    return Path(settings["store_dir"]) / "tokens.db"


def use(services: Services) -> None:
    """Make any request to Transfer."""
    services.endpoints.bookmarks()


def count(sandbox: Sandbox, path: str) -> int:
    return sum(request.path == path for request in sandbox.requests())


def revocations(sandbox: Sandbox) -> int:
    return count(sandbox, "/v2/oauth2/token/revoke")


# A refresh


def test_a_refreshed_token_still_belongs_to_its_identity(
    ada: Services, program: Program, file: Path
) -> None:
    tokenfile.expire(file)
    use(ada)
    assert {entry["identity_id"] for entry in tokenfile.stored(file).values()} == {names.ADA}
    assert program().account.current().state == "connected"


def test_a_refresh_without_a_new_refresh_token_keeps_the_old_one(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    before = tokenfile.stored(file)[TRANSFER]
    answer = {**sandbox.tokens(TRANSFER_ALL)[TRANSFER], "other_tokens": []}
    answer.pop("refresh_token", None)
    tokenfile.expire(file)
    sandbox.set_faults({"route": TOKEN, "status": 200, "body": answer, "count": 1})
    use(ada)
    after = tokenfile.stored(file)[TRANSFER]
    assert after["access_token"] == answer["access_token"]
    assert after["refresh_token"] == before["refresh_token"]
    tokenfile.expire(file)
    use(ada)


def test_a_token_that_was_replaced_meanwhile_is_not_refreshed(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    sandbox.clear_requests()
    with ada.parts.clients.new_app() as app:
        token = ada.parts.tokens.refresh(TRANSFER, "an older one", app)
    assert token == tokenfile.stored(file)[TRANSFER]["access_token"]
    assert count(sandbox, "/v2/oauth2/token") == 0


def test_a_late_refresh_never_replaces_a_newer_login_of_the_same_identity(
    ada: Services, program: Program, sandbox: Sandbox, file: Path
) -> None:
    tokenfile.expire(file)
    other = program()
    sandbox.set_faults({"route": TOKEN, "count": 1, "delay_s": 0.8})
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(use, ada)
        while sandbox.services.faults.current()[0].count:
            time.sleep(0.01)
        connect(other, sandbox)
        newer = tokenfile.stored(file)
        late.result()
    assert tokenfile.stored(file) == newer


# The file


def test_a_file_that_was_replaced_by_another_of_equal_size_and_time_is_noticed(
    ada: Services, program: Program, sandbox: Sandbox, file: Path, tmp_path: Path
) -> None:
    bobs = program(store_dir=str(tmp_path / "bob"))
    connect(bobs, sandbox, identity=names.BOB)
    other = tmp_path / "bob" / "tokens.db"
    tokenfile.make_old(file)
    stamp = file.stat()
    assert ada.account.current().identity.id == names.ADA  # type: ignore[union-attr]
    copy = file.with_name("copy")
    shutil.copy(other, copy)
    copy.chmod(0o600)
    os.truncate(copy, stamp.st_size)
    os.utime(copy, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    copy.replace(file)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (stamp.st_size, stamp.st_mtime_ns)
    assert ada.account.current().identity.id == names.BOB  # type: ignore[union-attr]


# Another login, and a disconnect


def test_a_disconnect_revokes_each_token_once(ada: Services, sandbox: Sandbox, file: Path) -> None:
    known = tokenfile.secrets(file)
    assert len(known) == 4
    sandbox.clear_requests()
    assert ada.account.disconnect().is_revoked
    assert revocations(sandbox) == len(known)
    sandbox.clear_requests()
    assert ada.account.disconnect().is_revoked
    assert revocations(sandbox) == 0


def test_a_revocation_that_is_refused_does_not_keep_the_others(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.clear_requests()
    sandbox.set_faults({"route": "POST /v2/oauth2/token/revoke", "status": 400, "count": 1})
    assert not ada.account.disconnect().is_revoked
    assert revocations(sandbox) == 4


def test_while_globus_is_out_of_reach_one_revocation_is_tried(
    ada: Services, sandbox: Sandbox, file: Path
) -> None:
    sandbox.set_faults({"route": "POST /v2/oauth2/token/revoke", "status": 503})
    sandbox.clear_requests()
    assert not ada.account.disconnect().is_revoked
    tried = {request.body.get("token") for request in sandbox.requests()}
    assert len(tried) == 1
    assert tokenfile.stored(file) == {}


def test_another_identitys_login_revokes_the_former_ones_tokens(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.clear_requests()
    connect(ada, sandbox, identity=names.BOB)
    assert revocations(sandbox) == 4


def test_the_same_identitys_login_revokes_nothing(ada: Services, sandbox: Sandbox) -> None:
    """Globus keeps one refresh token for an app and a user: the new login has the same."""
    sandbox.clear_requests()
    connect(ada, sandbox)
    assert revocations(sandbox) == 0
    use(ada)


# Login


@pytest.mark.parametrize("missing", [TRANSFER, AUTH])
def test_a_grant_without_what_we_require_leaves_the_former_connection(
    ada: Services, sandbox: Sandbox, file: Path, missing: str
) -> None:
    before = tokenfile.stored(file)
    tokens = sandbox.tokens(f"openid profile email {TRANSFER_ALL}", identity=names.BOB)
    kept = tokens[TRANSFER if missing == AUTH else AUTH]
    started = ada.account.logins.begin_pasting()
    code = code_in(sandbox.log_in(started.authorize_url, identity=names.BOB))
    sandbox.set_faults(
        {"route": TOKEN, "status": 200, "body": {**kept, "other_tokens": []}, "count": 1}
    )
    with pytest.raises(LoginFailed, match="fewer permissions than this app requires"):
        ada.account.logins.finish_with_code(started.login_id, code)
    assert tokenfile.stored(file) == before
    assert ada.account.current().identity.id == names.ADA  # type: ignore[union-attr]


def test_a_login_is_finished_once(services: Services, sandbox: Sandbox, file: Path) -> None:
    logins = services.account.logins
    started = logins.begin_pasting()
    code = code_in(sandbox.log_in(started.authorize_url))
    logins.finish_with_code(started.login_id, code)
    before = tokenfile.stored(file)
    sandbox.clear_requests()
    with pytest.raises(LoginFailed, match=EXPIRED):
        logins.finish_with_code(started.login_id, code)
    assert sandbox.requests() == []
    assert tokenfile.stored(file) == before
    assert logins.outcome(started.login_id).state == "succeeded"


@pytest.mark.parametrize(
    ("page_url", "host", "target"),
    [
        ("http://localhost:8888/lab", "localhost:8888", None),
        ("http://localhost:8888/lab", "LOCALHOST:8888", None),
        ("http://localhost:8888/lab", "127.0.0.1:8888", "http://localhost:8888"),
        ("http://localhost:8888/lab", "localhost:9999", "http://localhost:8888"),
        ("http://127.0.0.1:8888/lab", "localhost:8888", "http://127.0.0.1:8888"),
        ("https://hub.example/user/ada/lab", "localhost:8888", None),
    ],
)
def test_a_browser_is_sent_back_to_the_page_that_started_the_login_and_nowhere_else(
    services: Services, page_url: str, host: str, target: str | None
) -> None:
    logins = services.account.logins
    started = logins.begin(LoginRequest(page_url), callback_path="/oauth/callback")
    state = parse_qs(urlsplit(started.authorize_url).query)["state"][0]
    assert logins.bounce_target(state, host) == target
    assert logins.bounce_target("another state", host) is None
    assert logins.bounce_target("", host) is None
