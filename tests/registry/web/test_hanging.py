"""A registry server that never finishes an answer is given up, whatever it trickles."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyterlab_sregistry_globus.errors import RegistryUnavailable
from jupyterlab_sregistry_globus.net.deadline import CancelGroup
from jupyterlab_sregistry_globus.registry.web import answers, http
from jupyterlab_sregistry_globus.registry.web.http import Site

from ...support.misbehaving import CHUNKED, OK, SHAPES, Misbehaving, hanging_lookups

TIMEOUT_S = 0.2
SLACK_S = 2.0
ENDLESS = sorted(set(SHAPES) - {"whole"})
LATEST_S = TIMEOUT_S * http.PATIENCE_FACTOR + SLACK_S


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as server:
        yield server


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RETRY_PAUSE_S", 0.01)
    monkeypatch.setattr(http, "DOWNLOAD_TIMEOUT_S", TIMEOUT_S)
    monkeypatch.setattr(answers, "RATE_SPAN_S", TIMEOUT_S * 2)


def site(url: str, timeout_s: float = TIMEOUT_S) -> Site:
    return Site("lab", url, timeout_s=timeout_s, retries=1)


def get(site: Site, path: str) -> object:
    return site.get(path)


def download(site: Site, path: str) -> object:
    with site.session() as session, session.stream(path) as stream:
        return b"".join(stream.chunks())


def seconds_until_left(ask: Callable[[Site, str], object], url: str, path: str) -> float:
    started = time.monotonic()
    with pytest.raises(RegistryUnavailable, match="in time"):
        ask(site(url), path)
    return time.monotonic() - started


@pytest.mark.parametrize("ask", [get, download])
def test_no_shape_of_an_endless_answer_keeps_a_thread(server: Misbehaving, ask: Callable) -> None:
    with ThreadPoolExecutor(len(ENDLESS)) as pool:
        lasting = {
            shape: pool.submit(seconds_until_left, ask, server.url, shape) for shape in ENDLESS
        }
    for shape, future in lasting.items():
        assert future.result() < LATEST_S, shape


@pytest.mark.parametrize("ask", [get, download])
def test_a_name_lookup_that_hangs_keeps_no_thread(
    ask: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hanging_lookups(monkeypatch, "hanging.test"):
        assert seconds_until_left(ask, "http://hanging.test", "x") < LATEST_S


def test_a_slow_download_that_brings_enough_goes_on(
    server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "RATE_BYTES", 1)
    got = bytearray()
    with site(server.url).session() as session, session.stream("slow-body") as stream:
        for chunk in stream.chunks():
            got += chunk
            if len(got) == 60:  # longer than the time for a whole answer
                break
    assert bytes(got) == b"x" * 60


def test_a_reader_that_takes_its_time_is_not_held_against_the_server(
    server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "RATE_BYTES", 1)
    with site(server.url).session() as session, session.stream("slow-body") as stream:
        time.sleep(TIMEOUT_S * 4)
        chunks = stream.chunks()
        next(chunks)
        time.sleep(TIMEOUT_S * 4)
        next(chunks)


def test_a_download_is_done_with_its_last_byte(
    server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = CHUNKED.replace(b"200 OK", b"206 OK\r\nContent-Range: bytes 0-1/2")
    monkeypatch.setitem(SHAPES, "endless-end", (partial + b"2\r\nxy\r\n0\r\n", b"X: y\r\n"))
    started = time.monotonic()
    assert download(site(server.url, 30), "endless-end") == b"xy"
    assert time.monotonic() - started < SLACK_S


@pytest.mark.parametrize("shape", ENDLESS)
@pytest.mark.parametrize("ask", [get, download])
def test_an_endless_answer_can_be_canceled(
    server: Misbehaving, ask: Callable, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "DOWNLOAD_TIMEOUT_S", 30)
    monkeypatch.setattr(answers, "RATE_SPAN_S", 30)
    group = CancelGroup()
    timer = threading.Timer(0.1, group.cancel)
    timer.start()
    started = time.monotonic()
    with group.entered(), pytest.raises(RegistryUnavailable, match="canceled"):
        ask(site(server.url, 30), shape)
    assert time.monotonic() - started < SLACK_S
    timer.join()


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Range: bytes 0-" + b"9" * 5000 + b"/" + b"9" * 5000,
        b"Content-Range: bytes \xd9\xa1-2/3",
        b"Content-Range: bytes 5-1/*",
        b"Content-Length: " + b"9" * 5000,
        b"Content-Length: -1",
        b"Transfer-Encoding: chunked, chunked",
        b"Retry-After: " + b"9" * 5000,
        b"Content-Type: " + b"\xff" * 1000,
        b"Location: http://" + b"a" * 70 + b".test/",
        b"Location: http://xn--" + b"a" * 30 + b"/",
        b"Location: http://\xff\xfe/",
    ],
)
@pytest.mark.parametrize("status", [b"200 OK", b"206 OK", b"302 OK", b"429 OK", b"999 OK"])
@pytest.mark.parametrize("ask", [get, download])
def test_absurd_headers_are_read_or_refused_in_our_words(
    server: Misbehaving,
    head: bytes,
    status: bytes,
    ask: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = OK.replace(b"200 OK", status) + b"Connection: close\r\n" + head + b"\r\n\r\n2"
    monkeypatch.setitem(SHAPES, "absurd", (start, None))
    try:
        answer = ask(site(server.url), "absurd")
    except RegistryUnavailable:
        return
    if isinstance(answer, answers.Answer):
        assert isinstance(answer.refused(), RegistryUnavailable)
