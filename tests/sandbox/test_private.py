"""A private sandbox is used only by programs that know its address."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox

from .helpers import USUAL


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(tmp_path, is_private=True) as running:
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


def test_each_start_has_its_own_address(tmp_path: Path) -> None:
    addresses = {Sandbox(tmp_path, is_private=True).url for _ in range(2)}
    assert len(addresses) == 2
    assert all(len(urlsplit(address).path) > 20 for address in addresses)
