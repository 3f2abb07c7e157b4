"""Tokens that a hub passes on are used while they last, and never run code."""

from __future__ import annotations

import base64
import json
import pickle
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    BadRequest,
    ConsentRequired,
    LoginFailed,
    NotConnected,
)
from jupyterlab_sregistry_globus.globus import credentials
from jupyterlab_sregistry_globus.globus.credentials import HUB_ENDED
from jupyterlab_sregistry_globus.globus.hub import VARIABLE, read_hub_tokens
from jupyterlab_sregistry_globus.models.endpoints import Endpoint
from jupyterlab_sregistry_globus.models.plans import Location
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.auth.tokens import ACCESS_LIFETIME_S
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..sandbox.helpers import TRANSFER, USUAL
from ..support.clock import Clock
from ..support.connect import connect

USER = {"sub": names.ADA, "preferred_username": "ada@uni.example", "name": "Ada Researcher"}
STATE: dict[str, Any] = {
    "client_id": names.CONFIDENTIAL_APP,
    "tokens": {TRANSFER: {"access_token": "a-token", "expires_in": 172800, "scope": "x"}},
    "token_response": {"access_token": "another", "expires_in": 172800},
    "globus_user": USER,
    "globus_groups": [],
}
OLD_STATE = {"tokens": STATE["tokens"], "token_response": USER}


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


