"""Errors name the environment variable at fault, and never show its value."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import RegistryUnavailable, SRegistryGlobusError
from jupyterlab_sregistry_globus.globus.clients import Clients
from jupyterlab_sregistry_globus.globus.probes import Probes
from jupyterlab_sregistry_globus.net.environment import explained, faults
from jupyterlab_sregistry_globus.registry.web.http import Site
from jupyterlab_sregistry_globus.services import Services

from ..support.webserver import Reply, WebServer, unused_url

VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GLOBUS_SDK_ENVIRONMENT",
    "GLOBUS_SDK_HTTP_TIMEOUT",
    "GLOBUS_SDK_VERIFY_SSL",
    "GLOBUS_SDK_SERVICE_URL_AUTH",
    "GLOBUS_SDK_SERVICE_URL_TRANSFER",
)
SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES[:11]:
        monkeypatch.delenv(name, raising=False)


def values(folder: Path) -> Iterator[str]:
    """Empty, garbage, a megabyte, a missing path, an unreadable one, and kinds of addresses."""
    locked = folder / "locked"
    locked.mkdir(exist_ok=True)
    yield from ("", f"{SECRET} %%[::: \t:", "x" * 1_000_000, str(folder / "missing"), str(locked))
    yield from ("http://[", "http://:0", f"gopher://{SECRET}@x:70", f"http://{'a' * 70}.test:1")
    yield from ("socks5://127.0.0.1:1", "socks9://127.0.0.1:1", "http://127.0.0.1:1", "/dev/null")


def check_all(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]
) -> None:
    for value in values(folder):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            try:
                ask()
            except SRegistryGlobusError as error:
                assert SECRET not in error.message
                assert len(error.message) < 2000


@pytest.mark.parametrize("name", VARIABLES)
def test_globus_is_reached_or_refused_in_our_words(
    name: str, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.settings.upstream_retries = 0

    def ask() -> None:
        probes = Probes(Clients(services.settings, services.parts.credentials))
        # The refusal of the first must not hide that of the second.
        with suppress(SRegistryGlobusError):
            probes.auth()
        probes.transfer()

    check_all(name, tmp_path, monkeypatch, ask)


@pytest.mark.parametrize("name", [name for name in VARIABLES if "GLOBUS" not in name])
def test_a_registry_is_reached_or_refused_in_our_words(
    name: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer(lambda asked: Reply(body="[]")) as server:
        for url in (server.url, server.url.replace("http:", "https:")):
            site = Site("lab", url, retries=0)

            def get(site: Site = site) -> None:
                site.get("x")

            def download(site: Site = site) -> None:
                with site.session() as session, session.stream("x") as stream:
                    list(stream.chunks())

            check_all(name, tmp_path, monkeypatch, get)
            check_all(name, tmp_path, monkeypatch, download)


def test_a_registry_says_which_variable_is_at_fault(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site("lab", unused_url(), retries=0)
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    with pytest.raises(RegistryUnavailable, match="SSL_CERT_FILE names a file that does not exist"):
        site.get("x")
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "socksio", None)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "socksio" else find(name, *rest),
    )
    with pytest.raises(RegistryUnavailable, match=r"pip install 'httpx\[socks\]'"):
        site.get("x")


def test_a_broken_address_of_globus_breaks_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_AUTH", "http://[")
    assert SRegistryGlobus().is_sandbox is False


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HTTPS_PROXY", f"http://{SECRET}@[", "HTTPS_PROXY is not an address"),
        ("https_proxy", "gopher://x:1", "https_proxy names a proxy of an unsupported type"),
        ("ALL_PROXY", "x" * 70_000, "ALL_PROXY is too long"),
        ("NO_PROXY", "%%", "NO_PROXY is not a list"),
        ("SSL_CERT_FILE", "/no/such/file", "SSL_CERT_FILE names a file that does not exist"),
        ("SSL_CERT_FILE", "/", "SSL_CERT_FILE names a file that cannot be read"),
        ("SSL_CERT_FILE", os.devnull, "SSL_CERT_FILE names a file that contains no certificates"),
        ("SSL_CERT_DIR", "/no/such/folder", "SSL_CERT_DIR names a folder that does not exist"),
        ("REQUESTS_CA_BUNDLE", "/no/such/file", "REQUESTS_CA_BUNDLE names a file"),
        ("GLOBUS_SDK_ENVIRONMENT", "moon", "GLOBUS_SDK_ENVIRONMENT names no Globus environment"),
        ("GLOBUS_SDK_VERIFY_SSL", "maybe", "GLOBUS_SDK_VERIFY_SSL names a file"),
        (
            "GLOBUS_SDK_SERVICE_URL_AUTH",
            "ftp://x",
            "GLOBUS_SDK_SERVICE_URL_AUTH is not an http or https address",
        ),
    ],
)
def test_the_variable_at_fault_is_named(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faults() == ""
    monkeypatch.setenv(name, value)
    assert said in faults()
    assert "unset it" in faults()
    assert SECRET not in faults()
    assert said in explained(ValueError("whatever"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "http://user:password@proxy.example.org:3128"),
        ("HTTP_PROXY", "proxy.example.org:3128"),
        ("ALL_PROXY", "socks5h://127.0.0.1:1080"),
        ("NO_PROXY", "localhost,127.0.0.0/8,.example.org,*"),
        ("NO_PROXY", "[::1], ::1"),
        ("GLOBUS_SDK_ENVIRONMENT", "preview"),
        ("GLOBUS_SDK_VERIFY_SSL", "False"),
    ],
)
def test_what_is_right_is_no_fault(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert faults() == ""


def test_a_socks_proxy_without_its_packages_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name in ("socks", "socksio") else find(name, *rest),
    )
    assert "pip install 'httpx[socks]' 'pysocks'" in faults()


def test_an_unknown_failure_says_where_to_look() -> None:
    said = explained(ZeroDivisionError(SECRET))
    assert "ZeroDivisionError" in said
    assert "HTTPS_PROXY" in said
    assert SECRET not in said
