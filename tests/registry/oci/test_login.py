"""Logging in to an OCI registry: bounded, in our words, and with the password where it belongs."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest

from jupyterlab_sregistry_globus.errors import RegistryUnavailable
from jupyterlab_sregistry_globus.models.actions import ConfigureAction
from jupyterlab_sregistry_globus.registry.oci.login import OciLogin
from jupyterlab_sregistry_globus.registry.web.http import Site

from ...support.webserver import Asked, Reply, WebServer, taking_less_than
from .ocihub import basic


def authorize(header: str, url: str, username: str = "ada", **options) -> str:
    site = Site("hub", url, timeout_s=2, retries=0, **options)
    login = OciLogin(site, username, "secret")
    with site.session() as session:
        return login.authorize(session, "lab/x", header)


def token_at(server: WebServer, path: str = "/token", **parameters: str) -> str:
    rest = "".join(f',{name}="{value}"' for name, value in parameters.items())
    return f'Bearer realm="{server.url}{path}"{rest}'


def test_a_token_is_asked_for_as_the_challenge_says(home):
    with WebServer(lambda asked: Reply(body={"access_token": "t0ken"})) as server:
        header = token_at(
            server, "/token?account=lab", service="hub", scope="repository:lab/x:pull"
        )
        assert authorize(header, server.url) == "Bearer t0ken"
        assert authorize(token_at(server), server.url, "") == "Bearer t0ken"
    assert server.asked[0].query == {
        "account": "lab",
        "service": "hub",
        "scope": "repository:lab/x:pull",
    }
    assert server.asked[0].headers["authorization"] == basic("ada", "secret")
    assert server.asked[1].query == {"scope": "repository:lab/x:pull"}
    assert "authorization" not in server.asked[1].headers


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"token": 7}',
        b'{"token": null}',
        b'{"token": "a b"}',
        b'{"token": "a\\r\\nX: y"}',
        b'{"token": "\\u0101"}',
        b'{"token": "' + b"x" * 500_000 + b'"}',
        b"[" * 100_000,
        gzip.compress(b"[" * 5_000_000),
    ],
)
def test_an_odd_token_answer_is_refused_in_our_words(body, home):
    headers = {"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {}
    with (
        WebServer(lambda asked: Reply(body=body, headers=headers)) as server,
        pytest.raises(RegistryUnavailable, match=r"unreadable response|a response larger than"),
    ):
        authorize(token_at(server), server.url)


def test_a_few_compressed_bytes_do_not_fill_the_memory(home):
    bomb = gzip.compress(b'{"token": "' + b"x" * 300_000_000)
    assert len(bomb) < 400_000
    server = WebServer(lambda asked: Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    with server, taking_less_than(20):
        tracemalloc.start()
        with pytest.raises(RegistryUnavailable, match="larger than"):
            authorize(token_at(server), server.url)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10_000_000


def test_the_password_goes_to_no_other_site(home):
    with WebServer(lambda asked: Reply(body={"token": "t0ken"})) as elsewhere:
        header = token_at(elsewhere).replace("127.0.0.1", "localhost")
        with pytest.raises(RegistryUnavailable, match="add 'localhost' to 'redirect_hosts'") as no:
            authorize(header, "http://127.0.0.1:9")
        assert isinstance(no.value.action, ConfigureAction)
        assert elsewhere.asked == []
        # Without a password, or where the entry says so, it may.
        assert authorize(header, "http://127.0.0.1:9", "") == "Bearer t0ken"
        allowed = authorize(header, "http://127.0.0.1:9", redirect_hosts=["localhost"])
        assert allowed == "Bearer t0ken"


def test_the_password_follows_no_redirect_to_another_server(home):
    with WebServer(lambda asked: Reply(body={"token": "t0ken"})) as elsewhere:
        place = f"{elsewhere.url}/token"
        with WebServer(lambda asked: Reply(302, headers={"Location": place})) as server:
            assert authorize(token_at(server), server.url) == "Bearer t0ken"
    assert "authorization" not in elsewhere.asked[0].headers


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Negotiate",
        'Bearer realm="http://registry.example.org/token"',
        'Bearer realm="ftp://127.0.0.1/token"',
        'Bearer realm="https://["',
        'Bearer realm="https://user:password@127.0.0.1:1/token"',
        'Bearer realm="https://' + "a" * 300 + '.org/token"',
        'Bearer realm="https://\u00e4\u00f6.example.org\\evil/token"',
        'Bearer realm="http://127.0.0.1:99999/"',
        "\x00",
    ],
)
@pytest.mark.parametrize("username", ["ada", ""])
def test_an_odd_challenge_is_refused_in_our_words(header, username, home):
    with pytest.raises(RegistryUnavailable):
        authorize(header, "http://127.0.0.1:9", username)


def test_a_server_that_asks_for_the_password_itself_gets_it(home):
    assert authorize("Basic", "https://registry.example.org") == basic("ada", "secret")
    with pytest.raises(RegistryUnavailable, match="denied access"):
        authorize("Basic", "https://registry.example.org", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"auths": 7}',
        b'{"auths": {"127.0.0.1:9": {"auth": 7}}}',
        b'{"auths": {"127.0.0.1:9": {"auth": "%%%"}}}',
        b'{"auths": {"127.0.0.1:9": {"auth": "AAAA/w=="}}}',
        b'{"credsStore": "no-such-helper"}',
        b'{"credsStore": 7}',
        b"[" * 100_000,
    ],
)
def test_a_malformed_docker_configuration_is_told(content, home):
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_bytes(content)
    with pytest.raises(RegistryUnavailable, match="denied access"):
        authorize("Basic", "http://127.0.0.1:9", "")


def test_a_hanging_docker_helper_is_left_behind(home, tmp_path, monkeypatch):
    helper = tmp_path / "docker-credential-slow"
    helper.write_text("#!/bin/sh\nsleep 20\n")
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps({"credsStore": "slow"}))
    with taking_less_than(6), pytest.raises(RegistryUnavailable, match="did not respond"):
        authorize("Basic", "http://127.0.0.1:9", "")


def test_a_refused_password_is_told_and_a_busy_server_too(home):
    replies = iter([Reply(401), Reply(403), Reply(429), Reply(500)])

    def answer(asked: Asked) -> Reply:
        return next(replies)

    with WebServer(answer) as server:
        for said in ("denied access", "denied access", "reached its request limit", "status 500"):
            with pytest.raises(RegistryUnavailable, match=said):
                authorize(token_at(server), server.url)