FORMS: dict[str, Callable[[Any], str]] = {
    **{
        f"pickle {protocol}": lambda state, protocol=protocol: encoded(
            pickle.dumps(state, protocol)
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "JSON": lambda state: encoded(json.dumps(state).encode()),
    "JSON as it is": json.dumps,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("state", [STATE, OLD_STATE], ids=["new", "old"])
def test_each_form_is_read(state: Any, form: Callable[[Any], str]) -> None:
    tokens = read_hub_tokens(form(state))
    assert tokens is not None
    assert (tokens.identity.id, tokens.identity.username) == (names.ADA, "ada@uni.example")
    assert tokens.access_tokens == {TRANSFER: "a-token"}


class Evil:
    """Writes a file if it is unpickled without restrictions."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.write_text, (self.target, "it ran")


def test_nothing_in_the_variable_is_run(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    for state in (Evil(target), {**STATE, "globus_groups": Evil(target)}):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            raw = pickle.dumps(state, protocol)
            assert read_hub_tokens(encoded(raw)) is None
            assert not target.exists()
            # Unpickling as the authenticator's documentation suggests would have run it.
            pickle.loads(raw)
            assert target.exists()
            target.unlink()
    for raw in (
        b"cos\nsystem\n(S'true'\ntR.",
        b"(S'true'\nios\nsystem\n.",
        b"Pid\n.",
        b"\x82\x01.",
    ):
        assert read_hub_tokens(encoded(raw)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "\u00e4",
        "=",
        encoded(b""),
        encoded(b"{"),
        encoded(b"[]"),
        encoded(pickle.dumps([1])),
        encoded(pickle.dumps({"tokens": {}})),
        encoded(pickle.dumps({**STATE, "tokens": {TRANSFER: "a-token"}})),
        encoded(pickle.dumps({**STATE, "tokens": {TRANSFER: {"access_token": ["a"]}}})),
        encoded(pickle.dumps({**STATE, "globus_user": {"sub": ["x"]}})),
        encoded(pickle.dumps(STATE))[:100],
        "A" * 400_000,
    ],
)
def test_a_malformed_variable_counts_as_empty(text: str) -> None:
    assert read_hub_tokens(text) is None


# On a server that a hub started


@pytest.fixture
def hubbed(
    program: Callable[..., Services], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Services:
    """The services of a server to which a hub passed on Ada's tokens."""
    tokens = sandbox.tokens(USUAL, client_id=names.CONFIDENTIAL_APP)
    state = {**STATE, "tokens": {TRANSFER: tokens[TRANSFER]}}
    monkeypatch.setenv(VARIABLE, FORMS["JSON"](state))
    return program()


def mine(services: Services) -> set[str]:
    endpoints: tuple[Endpoint, ...] = services.endpoints.search("", scope="mine").endpoints
    return {endpoint.id for endpoint in endpoints}


def test_the_user_is_connected_from_the_start(hubbed: Services) -> None:
    account = hubbed.account.current()
    assert (account.state, account.source) == ("connected", "hub")
    assert account.identity is not None
    assert account.identity.id == names.ADA
    assert names.MY_COMPUTER in mine(hubbed)


def test_a_login_here_replaces_a_hub_login_that_lacks_a_consent(
    hubbed: Services, sandbox: Sandbox
) -> None:
    with pytest.raises(ConsentRequired) as caught:
        hubbed.endpoints.folder(Location(names.STANFORD_OAK))
    connect(hubbed, sandbox, caught.value.action)  # type: ignore[arg-type]
    assert hubbed.account.current().source == "login"
    hubbed.endpoints.folder(Location(names.STANFORD_OAK))
    # Without it, the hub's login is used again.
    hubbed.account.disconnect()
    assert hubbed.account.current().source == "hub"
    assert mine(hubbed)


def test_the_user_can_connect_here_after_the_hubs_login_has_ended(
    hubbed: Services,
    program: Callable[..., Services],
    sandbox: Sandbox,
) -> None:
    changes: list[tuple[str, str]] = []
    hubbed = program(lambda kind, name: changes.append((kind, name)))
    sandbox.advance_clock(3 * 86_400)
    with pytest.raises(NotConnected) as caught:
        mine(hubbed)
    assert caught.value.message == HUB_ENDED
    account = hubbed.account.current()
    assert (account.state, account.reason) == ("disconnected", HUB_ENDED)
    assert changes == [("account", "")]
    connect(hubbed, sandbox)
    assert mine(hubbed)


# A server that acts as the app


@pytest.fixture
def service(program: Callable[..., Services]) -> Services:
    return program(
        is_service=True,
        client_id=names.CONFIDENTIAL_APP,
        client_secret=names.CONFIDENTIAL_SECRET,
    )


def test_an_app_is_connected_as_itself(service: Services, sandbox: Sandbox) -> None:
    account = service.account.current()
    assert (account.state, account.source) == ("connected", "service")
    assert service.endpoints.search("genome").endpoints
    service.endpoints.bookmarks()
    requests = [request for request in sandbox.requests() if request.path == "/v2/oauth2/token"]
    assert [request.body["grant_type"] for request in requests] == ["client_credentials"]
    assert not Path(service.settings.store_dir, "tokens.db").exists()


def grants(sandbox: Sandbox) -> list[tuple[str, int]]:
    """Return each request for a token or for bookmarks, with its answer's status."""
    return [
        (request.path.rpartition("/")[2], request.status)
        for request in sandbox.requests()
        if request.path.endswith(("/token", "/bookmark_list"))
    ]


def test_an_apps_token_that_globus_no_longer_accepts_is_replaced_once(
    service: Services, sandbox: Sandbox
) -> None:
    service.endpoints.bookmarks()
    sandbox.clear_requests()
    # It is valid by this clock, and expired by the sandbox's.
    sandbox.advance_clock(3 * 86_400)
    service.endpoints.bookmarks()
    service.endpoints.bookmarks()
    assert grants(sandbox) == [
        ("bookmark_list", 401),
        ("token", 200),
        ("bookmark_list", 200),
        ("bookmark_list", 200),
    ]


@pytest.mark.parametrize(("left_s", "is_replaced"), [(90.0, False), (30.0, True), (-5.0, True)])
def test_an_apps_token_is_replaced_a_minute_before_it_ends(
    service: Services,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    left_s: float,
    is_replaced: bool,
) -> None:
    clock = Clock()
    monkeypatch.setattr(credentials, "time", clock)
    service.endpoints.bookmarks()
    sandbox.clear_requests()
    clock.advance(ACCESS_LIFETIME_S - left_s)
    service.endpoints.bookmarks()
    assert grants(sandbox) == [("token", 200)] * is_replaced + [("bookmark_list", 200)]


def test_a_rejected_secret_is_reported(program: Callable[..., Services]) -> None:
    services = program(is_service=True, client_id=names.CONFIDENTIAL_APP, client_secret="wrong")
    with pytest.raises(NotConnected, match="client id and secret"):
        services.endpoints.bookmarks()


def test_an_app_cannot_be_disconnected(service: Services) -> None:
    with pytest.raises(BadRequest, match="acts as itself"):
        service.account.disconnect()


# A confidential app for users


def test_a_confidential_app_logs_users_in_with_its_secret(
    program: Callable[..., Services], sandbox: Sandbox, tmp_path: Path
) -> None:
    app = {"client_id": names.CONFIDENTIAL_APP, "client_secret": names.CONFIDENTIAL_SECRET}
    sandbox.add_redirect_uri(f"{sandbox.url}v2/web/auth-code")
    services = program(**app)
    connect(services, sandbox)
    assert services.account.current().state == "connected"
    assert names.MY_COMPUTER in mine(services)
    forged = program(**{**app, "client_secret": "wrong"}, store_dir=str(tmp_path / "other"))
    with pytest.raises(LoginFailed, match="client id and secret"):
        connect(forged, sandbox)


# For which unpickling would fill 2 GiB.
HUGE_INDEX = 2**27


@pytest.mark.parametrize(
    "raw",
    [
        b"\x80\x02}r" + HUGE_INDEX.to_bytes(4, "little") + b".",  # LONG_BINPUT
        b"}p%d\n." % HUGE_INDEX,  # PUT
        b"}p-1\n.",
        b"\x80\x05\x96" + (2**40).to_bytes(8, "little") + b".",  # BYTEARRAY8
        b"\x80\x05\x8d" + (2**40).to_bytes(8, "little") + b".",  # BINUNICODE8
        b"\x80\x02B" + (2**31 - 1).to_bytes(4, "little") + b".",  # BINBYTES
        b"\x80\x02" + b"]" * 100_000 + b".",
        b"\x80\x02" + b"(" * 100_000 + b".",
    ],
)
def test_a_small_pickle_never_costs_much_memory(raw: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_hub_tokens(encoded(raw)) is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
