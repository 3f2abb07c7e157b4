"""Accounts at a Singularity Registry Server: private images, tokens and secrets."""

from __future__ import annotations

import json
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.cli.exits import exit_code
from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    RegistryDenied,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.sregistry.account import (
    Account,
    client_settings,
    server_url,
)

from ...support.listings import read
from ...support.webserver import Reply, taking_less_than
from .helpers import PUBLIC, Make, backend, fetched, names
from .recorded import DIGEST, PRIVATE, TOKENS, RecordedRegistry


def test_no_secret_is_kept_shown_or_logged(
    make: Make, played: RecordedRegistry, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    registry = make("bob", private=["secret-lab/vault:latest"])
    outputs = [caplog.text]
    catalog = Catalog([registry], tmp_path / "catalog.sqlite3")
    outputs.append(str(msgspec.json.encode(catalog.overview())))
    for name in ("genomics/samtools:1.20", "containers-lib/gatk:4.5", "secret-lab/vault:latest"):
        backend, image = catalog.find(f"lab://{name}")
        fetched(backend, image.reference)
        details = catalog.inspect(image.reference)
        storage = backend.storage(parse(image.reference))
        outputs += [repr(image), repr(storage), repr(details), str(msgspec.json.encode(details))]
    played.reply("/containers/", Reply(500))
    with pytest.raises(RegistryUnavailable) as caught:
        fetched(registry, "secret-lab/vault:latest")
    outputs += [
        repr(caught.value),
        repr(vars(registry)),
        repr(Account("bob", TOKENS["bob"])),
        caplog.text,
    ]
    outputs.append((tmp_path / "catalog.sqlite3").read_bytes().decode("latin-1"))
    text = "\n".join(outputs)
    secrets = [*TOKENS.values(), "cce42bf5", "6d70373c", "21fa6fc5", "X-Amz", "Signature="]
    assert [secret for secret in secrets if secret in text] == []


def test_the_configured_private_images_are_listed(make: Make, played: RecordedRegistry) -> None:
    named = ["secret-lab/vault:latest", "secret-lab/libvault:v1"]
    assert names(make("bob", private=named)) == sorted(PUBLIC + named)
    assert names(make(private=named)) == PUBLIC
    image = make("carol", private=named).find(parse("secret-lab/vault"))
    assert image.digest == f"sha256:{DIGEST[PRIVATE]}"
    assert len(played.registry.asked) == 3


def test_a_private_image_that_is_not_configured_is_found_by_name(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make("bob")
    assert registry.find(parse("secret-lab/vault:latest")).digest == f"sha256:{DIGEST[PRIVATE]}"
    schemes = [asked.headers["authorization"].partition(" ")[0] for asked in played.registry.asked]
    # The first asks which collections are public.
    assert schemes == ["Token", "Token", "SREGISTRY-HMAC-SHA256"]
    # By now the collection is known to be private.
    with pytest.raises(ImageNotFound):
        registry.find(parse("secret-lab/vault:v9"))
    detail_schemes = [
        asked.headers["authorization"].partition(" ")[0]
        for asked in played.registry.asked
        if asked.path.endswith(":v9")
    ]
    assert detail_schemes == ["SREGISTRY-HMAC-SHA256"]


def test_an_account_without_access_is_not_offered_the_image(make: Make) -> None:
    registry = make("dave", private=["secret-lab/vault:latest"])
    with pytest.raises(ImageNotFound, match="'dave' does not have permission to read"):
        registry.find(parse("secret-lab/vault:latest"))
    assert names(registry) == PUBLIC


def test_an_anonymous_user_is_told_to_configure_credentials(make: Make) -> None:
    with pytest.raises(RegistryUnavailable, match="denied access") as caught:
        make().find(parse("secret-lab/vault:latest"))
    assert isinstance(caught.value.action, ConfigureAction)
    assert "secret-lab/vault:latest, which is private" in caught.value.message
    assert "'username' and 'token'" in caught.value.message
    assert exit_code(caught.value) == 4


def test_the_signature_uses_the_servers_hour(make: Make, played: RecordedRegistry) -> None:
    played.clock_off = timedelta(hours=3)
    registry = make("bob", private=["secret-lab/vault:latest"])
    assert registry.find(parse("secret-lab/vault:latest")).tag == "latest"
    assert len(played.registry.asked) == 2


def test_a_rejected_signature_says_what_to_check(make: Make) -> None:
    entry = {"username": "bob", "token": TOKENS["carol"], "private": ["secret-lab/vault:latest"]}
    with pytest.raises(RegistryUnavailable, match="clock") as caught:
        make(**entry).find(parse("secret-lab/vault:latest"))
    assert isinstance(caught.value.action, ConfigureAction)


def test_a_wrong_token_is_reported(make: Make) -> None:
    for entry in ({}, {"private": ["secret-lab/vault:latest"]}):
        registry = make("eve", **entry)
        for ask in (
            lambda registry=registry: read(registry),
            lambda registry=registry: registry.find(parse("genomics/samtools:1.20")),
            lambda registry=registry: registry.find(parse("secret-lab/vault:latest")),
        ):
            with pytest.raises(RegistryDenied, match="token") as caught:
                ask()
            assert isinstance(caught.value.action, ConfigureAction)
            assert exit_code(caught.value) == 4
            assert not caught.value.retryable


def test_a_server_that_requires_a_token_accepts_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RecordedRegistry(requires_token=True) as played:
        entry = {"url": played.url, "username": "bob", "token": TOKENS["bob"]}
        assert backend(entry).find(parse("genomics/samtools:1.20")).tag == "1.20"
        for name in ("genomics/samtools:1.20", "genomics/Samtools:1", "secret-lab/vault:latest"):
            with pytest.raises(RegistryUnavailable, match="denied access") as caught:
                backend({"url": played.url}).find(parse(name))
            assert "'username' and 'token'" in caught.value.message
            assert f"{played.url}/token" in caught.value.message
            assert exit_code(caught.value) == 4
        # It takes no signature for a token, so that private images can't be had.
        with pytest.raises(RegistryDenied, match="API_REQUIRE_AUTH"):
            backend({**entry, "private": ["secret-lab/vault:latest"]}).find(
                parse("secret-lab/vault:latest")
            )


def test_the_clients_configuration_is_used(
    make: Make, played: RecordedRegistry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"registry": {"base": played.url, "username": "bob", "token": TOKENS["bob"]}}
    (home / ".sregistry").write_text(json.dumps({"hub": {}, **secrets}))
    made = backend({})
    assert made.location == played.url
    assert made.find(parse("secret-lab/vault:latest")).tag == "latest"
    monkeypatch.setenv("SREGISTRY_REGISTRY_USERNAME", "dave")
    monkeypatch.setenv("SREGISTRY_REGISTRY_TOKEN", TOKENS["dave"])
    with pytest.raises(ImageNotFound, match="'dave'"):
        backend({}).find(parse("secret-lab/vault:latest"))
    # The entry's own account is preferred.
    own = {"url": played.url, "username": "carol", "token": TOKENS["carol"]}
    assert backend(own).find(parse("secret-lab/vault:latest")).tag == "latest"


def test_a_token_is_used_only_for_its_own_registry(
    played: RecordedRegistry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("BASE", "https://registry.example.org"), ("USERNAME", "bob"),
                        ("TOKEN", TOKENS["bob"])):  # fmt: skip
        monkeypatch.setenv(f"SREGISTRY_REGISTRY_{name}", value)
    names(backend({"url": played.url}))
    assert "authorization" not in played.registry.asked[0].headers


@pytest.mark.parametrize("content", ["", "{", "[]", '{"registry": 1}', '{"registry": {"base": 1}}'])
def test_a_broken_client_configuration_is_ignored(
    home: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SREGISTRY_REGISTRY_BASE", raising=False)
    (home / ".sregistry").write_text(content)
    broken = backend({})
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match="'url' must be an address"):
        read(broken)


FORMS = [
    {"registry": {"base": "URL", "username": "bob", "token": "<token>"}},
    {"registry": {"base": "URL/api", "username": "bob", "token": "<token>"}},
    {"registry": {"base": "URL/api/", "username": "bob", "token": "<token>"}},
    {
        "hub": {"base": "https://hub.example.org/api"},
        "registry": {
            "SREGISTRY_REGISTRY_BASE": "URL",
            "SREGISTRY_REGISTRY_USERNAME": "bob",
            "SREGISTRY_REGISTRY_TOKEN": "<token>",
        },
    },
    {
        "SREGISTRY_REGISTRY_BASE": "URL/",
        "SREGISTRY_REGISTRY_USERNAME": "bob",
        "SREGISTRY_REGISTRY_TOKEN": "<token>",
    },
    {"base": "URL/api", "registry": {"username": "bob", "SREGISTRY_REGISTRY_TOKEN": " <token> "}},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_the_clients_file_is_read_in_each_of_its_forms(
    played: RecordedRegistry,
    make: Make,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: dict[str, Any],
    is_elsewhere: bool,
) -> None:
    text = json.dumps(form).replace("URL", played.url).replace("<token>", TOKENS["bob"])
    if is_elsewhere:
        (home / ".sregistry").write_text("{}")
        monkeypatch.setenv("SREGISTRY_CLIENT_SECRETS", "~/secrets.json")
        (home / "secrets.json").write_text(text)
    else:
        monkeypatch.delenv("SREGISTRY_CLIENT_SECRETS", raising=False)
        (home / ".sregistry").write_text(text)
    made = backend({})
    assert made.location == played.url
    assert made.find(parse("secret-lab/vault:latest")).tag == "latest"
    # An entry with its own address takes the account as well.
    own = backend({"url": f"{played.url}/api"})
    assert own.location == played.url
    assert own.find(parse("secret-lab/vault:latest")).tag == "latest"


@pytest.mark.parametrize(
    ("base", "url", "is_own"),
    [
        ("registry.example.org", "https://registry.example.org", True),
        ("registry.example.org/api", "https://registry.example.org:443/", True),
        ("registry.example.org:8443", "https://registry.example.org:8443", True),
        ("registry.example.org", "http://registry.example.org", False),
        ("https://registry.example.org/api", "https://registry.example.org", True),
        ("http://registry.example.org:80", "http://registry.example.org/api", True),
        ("registry.example.org.evil.example", "https://registry.example.org", False),
        ("", "https://registry.example.org", False),
    ],
)
def test_an_account_belongs_to_its_server_however_that_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, base: str, url: str, is_own: bool
) -> None:
    monkeypatch.delenv("SREGISTRY_CLIENT_SECRETS", raising=False)
    monkeypatch.delenv("SREGISTRY_REGISTRY_NOHTTPS", raising=False)
    for name, value in (("BASE", base), ("USERNAME", "bob"), ("TOKEN", "x")):
        monkeypatch.setenv(f"SREGISTRY_REGISTRY_{name}", value)
    account = client_settings().account_at(server_url(url))
    assert (account is not None) == is_own


def test_a_server_without_tls_is_one_by_the_clients_own_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SREGISTRY_REGISTRY_NOHTTPS", "1")
    monkeypatch.setenv("SREGISTRY_REGISTRY_BASE", "localhost:8000/api")
    assert client_settings().base == "http://localhost:8000"


def test_a_pipe_in_the_place_of_the_clients_file_is_ignored(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SREGISTRY_CLIENT_SECRETS", raising=False)
    os.mkfifo(home / ".sregistry")
    with taking_less_than(10):
        assert client_settings().token == ""
