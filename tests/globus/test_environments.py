"""Each environment of Globus has its own addresses, tokens and transfers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from globus_sdk.config import get_service_url

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import SettingWrong
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

ENVIRONMENT = "GLOBUS_SDK_ENVIRONMENT"
URLS = [f"GLOBUS_SDK_SERVICE_URL_{service}" for service in ("AUTH", "TRANSFER", "TIMER")]


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENVIRONMENT, *URLS):
        monkeypatch.delenv(name, raising=False)


def namespace(client_id: str = "x") -> str:
    return SRegistryGlobus(client_id=client_id).namespace


@pytest.mark.parametrize(
    "variables",
    [
        {ENVIRONMENT: "preview"},
        {ENVIRONMENT: "test"},
        {ENVIRONMENT: "sandbox"},
        *({name: "http://127.0.0.1:9/"} for name in URLS),
        dict.fromkeys(URLS, "http://127.0.0.1:9/"),
        {ENVIRONMENT: "preview", URLS[0]: "http://127.0.0.1:9/"},
    ],
)
def test_no_two_environments_share_a_namespace(
    usual: None, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    before = namespace()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert namespace() != before
    assert namespace("y") != namespace()
    assert SRegistryGlobus().auth_url == get_service_url("auth")


def test_the_usual_environment_needs_no_name(usual: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = namespace()
    monkeypatch.setenv(ENVIRONMENT, "production")
    assert namespace() == before


def test_addresses_beat_the_environment(usual: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in URLS:
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    before = namespace()
    monkeypatch.setenv(ENVIRONMENT, "preview")
    assert namespace() == before
    assert SRegistryGlobus().auth_url == "http://127.0.0.1:9/"


def test_an_unknown_environment_is_named(usual: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "moon")
    assert "moon" in namespace()
    with pytest.raises(SettingWrong, match=ENVIRONMENT):
        assert SRegistryGlobus().auth_url


def test_the_namespace_is_known_without_globus_sdk() -> None:
    program = (
        "import sys; from jupyterlab_sregistry_globus.config import SRegistryGlobus as S;"
        "S().namespace, S().is_sandbox; assert 'globus_sdk' not in sys.modules"
    )
    environment = {**os.environ, ENVIRONMENT: "preview"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def test_another_environment_sees_neither_login_nor_transfers(
    ada: Services,
    program: Callable[..., Services],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = PlanRequest(
        (ImageSource("demo/hello:latest"),), Location(names.STANFORD_SHERLOCK_SCRATCH, "/images/")
    )
    ada.transfers.start(request, origin="panel")
    assert program().transfers.page().total == 1
    sandbox.clear_requests()
    for name in URLS:
        monkeypatch.delenv(name)
    monkeypatch.setenv(ENVIRONMENT, "preview")
    other = program()
    assert other.account.current().state == "disconnected"
    assert not other.account.current().is_sandbox
    assert other.transfers.page().total == 0
    assert other.transfers.step() == 0
    assert sandbox.requests() == []
