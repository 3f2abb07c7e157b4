"""Requests to Globus end by a deadline that covers all their tries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import GlobusUnavailable
from jupyterlab_sregistry_globus.globus.refusals import translated
from jupyterlab_sregistry_globus.globus.transport import PATIENCE_FACTOR
from jupyterlab_sregistry_globus.net import requests as bounded
from jupyterlab_sregistry_globus.services import Services

from ..support.misbehaving import SHAPES, Misbehaving, hanging_lookups
from ..support.webserver import Reply, WebServer

TIMEOUT_S = 0.2
ENDLESS = sorted(set(SHAPES) - {"whole"})


@pytest.fixture
def globus(
    program: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """Sends one request, without a token, to a Globus Transfer at another address."""
    clients = program(upstream_timeout_s=TIMEOUT_S, upstream_retries=3).parts.clients

    def send(url: str, path: str = "/") -> Any:
        monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_TRANSFER", url)
        with translated(), clients.new_transfer() as client:
            return client.get(path).data

    return send


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as server:
        yield server


def test_no_endless_answer_of_globus_outlasts_its_deadline(
    globus: Callable[..., Any], server: Misbehaving
) -> None:
    def seconds(shape: str) -> float:
        started = time.monotonic()
        with pytest.raises(GlobusUnavailable):
            globus(server.url, f"/{shape}")
        return time.monotonic() - started

    with ThreadPoolExecutor(len(ENDLESS)) as pool:
        lasting = dict(zip(ENDLESS, pool.map(seconds, ENDLESS), strict=True))
    assert max(lasting.values()) < TIMEOUT_S * PATIENCE_FACTOR + 1, lasting
    # A request is not repeated after its deadline.
    assert all(server.asked.count(f"/{shape}") == 1 for shape in ENDLESS if shape != "silence")


def test_a_name_lookup_that_hangs_is_not_waited_for(
    globus: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.monotonic()
    with hanging_lookups(monkeypatch, "hanging.test"), pytest.raises(GlobusUnavailable):
        globus("http://hanging.test")
    assert time.monotonic() - started < TIMEOUT_S * PATIENCE_FACTOR + 1


def test_an_answer_of_globus_has_a_limit(
    globus: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MAX_ANSWER_BYTES", 1000)
    with WebServer(lambda asked: Reply(body={"x": "y" * 2000})) as server:
        with pytest.raises(GlobusUnavailable):
            globus(server.url)
        monkeypatch.setattr(bounded, "MAX_ANSWER_BYTES", 10_000)
        assert globus(server.url)["x"] == "y" * 2000


@pytest.mark.parametrize("wait", ["9" * 5000, "-1", "nan", "soon", "1e99", "\u0661"])
def test_an_absurd_retry_after_is_no_failure_of_ours(
    globus: Callable[..., Any], wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Retry-After": wait.encode().decode("latin-1")}
    with (
        WebServer(lambda asked: Reply(503, body={"code": "x"}, headers=headers)) as server,
        pytest.raises(GlobusUnavailable) as refused,
    ):
        globus(server.url)
    assert 0 < refused.value.action.after_s <= 3600
