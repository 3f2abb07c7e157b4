"""The limits of a Singularity Registry Server on requests, by day and address."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    RegistryBusy,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import RetryAction
from jupyterlab_sregistry_globus.registry.base import RegistryBackend
from jupyterlab_sregistry_globus.registry.sregistry import client as sregistry_client
from jupyterlab_sregistry_globus.registry.sregistry import registry as sregistry

from ...support.listings import read
from ...support.webserver import Reply
from .helpers import DETAIL, PUBLIC, Make, detail, fetched
from .recorded import DIGEST, NATIVE, RecordedRegistry

LIMITS = [
    ("native_collections_list_anon", "/api/collections/"),
    ("native_container_detail", "/api/container/"),
    ("native_container_detail_token", "/api/container/"),
    ("library_imagefile", "/v1/imagefile/"),
    ("download", "/containers/"),
]


@pytest.mark.parametrize(("limit", "path"), LIMITS)
def test_a_limit_says_when_to_come_back(
    make: Make, played: RecordedRegistry, limit: str, path: str
) -> None:
    played.limit(path, limit)
    registry = make("bob")
    with pytest.raises(RegistryBusy, match="in about 24 hours") as caught:
        if "/api/collections/" in path:
            read(registry)
        elif path == "/api/container/":
            registry.find(parse("genomics/samtools:1.20"))
        else:
            fetched(registry, "genomics/samtools:1.20")
    assert "Authorization" not in caught.value.message


def test_a_limit_on_an_optional_request_hides_nothing(make: Make, played: RecordedRegistry) -> None:
    played.limit("/api/collection/", "native_collection_name")
    with pytest.raises(ImageNotFound):
        make().find(parse("genomics/samtools:9"))


def test_there_is_one_listing_an_hour_unless_the_user_asks(
    make: Make, played: RecordedRegistry, tmp_path: Path
) -> None:
    played.limit("/api/collections/", "native_collections_list_anon")
    first = Catalog([make()], tmp_path / "catalog.sqlite3")
    for _ in range(3):
        (shown,) = first.overview().registries
        assert (shown.state, shown.listed_at) == ("failed", None)
    assert len(played.registry.asked) == 1
    # A restart sends no request either: all programs of a user share the cache.
    second = Catalog([make()], tmp_path / "catalog.sqlite3")
    second.overview()
    assert len(played.registry.asked) == 1
    played.replies.clear()
    (shown,) = second.refresh().registries
    assert (shown.state, shown.images_count) == ("ready", len(PUBLIC))
    assert len(played.registry.asked) == 2
    second.overview()
    first.images()
    assert len(played.registry.asked) == 2


def test_a_failed_listing_is_not_repeated_at_once(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/collections/", Reply(503))
    with pytest.raises(RegistryUnavailable):
        read(make())
    assert len(played.registry.asked) == 1


def test_at_a_limit_the_last_listing_is_shown_with_its_age(
    make: Make, played: RecordedRegistry, tmp_path: Path
) -> None:
    catalog = Catalog([make()], tmp_path / "catalog.sqlite3")
    listed_at = catalog.overview().registries[0].listed_at
    played.limit("/api/collections/", "native_collections_list_anon")
    (shown,) = catalog.refresh().registries
    assert (shown.state, shown.listed_at) == ("failed", listed_at)
    assert "24 hours" in shown.message
    assert catalog.images().total == len(PUBLIC)


def test_an_unreachable_server_is_retried_soon(make: Make) -> None:
    registry = make(url="http://127.0.0.1:9")
    assert registry.retry_after_s == sregistry.HOUR_S
    with pytest.raises(RegistryUnavailable) as caught:
        read(registry)
    assert registry.retry_delay_s(caught.value) == RegistryBackend.retry_after_s < 60
    busy = RegistryBusy("Busy.", action=RetryAction(after_s=86400))
    assert registry.retry_delay_s(busy) == 86400
    assert registry.retry_delay_s(RegistryUnavailable("Down.")) == sregistry.HOUR_S


def test_repeated_plans_send_one_request(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = make()
    for _ in range(5):
        registry.find(parse("genomics/samtools:1.20"))
        registry.storage(parse("genomics/samtools:1.20"))
        registry.inspect(parse("genomics/samtools:1.20"))
    assert played.registry.paths == [DETAIL]
    read(registry)
    registry.find(parse("genomics/samtools:1.20"))
    assert played.registry.paths.count(DETAIL) == 2
    monkeypatch.setattr(sregistry, "FRESH_S", 0)
    registry.find(parse("genomics/samtools:1.20"))
    assert played.registry.paths.count(DETAIL) == 3


def test_a_request_that_met_a_limit_is_not_repeated_for_a_while(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    played.limit("/api/container/genomics/bwa", "native_container_detail")
    played.limit("/v1/imagefile/", "library_imagefile")
    registry = make()
    for _ in range(3):
        with pytest.raises(RegistryBusy, match="24 hours"):
            registry.find(parse("genomics/bwa:0.7.17"))
        with pytest.raises(RegistryBusy, match="24 hours"):
            fetched(registry, "containers-lib/gatk:4.5")
    assert [path.split("/")[-1] for path in played.registry.paths] == [
        "bwa:0.7.17",
        "gatk:4.5",
        "gatk:4.5",
    ]
    played.replies.clear()
    read(registry)
    assert registry.find(parse("genomics/bwa:0.7.17")).tag == "0.7.17"
    played.limit("/v1/imagefile/", "library_imagefile")
    monkeypatch.setattr(sregistry_client, "REST_S", 0)
    for _ in range(2):
        with pytest.raises(RegistryBusy):
            fetched(registry, "containers-lib/gatk:4.5")
    assert sum(path.startswith("/v1/imagefile") for path in played.registry.paths) == 3


def test_at_a_limit_images_with_a_digest_are_still_found(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sregistry, "FRESH_S", 0)
    unchecked = Reply(body=detail(tag="2", version=None))
    played.reply("/api/container/genomics/samtools:2", unchecked)
    registry = make()
    registry.find(parse("genomics/samtools:1.20"))
    registry.find(parse("genomics/samtools:2"))
    played.replies.clear()
    played.limit("/api/container/", "native_container_detail")
    assert registry.find(parse("genomics/samtools:1.20")).digest == f"sha256:{DIGEST[NATIVE]}"
    with pytest.raises(RegistryBusy):
        registry.find(parse("genomics/samtools:2"))
    with pytest.raises(RegistryBusy):
        registry.find(parse("genomics/samtools:latest"))
