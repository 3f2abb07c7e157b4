"""Accounts at a Singularity Registry Server: private images, tokens and secrets."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

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
from jupyterlab_sregistry_globus.registry.sregistry.account import Account

from ...support.listings import read
from ...support.webserver import Reply
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
    with pytest.raises(ImageNotFound, match="'dave' may not read"):
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
