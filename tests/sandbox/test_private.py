"""A sandbox is used only by programs that know its address, and only in folders it was given."""

from __future__ import annotations

import http.client
import json
import os
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox, StateRefused
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import USUAL, refused


def given(tmp_path: Path) -> Path:
    """Return a folder that the sandbox is given at its start."""
    folder = tmp_path / "given"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "state", registry_root=given(tmp_path)) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def test_a_user_logs_in_and_works_under_the_full_address(private: Sandbox) -> None:
    with globus_sdk.NativeAppAuthClient(private.client_id) as app:
        code_page = f"{private.url}v2/web/auth-code"
        app.oauth2_start_flow(requested_scopes=USUAL, redirect_uri=code_page)
        address = private.log_in(app.oauth2_get_authorize_url())
        assert address.startswith(code_page)
        code = parse_qs(urlsplit(address).query)["code"][0]
        tokens = app.oauth2_exchange_code_for_tokens(code).by_resource_server
    secret = tokens["transfer.api.globus.org"]["access_token"]
    with globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret)) as client:
        assert client.endpoint_search("stanford")["DATA"]


@pytest.mark.parametrize("prefix", ["", "/", "/guessed", "/.", "//"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_sandbox/tokens"),
        ("GET", "/_sandbox/requests"),
        ("GET", "/v2/oauth2/authorize"),
        ("GET", "/v0.10/endpoint_search"),
    ],
)
def test_other_callers_are_refused(private: Sandbox, prefix: str, method: str, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", private.port, timeout=10)
    try:
        connection.request(method, prefix + path)
        assert connection.getresponse().status == 403
    finally:
        connection.close()


def test_each_state_folder_has_its_own_address(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    addresses = [Sandbox(folder).url for folder in folders]
    assert len(set(addresses)) == 2
    assert all(len(urlsplit(address).path) > 20 for address in addresses)
    # Programs that were given an address can use it after a restart.
    assert [Sandbox(folder).url for folder in folders] == addresses


def test_others_can_read_nothing_of_the_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    with Sandbox(state):
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        assert stat.S_IMODE((state / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_secret_that_others_could_read_is_not_used(tmp_path: Path, mode: int) -> None:
    assert Sandbox(tmp_path / "state").url
    (tmp_path / "state" / "secret").chmod(mode)
    with pytest.raises(StateRefused, match="others could read it"):
        assert Sandbox(tmp_path / "state").url


def test_a_secret_is_neither_written_nor_read_through_a_link(tmp_path: Path) -> None:
    assert Sandbox(tmp_path / "state").url
    secret, elsewhere = tmp_path / "state" / "secret", tmp_path / "elsewhere"
    for target in (elsewhere, secret.rename(tmp_path / "copy")):
        secret.unlink(missing_ok=True)
        secret.symlink_to(target)
        with pytest.raises(StateRefused):
            assert Sandbox(tmp_path / "state").url
    assert not elsewhere.exists()


def test_a_folder_of_other_files_is_no_state_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(StateRefused, match="contains other files"):
        Sandbox(tmp_path).start()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_another_accounts_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(StateRefused, match="another account"):
        assert Sandbox(tmp_path / "state").url


# Folders


def control(private: Sandbox, method: str, path: str, body: object) -> int:
    request = urllib.request.Request(
        f"{private.url}_sandbox/{path}", json.dumps(body).encode(), method=method
    )
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.fixture
def ada(private: Sandbox) -> Iterator[globus_sdk.TransferClient]:
    secret = private.tokens(USUAL)["transfer.api.globus.org"]["access_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(secret)
    with globus_sdk.TransferClient(authorizer=authorizer) as client:
        client.retry_config.max_retries = 0
        yield client


@pytest.mark.parametrize("member", ["root", "config_folder"])
def test_no_endpoint_can_be_given_another_folder(
    private: Sandbox, tmp_path: Path, member: str
) -> None:
    path = f"endpoints/{names.STANFORD_SHERLOCK_SCRATCH}"
    link = private.state / "link"
    link.symlink_to(tmp_path)
    for folder in ("/", str(tmp_path), str(tmp_path / "given-too"), str(link), f"{link}/x"):
        assert control(private, "PATCH", path, {member: folder}) == 403
    for folder in (str(tmp_path / "given"), str(private.state / "endpoints" / "x")):
        assert control(private, "PATCH", path, {member: folder}) == 200


def test_no_connect_personal_is_set_up_in_another_folder(
    private: Sandbox, ada: globus_sdk.TransferClient, tmp_path: Path
) -> None:
    body = {"DATA_TYPE": "endpoint", "display_name": "x", "is_globus_connect": True}
    key = ada.post("/v0.10/endpoint", data=body)["globus_connect_setup_key"]
    inside, outside = str(private.state / "gcp"), str(tmp_path / "gcp")
    (private.state / "led").mkdir()
    (private.state / "led" / "lta").symlink_to(tmp_path)
    for config_dir, home in (
        (outside, inside),
        (inside, "/"),
        (str(private.state / "led"), inside),
    ):
        body = {"setup_key": key, "config_dir": config_dir, "home": home}
        assert control(private, "POST", "connect_personal", body) == 403
    assert not Path(outside).exists()
    assert not (tmp_path / "client-id.txt").exists()
    body = {"setup_key": key, "config_dir": inside, "home": inside}
    assert control(private, "POST", "connect_personal", body) == 200


def test_config_paths_serves_no_other_folder(
    private: Sandbox, ada: globus_sdk.TransferClient, tmp_path: Path
) -> None:
    (private.connect_personal_dir / "config-paths").write_text("/,1,1\n")
    for path in ("/", str(tmp_path), "/etc"):
        refusal = (403, "EndpointPermissionDenied")
        assert refused(lambda path=path: ada.operation_ls(names.MY_COMPUTER, path)) == refusal
    new = str(tmp_path / "new")
    assert refused(lambda: ada.operation_mkdir(names.MY_COMPUTER, new))[0] == 403
    assert ada.operation_ls(names.MY_COMPUTER, str(tmp_path / "given"))["total"] == 0
