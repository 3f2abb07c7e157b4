"""Addresses of files on collections, and what is no such address."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from jupyterlab_sregistry_globus.errors import BadRequest, EndpointNotUsable
from jupyterlab_sregistry_globus.globus.httpsaddresses import encoded, file_address
from jupyterlab_sregistry_globus.models.endpoints import Endpoint, Readiness

from ..support.oddnames import ODD_NAMES
from ..support.webserver import Reply, WebServer

NAMES = (
    *(name for name in ODD_NAMES if "\n" not in name),
    "#?%+:@ &;=,$!*'()[]\\^`{|}~",
    "%2e%2e",
    "%2F",
    "...",
    "..a",
    "\t",
    unicodedata.normalize("NFC", "äé가"),
    unicodedata.normalize("NFD", "äé가"),
    "x" * 255,
    "é" * 127,
)


def endpoint(https_server: str | None) -> Endpoint:
    return Endpoint(
        "an-id", "Alder", "GCSv5_guest_collection", Readiness("ready"), https_server=https_server
    )


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with WebServer(lambda asked: Reply()) as server:
        yield server


@pytest.mark.parametrize("name", NAMES)
def test_a_path_arrives_at_the_server_as_it_was(server: WebServer, name: str) -> None:
    path = f"/a folder/{name}/{name}"
    address = file_address(endpoint(f"{server.url}/https/an-id/"), path, is_sandbox=True)
    with httpx.Client(trust_env=False) as client:
        client.get(address)
    asked = server.asked[-1]
    assert asked.query == {}
    assert unquote(asked.path) == f"/https/an-id{path}"


@pytest.mark.parametrize(
    "path",
    [
        "/a\nb",
        "/a\rb",
        "/a\0b",
        "/..",
        "/a/../../b",
        "/a/./b",
        "/.",
        "a/b",
        "",
        "~/b",
        "/a\udcffb",
    ],
)
def test_a_path_that_would_name_something_else_is_refused(path: str) -> None:
    with pytest.raises(BadRequest):
        encoded(path)


@pytest.mark.parametrize("is_sandbox", [False, True])
@pytest.mark.parametrize(
    "server",
    [
        None,
        "",
        "http://files.example.org",
        "http://127.0.0.1.example.org/",
        "http://127.0.0.1@example.org/",
        "https://files.example.org@evil.example.org/",
        "https://files.example.org\\@evil.example.org/",
        "ftp://files.example.org/",
        "files.example.org",
        "https://files.example.org/?to=",
        "https://files.example.org/#",
    ],
)
def test_a_token_has_no_address_where_the_server_is_not_safe(
    server: str | None, is_sandbox: bool
) -> None:
    with pytest.raises(EndpointNotUsable) as caught:
        file_address(endpoint(server), "/a", is_sandbox=is_sandbox)
    assert "Alder" in str(caught.value)


def test_only_the_sandbox_may_be_plain_http_on_this_machine() -> None:
    here = endpoint("http://127.0.0.1:8000/https/an-id")
    assert urlsplit(file_address(here, "/a", is_sandbox=True)).path == "/https/an-id/a"
    with pytest.raises(EndpointNotUsable):
        file_address(here, "/a", is_sandbox=False)


def test_the_servers_own_folder_and_port_are_kept() -> None:
    address = file_address(
        endpoint("https://g-1.example.org:8443/b%20c/"), "/a b", is_sandbox=False
    )
    assert address == "https://g-1.example.org:8443/b%20c/a%20b"
