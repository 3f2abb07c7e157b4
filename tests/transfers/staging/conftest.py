"""A registry's storage whose images are staged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.staging import fetch

from ...support.webserver import WebServer, ranged
from ..conftest import Store
from .stagedimage import CONTENT, DIGEST


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report progress at each chunk."""
    monkeypatch.setattr(fetch, "REPORT_S", 0.0)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """The registry's storage, which serves the content at every address."""
    with WebServer(lambda wanted: ranged(CONTENT, wanted)) as server:
        yield server


@pytest.fixture
def image(store: Store, web: WebServer) -> str:
    return store.add("tacos/mole:1", url=f"{web.url}/mole", digest=DIGEST, size_bytes=len(CONTENT))


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada
