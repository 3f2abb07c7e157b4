"""Who asks a Singularity Registry Server: private images, tokens, and secrets that stay secret."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
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


def test_6_no_secret_is_kept_shown_or_logged(
    make: Make, played: RecordedRegistry, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    registry = make("bob", private=["secret-lab/vault:latest"])
    seen = [caplog.text]
    catalog = Catalog([registry], tmp_path / "catalog.sqlite3")
    seen.append(str(msgspec.json.encode(catalog.overview())))
    for name in ("genomics/samtools:1.20", "containers-lib/gatk:4.5", "secret-lab/vault:latest"):
        backend, image = catalog.find(f"lab://{name}")
        fetched(backend, image.reference)
        details = catalog.inspect(image.reference)
        storage = backend.storage(parse(image.reference))
        seen += [repr(image), repr(storage), repr(details), str(msgspec.json.encode(details))]
    played.reply("/containers/", Reply(500))
    with pytest.raises(RegistryUnavailable) as caught:
        fetched(registry, "secret-lab/vault:latest")
    seen += [
        repr(caught.value),
        repr(vars(registry)),
        repr(Account("bob", TOKENS["bob"])),
        caplog.text,
    ]
    seen.append((tmp_path / "catalog.sqlite3").read_bytes().decode("latin-1"))
    text = "\n".join(seen)
    secrets = [*TOKENS.values(), "cce42bf5", "6d70373c", "21fa6fc5", "X-Amz", "Signature="]
    assert [secret for secret in secrets if secret in text] == []


def test_9_private_images_are_those_that_are_named(make: Make, played: RecordedRegistry) -> None:
    named = ["secret-lab/vault:latest", "secret-lab/libvault:v1"]
    assert names(make("bob", private=named)) == sorted(PUBLIC + named)
    assert names(make(private=named)) == PUBLIC
    image = make("carol", private=named).find(parse("secret-lab/vault"))
    assert image.digest == f"sha256:{DIGEST[PRIVATE]}"
    assert len(played.registry.asked) == 3


def test_9_a_private_image_that_is_not_named_is_found_by_whoever_knows_of_it(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make("bob")
    assert registry.find(parse("secret-lab/vault:latest")).digest == f"sha256:{DIGEST[PRIVATE]}"
    ways = [asked.headers["authorization"].partition(" ")[0] for asked in played.registry.asked]
    assert ways == ["Token", "SREGISTRY-HMAC-SHA256"]
    # Known to be private by now.
    with pytest.raises(ImageNotFound):
        registry.find(parse("secret-lab/vault:v9"))
    detail_ways = [
        asked.headers["authorization"].partition(" ")[0]
        for asked in played.registry.asked
        if asked.path.endswith(":v9")
    ]
    assert detail_ways == ["SREGISTRY-HMAC-SHA256"]


def test_9_who_may_not_see_an_image_is_not_offered_it(make: Make) -> None:
    registry = make("dave", private=["secret-lab/vault:latest"])
    with pytest.raises(ImageNotFound, match="'dave' may not read"):
        registry.find(parse("secret-lab/vault:latest"))
    assert names(registry) == PUBLIC


def test_9_who_is_nobody_is_told_to_become_somebody(make: Make) -> None:
    with pytest.raises(RegistryUnavailable, match="denied access") as caught:
        make().find(parse("secret-lab/vault:latest"))
    assert isinstance(caught.value.action, ConfigureAction)


def test_9_the_hour_of_the_server_signs(make: Make, played: RecordedRegistry) -> None:
    played.clock_off = timedelta(hours=3)
    registry = make("bob", private=["secret-lab/vault:latest"])
    assert registry.find(parse("secret-lab/vault:latest")).tag == "latest"
    assert len(played.registry.asked) == 2


def test_9_a_signature_that_is_never_right_says_what_to_look_at(make: Make) -> None:
    entry = {"username": "bob", "token": TOKENS["carol"], "private": ["secret-lab/vault:latest"]}
    with pytest.raises(RegistryUnavailable, match="clock") as caught:
        make(**entry).find(parse("secret-lab/vault:latest"))
    assert isinstance(caught.value.action, ConfigureAction)


def test_a_token_that_is_wrong_says_so(make: Make) -> None:
    registry = make("eve")
    for ask in (lambda: read(registry), lambda: registry.find(parse("genomics/x:1"))):
        with pytest.raises(RegistryUnavailable) as caught:
            ask()
        assert isinstance(caught.value.action, ConfigureAction)


def test_a_server_that_lets_in_nobody_without_a_token_takes_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RecordedRegistry(wants_token=True) as played:
        entry = {"url": played.url, "username": "bob", "token": TOKENS["bob"]}
        assert backend(entry).find(parse("genomics/samtools:1.20")).tag == "1.20"
        with pytest.raises(RegistryUnavailable, match="denied access"):
            backend({"url": played.url}).find(parse("genomics/samtools:1.20"))


def test_what_the_client_is_set_up_with_is_used(
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
    # The entry's own comes first.
    own = {"url": played.url, "username": "carol", "token": TOKENS["carol"]}
    assert backend(own).find(parse("secret-lab/vault:latest")).tag == "latest"


def test_a_token_is_for_its_own_registry_alone(
    played: RecordedRegistry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("BASE", "https://registry.example.org"), ("USERNAME", "bob"),
                        ("TOKEN", TOKENS["bob"])):  # fmt: skip
        monkeypatch.setenv(f"SREGISTRY_REGISTRY_{name}", value)
    names(backend({"url": played.url}))
    assert "authorization" not in played.registry.asked[0].headers


@pytest.mark.parametrize("content", ["", "{", "[]", '{"registry": 1}', '{"registry": {"base": 1}}'])
def test_a_client_set_up_badly_is_as_one_not_set_up(
    home: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SREGISTRY_REGISTRY_BASE", raising=False)
    (home / ".sregistry").write_text(content)
    broken = backend({})
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match="'url' must be an address"):
        read(broken)
