"""No shape of a server that never finishes outlasts the deadline, over any stack, on any way."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from jupyterlab_sregistry_globus.net.deadline import CancelGroup, Deadline, DeadlineExceeded
from jupyterlab_sregistry_globus.net.httpx import BoundedClient, read
from jupyterlab_sregistry_globus.net.requests import BoundedSession, DeadlineTimeout, within

from ..support.misbehaving import SHAPES, Misbehaving, Proxy, hanging_lookups, write_certificate

DEADLINE_S = 0.3
# What a machine that runs several tests at once may add.
SLACK_S = 1.0
ENDLESS = sorted(set(SHAPES) - {"whole"})
WAYS = ("direct", "tls", "proxy", "connect", "socks", "socks-tls")

Ask = Callable[[str, float], bytes]


def ask_httpx(url: str, seconds: float) -> bytes:
    with Deadline(seconds) as deadline, BoundedClient({}) as client:
        request = client.request(url, params=None, headers={}, timeout=httpx.Timeout(30))
        response = client.send(request, deadline, lambda peer: None)
        with contextlib.closing(response):
            return read(response, deadline, 1_000_000)


def ask_requests(url: str, seconds: float) -> bytes:
    with BoundedSession(seconds) as session:
        return session.get(url, timeout=30).content


STACKS: dict[str, Ask] = {"httpx": ask_httpx, "requests": ask_requests}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "server.pem", "127.0.0.1")


@pytest.fixture(scope="module")
def servers(certificate: Path) -> Iterator[dict[str, Misbehaving]]:
    with Misbehaving() as plain, Misbehaving(certificate) as secure:
        yield {"http": plain, "https": secure}


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


@pytest.fixture(params=WAYS)
def base(
    request: pytest.FixtureRequest,
    servers: dict[str, Misbehaving],
    proxy: Proxy,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """The address of the misbehaving server, with the environment that leads there."""
    way = request.param
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    address = f"127.0.0.1:{proxy.port}"
    if way in ("proxy", "connect"):
        monkeypatch.setenv("HTTP_PROXY", f"http://{address}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
    if way in ("socks", "socks-tls"):
        monkeypatch.setenv("ALL_PROXY", f"socks5://{address}")
    proxy.asked.clear()
    return servers["https" if way in ("tls", "connect", "socks-tls") else "http"].url


def seconds_until_ended(ask: Ask, url: str, seconds: float) -> float:
    """Seconds that a request takes, which must end by its deadline; else infinity."""
    started = time.monotonic()
    try:
        ask(url, seconds)
    except (DeadlineExceeded, DeadlineTimeout):
        return time.monotonic() - started
    return math.inf


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_outlasts_its_deadline(base: str, stack: str) -> None:
    with ThreadPoolExecutor(len(ENDLESS)) as pool:
        lasting = {
            shape: pool.submit(seconds_until_ended, STACKS[stack], f"{base}/{shape}", DEADLINE_S)
            for shape in ENDLESS
        }
    for shape, future in lasting.items():
        assert DEADLINE_S <= future.result() < DEADLINE_S + SLACK_S, shape


@pytest.mark.parametrize("stack", STACKS)
def test_an_answer_in_time_comes_by_the_way_of_the_environment(
    base: str, stack: str, proxy: Proxy, request: pytest.FixtureRequest
) -> None:
    assert STACKS[stack](f"{base}/whole", 10) == b"[]"
    way = request.node.callspec.params["base"]
    seen = {"proxy": "HTTP", "connect": "CONNECT", "socks": "SOCKS", "socks-tls": "SOCKS"}.get(way)
    assert proxy.asked == ([f"{seen} 127.0.0.1"] if seen else [])


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("variable", ["", "HTTP_PROXY", "ALL_PROXY"])
def test_a_name_lookup_that_hangs_is_left_behind(
    stack: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        scheme = "http" if variable == "HTTP_PROXY" else "socks5"
        monkeypatch.setenv(variable, f"{scheme}://hanging.test:3128")
    with hanging_lookups(monkeypatch, "hanging.test") as begun:
        started = time.monotonic()
        with pytest.raises((DeadlineExceeded, DeadlineTimeout)):
            STACKS[stack]("http://hanging.test/whole", DEADLINE_S)
        assert begun.is_set()
    assert time.monotonic() - started < DEADLINE_S + SLACK_S


@pytest.mark.parametrize("stack", STACKS)
def test_no_proxy_is_heeded(
    stack: str, servers: dict[str, Misbehaving], proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    proxy.asked.clear()
    assert STACKS[stack](f"{servers['http'].url}/whole", 10) == b"[]"
    assert proxy.asked == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_request_can_be_canceled_at_any_point(
    stack: str, servers: dict[str, Misbehaving]
) -> None:
    group = CancelGroup()

    def ask(shape: str) -> float:
        started = time.monotonic()
        with group.entered(), pytest.raises(Exception, match="stopped early"):
            STACKS[stack](f"{servers['http'].url}/{shape}", 30)
        return time.monotonic() - started

    timer = threading.Timer(0.2, group.cancel)
    timer.start()
    with ThreadPoolExecutor(len(ENDLESS)) as pool:
        assert max(pool.map(ask, ENDLESS)) < SLACK_S
    timer.join()


@pytest.mark.parametrize("shape", ["silence", "slow-body"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("stack", STACKS)
def test_a_connection_that_is_kept_is_watched_too(
    stack: str,
    scheme: str,
    shape: str,
    servers: dict[str, Misbehaving],
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    url = servers[scheme].url
    started = time.monotonic()
    if stack == "requests":
        with BoundedSession(10) as session:
            assert session.get(f"{url}/whole", timeout=30).content == b"[]"
            with within(DEADLINE_S), pytest.raises(DeadlineTimeout):
                session.get(f"{url}/{shape}", timeout=30)
    else:
        with BoundedClient({}) as client:
            for path, seconds in (("whole", 10), (shape, DEADLINE_S)):
                request = client.request(
                    f"{url}/{path}", params=None, headers={}, timeout=httpx.Timeout(30)
                )
                with Deadline(seconds) as deadline:
                    if path == "whole":
                        response = client.send(request, deadline, lambda peer: None)
                        assert read(response, deadline, 10) == b"[]"
                        continue
                    with pytest.raises(DeadlineExceeded):
                        read(client.send(request, deadline, lambda peer: None), deadline, 999)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
