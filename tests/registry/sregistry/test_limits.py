"""The limits of a Singularity Registry Server on requests, by day and address."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ContainerBusy,
    ImageNotFound,
    RegistryBusy,
    RegistryUnavailable,
    RegistryUnreachable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import RetryAction
from jupyterlab_sregistry_globus.registry.base import RegistryBackend
from jupyterlab_sregistry_globus.registry.sregistry import facts, pauses

from ...support.listings import read
from ...support.webserver import DROP, Reply
from .helpers import LISTING, PUBLIC, SEARCH, UPPER, UPPER_DETAIL, Make, detail, fetched
from .recorded import NATIVE, RecordedRegistry

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
    assert registry.retry_after_s == facts.HOUR_S
    with pytest.raises(RegistryUnavailable) as caught:
        read(registry)
    assert registry.retry_delay_s(caught.value) == RegistryBackend.retry_after_s < 60
    busy = RegistryBusy("Busy.", action=RetryAction(after_s=86400))
    assert registry.retry_delay_s(busy) == 86400
    assert registry.retry_delay_s(RegistryUnavailable("Down.")) == facts.HOUR_S


def test_repeated_plans_send_one_request(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = make()
    for _ in range(5):
        registry.find(parse("genomics/samtools:1.20"))
        registry.storage(parse("genomics/samtools:1.20"))
        registry.inspect(parse("genomics/samtools:1.20"))
        registry.find(parse(UPPER))
        registry.inspect(parse(UPPER))
    search = f"{SEARCH}/genomics/name/samtools"
    assert played.registry.paths == [LISTING, search, UPPER_DETAIL]
    read(registry)
    registry.find(parse("genomics/samtools:1.20"))
    registry.find(parse(UPPER))
    monkeypatch.setattr(facts, "FRESH_S", 0)
    registry.find(parse("genomics/samtools:1.20"))
    registry.find(parse(UPPER))
    counts = Counter(played.registry.paths)
    assert counts == {LISTING: 2, search: 3, UPPER_DETAIL: 3}


def test_a_request_that_met_a_limit_is_not_repeated_for_a_while(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    played.limit(UPPER_DETAIL, "native_container_detail")
    played.limit("/v1/imagefile/", "library_imagefile")
    registry = make()
    for _ in range(3):
        with pytest.raises(RegistryBusy, match="24 hours"):
            registry.find(parse(UPPER))
        with pytest.raises(RegistryBusy, match="24 hours"):
            fetched(registry, "containers-lib/gatk:4.5")
    assert played.registry.paths == [
        UPPER_DETAIL,
        LISTING,
        f"{SEARCH}/containers-lib/name/gatk",
        "/v1/imagefile/containers-lib/gatk:4.5",
    ]
    played.replies.clear()
    read(registry)
    assert registry.find(parse(UPPER)).tag == "V2"
    played.limit("/v1/imagefile/", "library_imagefile")
    monkeypatch.setattr(pauses, "REST_S", 0)
    for _ in range(2):
        with pytest.raises(RegistryBusy):
            fetched(registry, "containers-lib/gatk:4.5")
    assert sum(path.startswith("/v1/imagefile") for path in played.registry.paths) == 3


def test_at_a_limit_images_with_a_digest_are_still_found(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "FRESH_S", 0)
    rows = [detail(), detail(tag="2", version=None)]
    for row in rows:
        del row["image"]
    played.reply(f"{SEARCH}/genomics/name/samtools", Reply(body=rows))
    unchecked = Reply(body=detail(collection="lab", name="Tool", tag="2", version=None))
    played.reply("/api/container/lab/Tool:2", unchecked)
    registry = make()
    registry.find(parse("genomics/samtools:1.20"))
    registry.find(parse("genomics/samtools:2"))
    registry.find(parse(UPPER))
    registry.find(parse("lab/Tool:2"))
    played.replies.clear()
    played.limit("/api/container/", "native_collections_list_anon")
    assert registry.find(parse("genomics/samtools:1.20")).digest == f"sha256:{NATIVE}"
    assert registry.find(parse(UPPER)).digest is not None
    for name in ("genomics/samtools:2", "genomics/samtools:latest", "lab/Tool:2", "lab/Tool:3"):
        with pytest.raises((RegistryBusy, ImageNotFound)):
            registry.find(parse(name))


def test_a_limit_of_one_container_is_not_that_of_the_registry(
    make: Make, played: RecordedRegistry
) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    played.reply("/api/container/containers-lib/UpperTool", Reply(body="429"))
    played.reply("/api/container/lab/Other", Reply(body=detail(collection="lab", name="Other")))
    played.reply("/containers/2/", Reply(403, "", page))
    registry = make()
    for ask in (
        lambda: registry.find(parse(UPPER)),
        lambda: fetched(registry, "genomics/samtools:1.20"),
    ):
        for _ in range(2):
            with pytest.raises(ContainerBusy, match="Other images are not affected"):
                ask()
    # Facts are still there, and so are other images.
    assert registry.find(parse("genomics/samtools:1.20")).digest
    assert registry.find(parse("lab/Other:1.20")).container == "Other"
    assert fetched(registry, "containers-lib/gatk:4.5")
    assert played.registry.paths.count(UPPER_DETAIL) == 1


def test_a_limit_of_the_registry_is_met_once_not_for_each_image(
    make: Make, played: RecordedRegistry
) -> None:
    played.limit("/api/container/", "native_collections_list_anon")
    registry = make()
    for number in range(10):
        with pytest.raises(RegistryBusy):
            registry.find(parse(f"genomics/tool-{number}:1"))
    assert len(played.registry.asked) == 2


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize(("wait", "pause_s"), [("", 30), ("5", 30), ("120", 120)])
def test_the_pause_is_short_when_only_the_gateway_answers(
    make: Make, played: RecordedRegistry, status: int, wait: str, pause_s: float
) -> None:
    headers = {"Retry-After": wait} if wait else {}
    played.reply("/api/collections/", Reply(status, headers=headers))
    registry = make()
    with pytest.raises(RegistryUnreachable, match=f"status {status}") as caught:
        read(registry)
    assert registry.retry_delay_s(caught.value) == pause_s


def test_the_pause_is_short_when_an_answer_breaks_off_or_does_not_come(
    make: Make, played: RecordedRegistry
) -> None:
    for reply in (Reply(body=b"{" * 100, cut_after=50), DROP, Reply(pause_s=60)):
        played.reply("/api/collections/", reply)
        registry = make(timeout_s=0.2)
        with pytest.raises(RegistryUnreachable) as caught:
            registry.find(parse("genomics/samtools:1.20"))  # first asks whether it is public
        assert registry.retry_delay_s(caught.value) == 30


def test_retry_after_five_means_five_seconds(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/", Reply(429, headers={"Retry-After": "5"}))
    registry = make()
    with pytest.raises(RegistryBusy, match="in 5 seconds") as caught:
        read(registry)
    assert registry.retry_delay_s(caught.value) == 5


def test_a_short_limit_is_a_short_pause(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(pauses.time, "monotonic", lambda: now)
    played.reply("/api/container/", Reply(429, headers={"Retry-After": "5"}))
    registry = make()
    with pytest.raises(RegistryBusy):
        registry.find(parse("genomics/samtools:1.20"))
    played.replies.clear()
    with pytest.raises(RegistryBusy):
        registry.find(parse("genomics/samtools:1.20"))
    now += 5.1
    assert registry.find(parse("genomics/samtools:1.20")).tag == "1.20"
