"""A sandbox for each test, and real clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, USUAL, folder_of


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    roots = [tmp_path_factory.getbasetemp()]
    with Sandbox(tmp_path_factory.mktemp("sandbox"), roots=roots) as running:
        yield running


@pytest.fixture
def sandbox(_running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The unchanged seed world, with the SDK configured to use it."""
    _running.reset()
    for name, value in _running.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GLOBUS_SDK_ENVIRONMENT", raising=False)
    yield _running


@pytest.fixture
def transfer(sandbox: Sandbox) -> Iterator[Callable[..., globus_sdk.TransferClient]]:
    """Return a function that creates a Transfer client without retries."""
    made: list[globus_sdk.TransferClient] = []

    def make(
        identity: str = names.ADA, scopes: str = USUAL, client_id: str | None = None
    ) -> globus_sdk.TransferClient:
        tokens = sandbox.tokens(scopes, identity=identity, client_id=client_id)
        authorizer = globus_sdk.AccessTokenAuthorizer(tokens[TRANSFER]["access_token"])
        client = globus_sdk.TransferClient(authorizer=authorizer)
        client.retry_config.max_retries = 0
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def ada(transfer: Callable[..., globus_sdk.TransferClient]) -> globus_sdk.TransferClient:
    return transfer()


@pytest.fixture
def source(sandbox: Sandbox) -> Path:
    return folder_of(sandbox, "research-cloud-project-space")


@pytest.fixture
def target(sandbox: Sandbox) -> Path:
    return folder_of(sandbox, "stanford-sherlock-scratch")


@pytest.fixture
def tree(source: Path) -> Path:
    folder = source / "tree"
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "a.sif").write_text("a")
    (folder / "b.txt").write_text("b")
    (folder / "sub" / "c.sif").write_text("c")
    (folder / "link").symlink_to("a.sif")
    (folder / "out").symlink_to("/etc/passwd")
    return folder
