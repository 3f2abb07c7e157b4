"""Redirects of registries are followed only to allowed places, with few credentials."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from jupyterlab_sregistry_globus.errors import RegistryUnavailable
from jupyterlab_sregistry_globus.models.actions import ConfigureAction
from jupyterlab_sregistry_globus.registry.web.http import Site
from jupyterlab_sregistry_globus.registry.web.redirects import Redirects, allowed_headers
from jupyterlab_sregistry_globus.registry.web.server import Server

from ...support.misbehaving import Proxy
from ...support.webserver import Reply, WebServer

URL = "https://registry.example.org/api"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/x?y=z#f", "https://registry.example.org/x?y=z"),
        ("https://user:password@storage.example.org/x", "https://storage.example.org/x"),
        ("https:///x", "https://registry.example.org/x"),
        ("//STORAGE.example.org:444/x", "https://storage.example.org:444/x"),
        ("https://b\u00fccher.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://[2001:4860:4860::8888]:8443/", "https://[2001:4860:4860::8888]:8443/"),
    ],
)
def test_an_address_is_rebuilt_without_credentials(location: str, target: str) -> None:
    assert Redirects(Server("lab", URL)).follow(URL, location) == target


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://registry.example.org/x", "from https to http"),
        ("http://[", "invalid"),
        ("https://a:b:c/", "invalid"),
        ("https://a.org:99999/", "invalid"),
        ("file:///etc/passwd", "invalid"),
        ("https://" + "a" * 64 + ".org/", "invalid"),
        ("https://" + "a." * 200 + "org/", "invalid"),
        ("https://a..org/", "invalid"),
        ("https://a.org\\@b.org/", "invalid"),
        ("/" + "x" * 20_000, "invalid"),
        ("https://127.0.0.1/", "loopback"),
        ("https://localhost:9000/", "MINIO_EXTERNAL_SERVER"),
        ("https://169.254.169.254/latest/meta-data", "link-local"),
        ("https://10.0.0.7/", "private address"),
        ("https://[::1]/", "loopback"),
        ("https://[::ffff:10.0.0.7]/", "private address"),
    ],
)
def test_an_address_that_a_server_may_not_lead_to_is_refused(location: str, said: str) -> None:
    with pytest.raises(RegistryUnavailable, match=said):
        Redirects(Server("lab", URL)).follow(URL, location)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"])
def test_a_host_that_the_entry_lists_may_be_led_to(host: str) -> None:
    rules = Redirects(Server("lab", URL, redirect_hosts=[host]))
    written = f"[{host}]" if ":" in host else host
    target = f"https://{written}:9000/x"
    assert rules.follow(URL, target) == target
    rules.peer_check(target)(host)
    with pytest.raises(RegistryUnavailable):
        rules.follow(URL, "https://10.9.9.9/")


def test_the_message_names_the_setting() -> None:
    with pytest.raises(RegistryUnavailable, match=r"add '10\.0\.0\.7' to 'redirect_hosts'") as no:
        Redirects(Server("lab", URL)).follow(URL, "https://10.0.0.7/")
    assert isinstance(no.value.action, ConfigureAction)
    assert "MINIO" not in no.value.message


def test_a_name_is_judged_by_the_address_that_it_leads_to() -> None:
    rules = Redirects(Server("lab", URL))
    check = rules.peer_check("https://storage.example.org/x")
    check("8.8.8.8")
    check(None)  # behind a proxy, which alone knows
    for peer in ("127.0.0.1", "10.0.0.7", "169.254.169.254", "::ffff:127.0.0.1"):
        with pytest.raises(RegistryUnavailable, match=r"storage\.example\.org"):
            check(peer)


def test_a_registry_in_a_private_network_may_lead_to_its_store_there() -> None:
    rules = Redirects(Server("lab", URL))
    rules.check_own("10.0.0.1")
    rules.peer_check("https://store.example.org/")("10.0.0.7")
    with pytest.raises(RegistryUnavailable, match="loopback"):
        rules.follow(URL, "https://127.0.0.1:9000/")
    rules.check_own("8.8.8.8")
    with pytest.raises(RegistryUnavailable, match="private"):
        rules.peer_check("https://store.example.org/")("10.0.0.7")


SECRET = {"Authorization": "Token secret", "Accept": "x/y"}


@pytest.mark.parametrize(
    ("url", "target", "is_handed_on", "is_kept"),
    [
        ("https://a.org/x", "https://a.org/y", False, True),
        ("https://a.org/x", "https://a.org/y", True, False),
        ("https://a.org/x", "https://b.org/x", False, False),
        ("http://a.org/x?y", "https://a.org/x?y", False, True),
        ("http://a.org/x?y", "https://a.org/x?y", True, True),
        ("http://a.org/x", "https://a.org/signed", True, False),
        ("http://a.org/x", "https://b.org/x", True, False),
    ],
)
def test_credentials_stay_with_the_server(
    url: str, target: str, is_handed_on: bool, is_kept: bool
) -> None:
    headers = allowed_headers(url, target, SECRET, is_handed_on=is_handed_on)
    assert headers == (SECRET if is_kept else {"Accept": "x/y"})


# Over sockets.


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_the_address_that_is_connected_to_counts(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = stack.enter_context(WebServer(lambda asked: Reply(body="[]")))
    port = inner.url.rpartition(":")[2]
    # A name that says nothing of where it leads.
    outer = stack.enter_context(
        WebServer(lambda asked: Reply(302, headers={"Location": f"http://inner.test:{port}/x"}))
    )
    look_up = socket.getaddrinfo

    def look_up_here(host, *rest, **options):
        return look_up("127.0.0.1" if host == "inner.test" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    # From this computer to this computer is allowed.
    assert Site("lab", outer.url).get("x").status == 200
    asked = len(inner.asked)
    # A registry that only a proxy can reach counts as public. The redirect passes by the proxy.
    proxy = stack.enter_context(Proxy({"registry.test": int(outer.url.rpartition(":")[2])}))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "inner.test")
    site = Site("lab", "http://registry.test")
    with pytest.raises(RegistryUnavailable, match=r"inner\.test, which is a loopback address"):
        site.get("x")
    assert len(inner.asked) == asked
    allowed = Site("lab", "http://registry.test", redirect_hosts=["inner.test"])
    assert allowed.get("x").status == 200
    assert len(inner.asked) == asked + 1


def test_behind_a_proxy_the_name_counts(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    places = iter(["http://127.0.0.1:9/", "http://store.test/", "http://10.0.0.7/"])
    outer = stack.enter_context(
        WebServer(
            lambda asked: (
                Reply(302, headers={"Location": next(places)})
                if asked.path == "/x"
                else Reply(body="[]")
            )
        )
    )
    port = int(outer.url.rpartition(":")[2])
    proxy = stack.enter_context(Proxy({"registry.test": port, "store.test": port}))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    site = Site("lab", "http://registry.test", retries=0)
    with pytest.raises(RegistryUnavailable, match="loopback"):
        site.get("x")
    assert site.get("x").status == 200
    with pytest.raises(RegistryUnavailable, match="private"):
        site.get("x")
    assert proxy.asked == ["HTTP registry.test"] * 2 + ["HTTP store.test", "HTTP registry.test"]
