"""Requests to a registry's server have limits, and its credentials reach no other server."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from jupyterlab_sregistry_globus.errors import (
    RegistryBusy,
    RegistryDenied,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.models.actions import ConfigureAction, RetryAction
from jupyterlab_sregistry_globus.registry.web import http, redirects
from jupyterlab_sregistry_globus.registry.web.answers import Stream
from jupyterlab_sregistry_globus.registry.web.download import WebDownload
from jupyterlab_sregistry_globus.registry.web.http import Site

from ...support.webserver import (
    DROP,
    Answerer,
    Asked,
    Reply,
    WebServer,
    ranged,
    taking_less_than,
    unused_url,
)

SECRET = {"Authorization": "Token top-secret", "X-Secret": "top-secret"}
Serve = Callable[[Answerer], WebServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    monkeypatch.setattr(http, "RETRY_PAUSE_S", 0.01)
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(WebServer(answer))


def site(server: WebServer | str, timeout_s: float = 10.0, retries: int = 1) -> Site:
    url = server if isinstance(server, str) else server.url
    return Site("lab", url, timeout_s=timeout_s, retries=retries)


def test_json_is_read_as_the_requested_type(serve: Serve) -> None:
    server = serve(lambda asked: Reply(body={"names": ["a"], "pushSecret": "top-secret"}))
    answer = site(server.url + "/").get("/api/x%3Ay", params={"limit": "5"}, headers=SECRET)
    assert answer.read(dict[str, object])["names"] == ["a"]
    assert server.paths == ["/api/x%3Ay limit=5"]
    assert server.asked[0].headers["authorization"] == "Token top-secret"
    assert "top-secret" not in repr(answer)
    with pytest.raises(RegistryUnavailable, match="unreadable response"):
        answer.read(list[str])


def test_a_compressed_answer_is_read_but_not_one_that_hides_its_size(
    serve: Serve,
) -> None:
    once = gzip.compress(json.dumps(["a"]).encode())
    bodies = {"gzip": once, "gzip, gzip": gzip.compress(once)}
    server = serve(
        lambda asked: Reply(
            body=bodies[asked.query["as"]], headers={"Content-Encoding": asked.query["as"]}
        )
    )
    assert site(server).get("x", params={"as": "gzip"}).read(list[str]) == ["a"]
    with pytest.raises(RegistryUnavailable, match="unreadable response"):
        site(server).get("x", params={"as": "gzip, gzip"})


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b'{"a": ', b"[" * 100_000])
def test_a_body_that_is_not_json_is_reported(serve: Serve, body: bytes) -> None:
    answer = site(serve(lambda asked: Reply(body=body))).get("x")
    with pytest.raises(RegistryUnavailable, match="unreadable response"):
        answer.read(dict[str, object])


def test_an_answer_beyond_the_size_limit_is_refused(serve: Serve) -> None:
    server = serve(lambda asked: Reply(body=b"x" * 100_000))
    with pytest.raises(RegistryUnavailable, match="larger than 1"):
        site(server).get("x", limit_bytes=1024)


def test_a_slow_server_is_given_up_and_not_asked_twice(serve: Serve) -> None:
    server = serve(lambda asked: Reply(pause_s=60))
    with taking_less_than(20), pytest.raises(RegistryUnavailable, match="in time"):
        site(server, timeout_s=0.2, retries=3).get("x")
    assert len(server.asked) == 1


def test_a_server_that_trickles_bytes_is_given_up(serve: Serve) -> None:
    server = serve(lambda asked: Reply(body=b"x" * 6000, trickle_s=0.01))
    with (
        taking_less_than(20),
        pytest.raises(RegistryUnavailable, match="did not finish its response"),
    ):
        site(server, timeout_s=0.2).get("x")


def test_a_passing_failure_is_retried_and_a_lasting_one_is_reported(serve: Serve) -> None:
    replies = iter([DROP, Reply(503), Reply(body="[]"), Reply(502), Reply(502), Reply(500)])
    server = serve(lambda asked: next(replies))
    assert site(server, retries=2).get("x").status == 200
    assert site(server, retries=1).get("x").status == 502
    assert site(server, retries=1).get("x").status == 500
    assert len(server.asked) == 6
    replies = iter([DROP, DROP])
    with pytest.raises(RegistryUnavailable, match="closed the connection"):
        site(server, retries=1).get("x")


def test_a_truncated_answer_is_an_error(serve: Serve) -> None:
    server = serve(lambda asked: Reply(body="[1, 2, 3]", cut_after=4))
    with pytest.raises(RegistryUnavailable, match="closed the connection"):
        site(server).get("x")


def test_an_unreachable_server_is_reported_with_the_reason() -> None:
    with pytest.raises(RegistryUnavailable, match="nothing is listening at this address"):
        site(unused_url(), retries=0).get("x")
    with pytest.raises(RegistryUnavailable, match="host name was not found"):
        site("http://no-such-host.invalid", retries=0).get("x")


def test_a_server_without_tls_is_reported(serve: Serve) -> None:
    server = serve(lambda asked: Reply())
    with pytest.raises(RegistryUnavailable, match="TLS"):
        site(server.url.replace("http:", "https:"), retries=0).get("x")


def test_credentials_are_sent_only_to_the_same_server(serve: Serve) -> None:
    elsewhere = serve(lambda asked: Reply(body="[]"))

    def lead(asked: Asked) -> Reply:
        if asked.path == "/first":
            return Reply(301, headers={"Location": "second"})
        return Reply(302, headers={"Location": f"{elsewhere.url}/third?signature=1"})

    server = serve(lead)
    answer = site(server).get("first", params={"a": "b"}, headers={**SECRET, "Accept": "x/y"})
    assert answer.status == 200
    assert server.paths == ["/first a=b", "/second"]
    assert server.asked[1].headers["authorization"] == "Token top-secret"
    assert elsewhere.paths == ["/third signature=1"]
    assert elsewhere.asked[0].headers["accept"] == "x/y"
    assert "top-secret" not in str(elsewhere.asked[0].headers)


def test_a_signed_address_receives_no_credentials_even_on_the_same_server(serve: Serve) -> None:
    server = serve(
        lambda asked: Reply(302, headers={"Location": "/signed"}) if asked.path == "/x" else Reply()
    )
    with site(server).session() as session:
        for is_handed_on in (False, True):
            with session.stream("x", headers=SECRET, start=5, is_handed_on=is_handed_on):
                pass
    kept, dropped = (request.headers for request in server.asked if request.path == "/signed")
    assert kept["authorization"] == "Token top-secret"
    assert "top-secret" not in str(dropped)
    assert dropped["range"] == "bytes=5-"


@pytest.mark.parametrize(
    ("url", "target", "may"),
    [
        ("https://a.org/x", "https://a.org:443/y", True),
        ("http://a.org/x", "https://a.org/x", True),
        ("https://a.org/x", "http://a.org/x", False),
        ("https://a.org/x", "https://a.org:8443/x", False),
        ("http://a.org:8000/x", "https://a.org/x", False),
        ("https://a.org/x", "https://a.org.evil.net/x", False),
        ("https://a.org/x", "https://b.a.org/x", False),
    ],
)
def test_credentials_may_follow_a_redirect_to_tls_on_the_same_server(
    url: str, target: str, may: bool
) -> None:
    assert redirects.may_receive(url, target) is may


@pytest.mark.parametrize("location", ["/again", "file:///etc/passwd", "http://[", "http://a:b:c/"])
def test_redirects_without_a_target_end(serve: Serve, location: str) -> None:
    server = serve(lambda asked: Reply(302, headers={"Location": location}))
    with pytest.raises(RegistryUnavailable):
        site(server).get("x")
    assert len(server.asked) <= 6


@pytest.mark.parametrize(
    ("wait", "after_s", "when"),
    [("86392", 86392, "24 hours"), ("5", 5, "in 5 seconds"), ("1", 1, "in a second"),
     ("1e99", 86400, "24 hours"),
     ("nan", 60, "in a minute"), ("-3", 60, "in a minute"), ("soon", 60, "in a minute"),
     ("Fri, 01 Jan 2100 00:00:00 GMT", 86400, "24 hours"), ("", 60, "in a minute")],
)  # fmt: skip
def test_a_server_with_a_request_limit_says_when_to_come_back(
    serve: Serve, wait: str, after_s: float, when: str
) -> None:
    server = serve(lambda asked: Reply(429, headers={"Retry-After": wait}))
    error = site(server).get("x").refused()
    assert isinstance(error, RegistryBusy)
    assert error.action == RetryAction(after_s=after_s)
    assert when in error.message


def test_other_refusals_say_what_to_do(serve: Serve) -> None:
    statuses = iter([401, 403, 500, 418])
    server = serve(lambda asked: Reply(next(statuses)))
    errors = [site(server).get("x").refused() for _ in range(4)]
    assert [type(error) for error in errors] == [
        RegistryDenied,
        RegistryDenied,
        RegistryUnavailable,
        RegistryUnavailable,
    ]
    assert isinstance(errors[0].action, ConfigureAction)
    assert isinstance(errors[1].action, ConfigureAction)
    assert "500" in errors[2].message
    assert "418" in errors[3].message


def test_no_secret_and_no_signed_address_is_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore.connection", "httpcore.http11"):
        caplog.set_level(logging.DEBUG, logger=name)
    elsewhere = serve(lambda asked: Reply(200, b"image"))
    server = serve(lambda asked: Reply(302, headers={"Location": elsewhere.url + "/?top-secret"}))
    site(server).get("x", headers=SECRET)
    with site(server).session() as session, session.stream("x", headers=SECRET) as stream:
        assert b"".join(stream.chunks()) == b"image"
    assert "top-secret" not in caplog.text
    # Other parts of the program may log their own requests.
    logging.getLogger("httpx").info("HTTP Request: GET elsewhere")
    assert "GET elsewhere" in caplog.text


# Downloads.

CONTENT = bytes(range(256)) * 4096


def download(server: WebServer) -> WebDownload:
    @contextmanager
    def begin(start: int) -> Iterator[Stream]:
        with site(server).session() as session, session.stream("image", start=start) as stream:
            yield stream

    return WebDownload(begin, size_bytes=None, digest=None, is_resumable=True)


@pytest.mark.parametrize("start", [0, 1, 300_000, len(CONTENT) - 1])
@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_download_starts_at_the_requested_byte(
    serve: Serve, start: int, has_ranges: bool
) -> None:
    server = serve(lambda asked: ranged(CONTENT, asked) if has_ranges else Reply(200, CONTENT))
    fetched = download(server)
    with fetched.open(start) as chunks:
        assert b"".join(chunks) == CONTENT[start:]
    assert fetched.size_bytes == len(CONTENT)
    assert server.asked[0].headers.get("range") == (f"bytes={start}-" if start else None)


def test_a_download_that_starts_too_late_or_is_refused_fails(serve: Serve) -> None:
    late = Reply(206, b"x", {"Content-Range": f"bytes 9-9/{len(CONTENT)}"})
    replies = iter([late, Reply(416), Reply(404)])
    fetched = download(serve(lambda asked: next(replies)))
    for _ in range(3):
        with pytest.raises(RegistryUnavailable), fetched.open(5):
            raise AssertionError("it was opened")


def test_a_truncated_download_is_reported(serve: Serve) -> None:
    server = serve(lambda asked: Reply(200, CONTENT, cut_after=500_000))
    got = bytearray()
    with (
        pytest.raises(RegistryUnavailable, match="closed the connection"),
        download(server).open() as chunks,
    ):
        for chunk in chunks:
            got += chunk
    assert bytes(got) == CONTENT[: len(got)]
