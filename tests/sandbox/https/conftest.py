"""Collections over HTTPS, with tokens of the collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from ..helpers import data_access

Clients = Callable[..., httpx.Client]


def https(endpoint_id: str) -> str:
    return f"https://auth.globus.org/scopes/{endpoint_id}/https"


def token_of(sandbox: Sandbox, endpoint_id: str, *scopes: str, **options: str) -> str:
    """Return a token of the collection, by default with everything that its files need."""
    if not scopes:
        is_mapped = endpoint_id == names.ALDER_CLUSTER
        scopes = (https(endpoint_id), *([data_access(endpoint_id)] if is_mapped else []))
    return str(sandbox.tokens(scopes, **options)[endpoint_id]["access_token"])


@pytest.fixture
def files(sandbox: Sandbox) -> Iterator[Clients]:
    """Return a function that makes a client of a collection's files."""
    made: list[httpx.Client] = []

    def make(
        endpoint_id: str = names.ALDER_CLUSTER, token: str | None = None, *, anonymous: bool = False
    ) -> httpx.Client:
        headers = {}
        if not anonymous:
            headers["Authorization"] = f"Bearer {token or token_of(sandbox, endpoint_id)}"
        client = httpx.Client(
            base_url=f"{sandbox.url}https/{endpoint_id}", headers=headers, trust_env=False
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def cluster(files: Clients) -> httpx.Client:
    return files()


@pytest.fixture
def scratch(sandbox: Sandbox) -> Path:
    """The folder of this host that is /scratch on the cluster."""
    return sandbox.state / "endpoints" / "alder-cluster"
