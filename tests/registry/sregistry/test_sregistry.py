"""A Singularity Registry Server is borne with, trap by trap; its answers are those recorded."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    ReferenceMalformed,
    RegistryBusy,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction, RetryAction
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry, Download, RegistryBackend
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.registry.sregistry import client as sregistry_client
from jupyterlab_sregistry_globus.registry.sregistry import registry as sregistry
from jupyterlab_sregistry_globus.registry.sregistry.account import Account

from ...support.listings import images_of, read
from ...support.webserver import Reply, taking_less_than
from .recorded import CONTENT, DIGEST, LIBRARY, NATIVE, PRIVATE, TOKENS, RecordedRegistry, recording

DETAIL = "/api/container/genomics/samtools:1.20"
PUBLIC = [
    "containers-lib/UpperTool:V2",
    "containers-lib/alpine-arm:latest",
    "containers-lib/alpine:3.19",
    "containers-lib/alpine:latest",
    "containers-lib/gatk:4.5",
    "genomics/blast:2.15",
    "genomics/bwa:0.7.17",
    "genomics/samtools:1.19",
    "genomics/samtools:1.20",
    "genomics/samtools:latest",
    "genomics/tiny:latest",
    "ml-models/pytorch:2.1",
    "ml-models/pytorch:2.2",
    "tools/my.tool_x:v1.0-rc",
    "vsoch/hello-world/vsoch%2Fhello-world:latest",
]

Make = Callable[..., RegistryBackend]


@pytest.fixture
def played() -> Iterator[RecordedRegistry]:
    with RecordedRegistry() as played:
        yield played


@pytest.fixture
def make(played: RecordedRegistry, home: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    for name in ("BASE", "USERNAME", "TOKEN"):
        monkeypatch.delenv(f"SREGISTRY_REGISTRY_{name}", raising=False)

    def make(user: str | None = None, **entry: Any) -> RegistryBackend:
        if user is not None:
            entry = {"username": user, "token": TOKENS.get(user, "wrong"), **entry}
        return backend({"url": played.url, **entry})

    return make


def backend(entry: dict[str, Any]) -> RegistryBackend:
    timeout_s = entry.pop("timeout_s", 5)
    settings = SRegistryGlobus(
        registries=[{"name": "lab", "kind": "sregistry", **entry}], upstream_timeout_s=timeout_s
    )
    (made,) = make_backends(settings, None)  # type: ignore[arg-type]
    return made


def names(registry: RegistryBackend) -> list[str]:
    return sorted(image.reference.removeprefix("lab://") for image in images_of(registry))


def fetched(registry: RegistryBackend, reference: str, start: int = 0) -> tuple[Download, bytes]:
    storage = registry.storage(parse(reference))
    assert storage is not None
    assert storage.download is not None
    with storage.download.open(start) as chunks:
        return storage.download, b"".join(chunks)


# What there is.


def test_one_request_lists_all_that_is_public_and_done(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make("bob")
    images, summary = read(registry)
    assert sorted(image.reference.removeprefix("lab://") for image in images) == PUBLIC
    assert summary.remark == ""
    (asked,) = played.registry.asked
    assert (asked.path, asked.query) == ("/api/collections/", {"limit": "1000000"})
    assert asked.headers["authorization"] == "Token bobs-token"


def test_5_unfinished_pushes_are_no_images(make: Make) -> None:
    assert "DUMMY-" in json.dumps(recording("a03e"))
    registry = make()
    assert not any("DUMMY" in name for name in names(registry))
    with pytest.raises(ImageNotFound):
        registry.find(parse("genomics/halfpushed:DUMMY-328e6060-24f2-4a22-a2e5-3d613c3b0e54"))


def test_rows_that_come_twice_are_one_image_and_odd_ones_are_told(
    make: Make, played: RecordedRegistry
) -> None:
    rows = [
        {"name": "a", "tag": "1"},
        {"name": "a", "tag": "1"},
        {"name": "a:b", "tag": "c"},
        {"name": "a", "tag": "x y"},
        {"name": None, "tag": "1"},
        {},
    ]
    page = {"count": 3, "results": [{"name": "c", "containers": rows}, {"name": None}]}
    played.reply("/api/collections/", Reply(body=page))
    images, summary = read(make())
    assert [image.reference for image in images] == ["lab://c/a:1"]
    assert summary.remark == (
        "Left out: 2 images whose names the server cannot be asked for. "
        "The server told of 2 of its 3 collections."
    )


def test_an_image_is_found_with_its_digest_whatever_frozen_or_odd_its_name(make: Make) -> None:
    registry = make()
    image = registry.find(parse("genomics/samtools:1.20"))
    assert (image.reference, image.digest) == (
        "lab://genomics/samtools:1.20",
        f"sha256:{DIGEST[NATIVE]}",
    )
    frozen = registry.inspect(parse("genomics/samtools:1.19"))
    assert frozen.image.tag == "1.19"
    assert frozen.definition is not None
    assert "biocontainers/samtools" in frozen.definition
    odd = registry.find(parse("lab://vsoch/hello-world/vsoch%2Fhello-world:latest"))
    assert odd.digest is None
    assert registry.find(parse("containers-lib/UpperTool:V2")).tag == "V2"


def test_no_tag_means_latest_or_else_the_only_one(make: Make, played: RecordedRegistry) -> None:
    registry = make()
    assert registry.find(parse("genomics/samtools")).tag == "latest"
    assert played.registry.paths == ["/api/container/genomics/samtools:latest"]
    played.reply("/api/container/genomics/bwa:0.7.17", Reply(body=detail(name="bwa", tag="0.7.17")))
    assert registry.find(parse("genomics/bwa")).tag == "0.7.17"
    with pytest.raises(ImageNotFound, match=r"Its tags are 1\.19, 1\.20, latest"):
        registry.find(parse("genomics/samtools:3"))


def detail(**changes: Any) -> dict[str, Any]:
    """A detail as it was recorded, with changes."""
    return {**recording("a09")["body"], **changes}


# What a client must bear, by number.


def test_1_the_version_is_a_digest_only_where_it_is_a_sha256(
    make: Make, played: RecordedRegistry
) -> None:
    whole = "0" * 64
    for number, (version, digest) in enumerate(
        [
            (f"sha256.{whole}", f"sha256:{whole}"),
            ("b74397138c1009946ae08ce68e0d3dfa", None),
            ("sha256.aa11", None),
            (None, None),
            (17, None),
        ]
    ):
        body = detail(tag=str(number), version=version)
        played.reply(f"/api/container/genomics/samtools:{number}", Reply(body=body))
        found = make().find(parse(f"genomics/samtools:{number}@sha256:{whole}"))
        assert found.digest == digest


def test_1_a_tag_that_was_pushed_anew_is_not_what_was_chosen(make: Make) -> None:
    registry = make()
    reference = f"genomics/samtools:1.20@sha256:{DIGEST[NATIVE]}"
    assert registry.find(parse(reference)).digest == f"sha256:{DIGEST[NATIVE]}"
    with pytest.raises(ImageChanged, match="is now sha256:"):
        registry.find(parse(f"genomics/samtools:1.20@sha256:{'0' * 64}"))


def test_1_another_image_than_was_asked_for_is_none(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/container/genomics/samtools:2", Reply(body=detail(tag="1.20")))
    with pytest.raises(ImageNotFound):
        make().find(parse("genomics/samtools:2"))
    with pytest.raises(ImageNotFound):
        make().find(parse("Genomics/samtools:1.20"))


LIMITS = [
    ("native_collections_list_anon", "/api/collections/"),
    ("native_container_detail", "/api/container/"),
    ("native_container_detail_token", "/api/container/"),
    ("library_imagefile", "/v1/imagefile/"),
    ("download", "/containers/"),
]


@pytest.mark.parametrize(("limit", "path"), LIMITS)
def test_2_a_limit_is_told_with_when_to_come_back(
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


def test_2_a_limit_on_a_courtesy_hides_nothing(make: Make, played: RecordedRegistry) -> None:
    played.limit("/api/collection/", "native_collection_name")
    with pytest.raises(ImageNotFound):
        make().find(parse("genomics/samtools:9"))


def test_2_one_listing_an_hour_unless_somebody_asks(
    make: Make, played: RecordedRegistry, tmp_path: Path
) -> None:
    played.limit("/api/collections/", "native_collections_list_anon")
    first = Catalog([make()], tmp_path / "catalog.sqlite3")
    for _ in range(3):
        (shown,) = first.overview().registries
        assert (shown.state, shown.listed_at) == ("failed", None)
    assert len(played.registry.asked) == 1
    # A start does not ask either: all of a person's programs share the record.
    again = Catalog([make()], tmp_path / "catalog.sqlite3")
    again.overview()
    assert len(played.registry.asked) == 1
    played.replies.clear()
    (shown,) = again.refresh().registries
    assert (shown.state, shown.images_count) == ("ready", len(PUBLIC))
    assert len(played.registry.asked) == 2
    again.overview()
    first.images()
    assert len(played.registry.asked) == 2


def test_2_a_listing_that_fails_is_not_asked_for_twice_at_once(
    make: Make, played: RecordedRegistry
) -> None:
    played.reply("/api/collections/", Reply(503))
    with pytest.raises(RegistryUnavailable):
        read(make())
    assert len(played.registry.asked) == 1


def test_2_at_a_limit_the_last_listing_is_shown_with_its_age(
    make: Make, played: RecordedRegistry, tmp_path: Path
) -> None:
    catalog = Catalog([make()], tmp_path / "catalog.sqlite3")
    listed_at = catalog.overview().registries[0].listed_at
    played.limit("/api/collections/", "native_collections_list_anon")
    (shown,) = catalog.refresh().registries
    assert (shown.state, shown.listed_at) == ("failed", listed_at)
    assert "24 hours" in shown.message
    assert catalog.images().total == len(PUBLIC)


def test_2_a_server_that_could_not_be_reached_is_tried_again_soon(make: Make) -> None:
    registry = make(url="http://127.0.0.1:9")
    assert registry.retry_after_s == sregistry.HOUR_S
    with pytest.raises(RegistryUnavailable) as caught:
        read(registry)
    assert registry.retry_delay_s(caught.value) == RegistryBackend.retry_after_s < 60
    busy = RegistryBusy("Busy.", action=RetryAction(after_s=86400))
    assert registry.retry_delay_s(busy) == 86400
    assert registry.retry_delay_s(RegistryUnavailable("Down.")) == sregistry.HOUR_S


def test_2_a_plan_made_again_and_again_asks_once(
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


def test_2_what_met_a_limit_is_left_alone_for_a_while(
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


def test_2_at_a_limit_what_globus_will_check_is_still_found(
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


@pytest.mark.parametrize(("body", "error"), [("429", RegistryBusy), ("400", RegistryUnavailable)])
def test_3_a_status_that_is_sent_as_a_body_is_one(
    make: Make, played: RecordedRegistry, body: str, error: type[Exception]
) -> None:
    assert recording("e01")["body"] == 429
    played.reply("/api/", Reply(body=body, headers={"Content-Type": "application/json"}))
    with pytest.raises(error):
        make().find(parse("genomics/samtools:1.20"))
    with pytest.raises(error):
        read(make())


def test_3_an_empty_success_is_no_image(make: Make, played: RecordedRegistry) -> None:
    assert recording("a07d")["body"] == {}
    played.reply("/api/container/", Reply(body={}))
    with pytest.raises(ImageNotFound, match="Search for its name"):
        make().find(parse("nope/nope:1"))
    assert "/api/collection/nope" in played.registry.paths


@pytest.mark.parametrize(
    "body", ["", "<html>Sign in</html>", "[]", "null", '"x"', '{"count": "x"}']
)
def test_3_what_is_no_listing_is_no_empty_one(
    make: Make, played: RecordedRegistry, body: str
) -> None:
    played.reply("/api/", Reply(body=body))
    with pytest.raises(RegistryUnavailable, match="cannot be read"):
        read(make())
    if not body.startswith('{"'):
        with pytest.raises(RegistryUnavailable, match="cannot be read"):
            make().find(parse("a/b:1"))


def test_4_the_size_is_what_was_recorded_or_what_the_storage_says(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make()
    assert registry.find(parse("containers-lib/alpine:3.19")).size_bytes == 2_000_000
    # Roundings to megabytes, as of the frozen one, are no sizes.
    assert registry.find(parse("genomics/samtools:1.19")).size_bytes is None
    assert registry.find(parse("containers-lib/gatk:4.5")).size_bytes is None
    assert played.storage.asked == []
    for _ in range(3):
        storage = registry.storage(parse("containers-lib/gatk:4.5"))
        assert storage is not None
        assert storage.download is not None
        assert storage.download.size_bytes == len(CONTENT[LIBRARY])
    assert len(played.storage.asked) == 1
    storage = registry.storage(parse("genomics/samtools:1.20"))
    assert storage is not None
    assert storage.download is not None
    # Asking would count as a download.
    assert storage.download.size_bytes is None
    assert not any(path.startswith("/containers/") for path in played.registry.paths)


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


def test_7_no_time_is_shown_that_each_download_changes(make: Make) -> None:
    assert recording("a09")["body"]["add_date"]
    assert make().find(parse("genomics/samtools:1.20")).modified_at is None


@pytest.mark.parametrize(
    "name",
    ["a/b:c:d", "a/b%3Ac:d", "a/b:c%40d", "a/b:c d", "a/b:c?x", "a/b:c#x", "a/%2E:1", "a/b:é",
     "a/b:" + "c" * 300, "a/b%2F%2E%2E:1", "a/b:.."],
)  # fmt: skip
def test_8_a_name_that_could_hang_it_is_not_asked_for(
    make: Make, played: RecordedRegistry, name: str
) -> None:
    registry = make("bob")
    for ask in (registry.find, registry.storage, registry.inspect):
        with pytest.raises((ImageNotFound, ReferenceMalformed)):
            ask(parse(name))
    assert played.registry.asked == []


def test_8_a_server_that_hangs_is_left(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/container/", Reply(pause_s=60))
    registry = make(timeout_s=0.2)
    with taking_less_than(20), pytest.raises(RegistryUnavailable, match="in time"):
        registry.find(parse("genomics/samtools:1.20"))


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
    with pytest.raises(ImageNotFound, match="'dave' may read"):
        registry.find(parse("secret-lab/vault:latest"))
    assert names(registry) == PUBLIC


def test_9_who_is_nobody_is_told_to_become_somebody(make: Make) -> None:
    with pytest.raises(RegistryUnavailable, match="does not let us in") as caught:
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
        with pytest.raises(RegistryUnavailable, match="does not let us in"):
            backend({"url": played.url}).find(parse("genomics/samtools:1.20"))


# Where the bytes are.


@pytest.mark.parametrize(
    ("user", "reference", "content", "pattern"),
    [
        (None, "genomics/samtools:1.20", NATIVE, "genomics/samtools:1.20@*.sif"),
        ("bob", "genomics/samtools:1.20", NATIVE, "genomics/samtools:1.20@*.sif"),
        (None, "containers-lib/gatk:4.5", LIBRARY,
         f"containers-lib/gatk:sha256.{DIGEST[LIBRARY]}"),
        ("bob", "secret-lab/vault:latest", PRIVATE, "secret-lab/vault:latest@*.sif"),
    ],
)  # fmt: skip
def test_each_push_is_fetched_from_where_it_is(
    make: Make, user: str | None, reference: str, content: str, pattern: str
) -> None:
    registry = make(user)
    storage = registry.storage(parse(reference))
    assert storage is not None
    assert storage.pattern_below_root == pattern
    download, got = fetched(registry, reference)
    assert hashlib.sha256(got).hexdigest() == DIGEST[content]
    assert download.digest == f"sha256:{DIGEST[content]}"
    assert download.size_bytes == len(got)


def test_a_download_goes_on_where_it_was_cut_if_the_storage_can(
    make: Make, played: RecordedRegistry
) -> None:
    download, got = fetched(make(), "containers-lib/gatk:4.5", start=3_000_000)
    assert download.is_resumable
    assert got == CONTENT[LIBRARY][3_000_000:]
    assert played.storage.asked[-1].headers["range"] == "bytes=3000000-"
    native, got = fetched(make(), "genomics/samtools:1.20", start=1_000_000)
    assert not native.is_resumable
    assert got == CONTENT[NATIVE][1_000_000:]


def test_neither_token_nor_name_reaches_the_storage(make: Make, played: RecordedRegistry) -> None:
    fetched(make("bob"), "containers-lib/gatk:4.5")
    assert "authorization" in played.registry.asked[-1].headers
    assert all("authorization" not in asked.headers for asked in played.storage.asked)


def test_a_file_that_is_nowhere_is_told(make: Make, played: RecordedRegistry) -> None:
    for reference in (
        "containers-lib/UpperTool:V2",
        "vsoch/hello-world/vsoch%2Fhello-world:latest",
    ):
        with pytest.raises(ImageNotFound, match="does not hand out"):
            fetched(make(), reference)
    # Where a native push lies, nobody looks for one of the Library API: that is counted.
    assert not any(path.startswith("/containers/19/") for path in played.registry.paths)


def test_a_download_at_its_limit_or_behind_a_login_is_told(
    make: Make, played: RecordedRegistry
) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    assert recording("e01c")["status"] == 403
    played.reply("/containers/", Reply(403, "", page))
    with pytest.raises(RegistryBusy):
        fetched(make(), "genomics/samtools:1.20")
    played.reply("/containers/", Reply(200, "<html>Log in</html>", page))
    with pytest.raises(RegistryUnavailable, match="cannot be read"):
        fetched(make(), "genomics/samtools:1.20")


def test_no_question_is_one_that_makes_a_container(make: Make, played: RecordedRegistry) -> None:
    registry = make("bob", private=["secret-lab/vault:latest"])
    names(registry)
    for reference in PUBLIC:
        with suppress(ImageNotFound, RegistryUnavailable):
            fetched(registry, reference)
    asked = [path for path in played.registry.paths if path.startswith("/v1/")]
    assert asked
    assert [path for path in asked if not re.fullmatch(r"/v1/imagefile/[^/]+/[^/]+", path)] == []


# How it is set up.


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


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"url": "registry.example.org"}, "must be an address"),
        ({"url": "https://"}, "must be an address"),
        ({"url": "https://bob:pw@registry.example.org"}, "no name or password"),
        ({"url": "https://r.example.org", "token": "x"}, "both 'username' and 'token'"),
        ({"url": "https://r.example.org", "private": ["vault"]}, "names no collection"),
        ({"url": "https://r.example.org", "private": ["a/b:c:d"]}, "cannot be asked"),
        ({"url": "https://r.example.org", "endpoint_id": "x"}, "endpoint_path"),
    ],
)
def test_an_entry_that_is_wrong_says_what_to_write(
    home: Path, entry: dict[str, Any], problem: str
) -> None:
    broken = backend(entry)
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=re.escape(problem)):
        broken.find(parse("a/b:1"))


def test_ten_thousand_images_are_listed_in_one_answer_and_soon(
    make: Make, played: RecordedRegistry
) -> None:
    results = [
        {
            "id": number,
            "name": f"collection-{number}",
            "metadata": {},
            "containers": [
                {"name": f"tool-{one}", "tag": "1", "uri": "", "detail": ""} for one in range(200)
            ],
        }
        for number in range(50)
    ]
    played.reply("/api/collections/", Reply(body={"count": 50, "results": results}))
    started = time.monotonic()
    assert len(images_of(make())) == 10_000
    assert time.monotonic() - started < 20
    assert len(played.registry.asked) == 1
