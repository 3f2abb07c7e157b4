"""Servers whose certificate a site's own authority has signed."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
import requests

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import (
    GlobusUnavailable,
    RegistryUnavailable,
    SettingWrong,
)
from jupyterlab_sregistry_globus.globus.refusals import translated
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.net import trust
from jupyterlab_sregistry_globus.net.requests import BoundedSession
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.registry.web.http import Site

from ..support.webserver import Reply, WebServer

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the authority ``ca.pem`` and a server's ``server.pem``."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "extensions").write_text("subjectAltName=IP:127.0.0.1")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        folder, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem",
        "-days", "30", "-subj", "/CN=The site's authority",
        "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip
    openssl(folder, "req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=lab")
    openssl(
        folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-days", "30", "-extfile", "extensions", "-out", "server.crt",
    )  # fmt: skip
    both = (folder / "server.crt").read_text() + (folder / "server.key").read_text()
    (folder / "server.pem").write_text(both)
    (folder / "certificates").mkdir()
    (folder / "certificates" / "ca.pem").write_bytes((folder / "ca.pem").read_bytes())
    openssl(folder, "rehash", "certificates")
    return folder


@pytest.fixture
def server(authority: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem")
    served = WebServer(lambda asked: Reply(200, b"it works"))
    served._server.socket = context.wrap_socket(served._server.socket, server_side=True)
    with served:
        yield served.url.replace("http:", "https:")


def ask_registry(url: str, bundle: str = "") -> bytes:
    return Site("lab", url, retries=0, timeout_s=5, ca_bundle=bundle).get("").body


def ask_globus(url: str, bundle: str = "") -> bytes:
    with translated(), BoundedSession(10, bundle) as session:
        try:
            return session.get(url).content
        except requests.RequestException as error:
            # As globus-sdk does.
            raise globus_sdk.NetworkError("failed", error) from error


STACKS: dict[str, Callable[..., bytes]] = {"httpx": ask_registry, "requests": ask_globus}


@pytest.fixture(params=STACKS)
def ask(request: pytest.FixtureRequest) -> Callable[..., bytes]:
    return STACKS[request.param]


def test_an_unknown_authority_is_refused_with_what_to_set(
    ask: Callable[..., bytes], server: str
) -> None:
    with pytest.raises((RegistryUnavailable, GlobusUnavailable)) as caught:
        ask(server)
    for name in ("SRegistryGlobus.ca_bundle", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        assert name in caught.value.message


def test_the_setting_is_trusted(ask: Callable[..., bytes], server: str, authority: Path) -> None:
    assert ask(server, str(authority / "ca.pem")) == b"it works"
    assert ask(server, str(authority / "certificates")) == b"it works"


@pytest.mark.parametrize(
    ("variable", "file"),
    [
        ("SSL_CERT_FILE", "ca.pem"),
        ("SSL_CERT_DIR", "certificates"),
        ("REQUESTS_CA_BUNDLE", "ca.pem"),
        ("REQUESTS_CA_BUNDLE", "certificates"),
        ("CURL_CA_BUNDLE", "ca.pem"),
    ],
)
def test_the_usual_variables_are_trusted_by_both_libraries(
    ask: Callable[..., bytes],
    server: str,
    authority: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    file: str,
) -> None:
    monkeypatch.setenv(variable, str(authority / file))
    assert ask(server) == b"it works"


def test_the_setting_adds_to_what_a_variable_replaces(
    ask: Callable[..., bytes], server: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import certifi

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    assert ask(server, str(authority / "ca.pem")) == b"it works"
    with pytest.raises((RegistryUnavailable, GlobusUnavailable)):
        ask(server)


def test_the_certificates_of_the_system_are_trusted(
    ask: Callable[..., bytes], server: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(context: ssl.SSLContext, *arguments: Any) -> None:
        context.load_verify_locations(authority / "ca.pem")

    trust._httpx_context.cache_clear()
    trust._requests_context.cache_clear()
    with contextlib.ExitStack() as stack:
        stack.callback(trust._httpx_context.cache_clear)
        stack.callback(trust._requests_context.cache_clear)
        monkeypatch.setattr(ssl.SSLContext, "load_default_certs", load)
        assert ask(server) == b"it works"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "does not exist"), (b"", "holds no certificates"), (b"x" * 9, "holds no certificates")],
)
def test_a_file_that_cannot_be_used_is_named(
    ask: Callable[..., bytes], server: str, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises((RegistryUnavailable, SettingWrong)) as caught:
        ask(server, str(file))
    assert str(file) in caught.value.message
    assert problem in caught.value.message


def test_a_renewed_file_is_read_again(
    ask: Callable[..., bytes], server: str, authority: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"nothing yet")
    with pytest.raises((RegistryUnavailable, SettingWrong)):
        ask(server, str(file))
    file.write_bytes((authority / "ca.pem").read_bytes())
    assert ask(server, str(file)) == b"it works"


@pytest.mark.parametrize("is_own", [False, True])
def test_every_kind_of_registry_server_takes_the_setting(
    server: str, authority: Path, tmp_path: Path, is_own: bool
) -> None:
    bundle = {"ca_bundle": str(authority / "ca.pem")}
    common = {"url": server, **(bundle if is_own else {})}
    settings = SRegistryGlobus(
        registries=[
            {"name": "a", "kind": "sregistry", **common},
            {"name": "b", "kind": "library", "collections": ["a/b"], **common},
            {"name": "c", "kind": "oci", "repositories": ["a/b/c"], **common},
        ],
        cache_dir=str(tmp_path),
        **({} if is_own else bundle),
    )
    for backend in make_backends(settings, None):  # type: ignore[arg-type]
        # The server is reached, and answers as no registry does.
        with pytest.raises(RegistryUnavailable, match="unreadable response"):
            backend.find(parse("a/b/c:1"))


def test_a_wrong_host_name_is_no_question_of_the_authority(
    ask: Callable[..., bytes], server: str, authority: Path
) -> None:
    with pytest.raises((RegistryUnavailable, GlobusUnavailable)) as caught:
        ask(server.replace("127.0.0.1", "localhost"), str(authority / "ca.pem"))
    assert "ca_bundle" not in caught.value.message
