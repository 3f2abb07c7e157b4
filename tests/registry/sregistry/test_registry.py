"""Images that a Singularity Registry Server lists and finds, with recorded answers."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    ReferenceMalformed,
    RegistryBusy,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry

from ...support.listings import images_of, read
from ...support.webserver import Reply, taking_less_than
from .helpers import LISTING, PUBLIC, SEARCH, Make, backend, detail, names
from .recorded import DIGEST, NATIVE, RecordedRegistry, recording


def test_one_request_lists_all_public_and_finished_images(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make("bob")
    images, summary = read(registry)
    assert sorted(image.reference.removeprefix("lab://") for image in images) == PUBLIC
    assert summary.remark == ""
    (asked,) = played.registry.asked
    assert (asked.path, asked.query) == ("/api/collections/", {"limit": "1000000"})
    assert asked.headers["authorization"] == "Token bobs-token"


def test_unfinished_pushes_are_not_images(make: Make) -> None:
    assert "DUMMY-" in json.dumps(recording("a03e"))
    registry = make()
    assert not any("DUMMY" in name for name in names(registry))
    with pytest.raises(ImageNotFound):
        registry.find(parse("genomics/halfpushed:DUMMY-328e6060-24f2-4a22-a2e5-3d613c3b0e54"))


def test_repeated_rows_are_one_image_and_invalid_ones_are_reported(
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
        "Not listed: 2 images whose names the server does not accept in a request. The server "
        "listed 2 of its 3 collections."
    )


def test_an_image_is_found_with_its_digest_even_if_frozen_or_oddly_named(make: Make) -> None:
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


def test_a_missing_tag_means_latest_or_the_only_tag(make: Make, played: RecordedRegistry) -> None:
    registry = make()
    assert registry.find(parse("genomics/samtools")).tag == "latest"
    assert played.registry.paths == [LISTING, f"{SEARCH}/genomics/name/samtools"]
    assert registry.find(parse("genomics/bwa")).tag == "0.7.17"
    with pytest.raises(ImageNotFound, match=r"Available tags: 1\.19, 1\.20, latest"):
        registry.find(parse("genomics/samtools:3"))


def test_the_version_is_a_digest_only_if_it_is_a_sha256(
    make: Make, played: RecordedRegistry
) -> None:
    whole = "0" * 64
    versions = [
        (f"sha256.{whole}", f"sha256:{whole}"),
        ("b74397138c1009946ae08ce68e0d3dfa", None),
        ("sha256.aa11", None),
        (None, None),
        (17, None),
    ]
    rows = [detail(tag=str(number), version=row[0]) for number, row in enumerate(versions)]
    played.reply(f"{SEARCH}/genomics/name/samtools", Reply(body=rows))
    for number, (version, digest) in enumerate(versions):
        image = make().find(parse(f"genomics/samtools:{number}@sha256:{whole}"))
        assert image.digest == digest
        body = detail(name="Samtools", tag=str(number), version=version)
        played.reply(f"/api/container/genomics/Samtools:{number}", Reply(body=body))
        image = make().find(parse(f"genomics/Samtools:{number}@sha256:{whole}"))
        assert image.digest == digest


def test_a_tag_with_new_content_is_refused(make: Make) -> None:
    registry = make()
    reference = f"genomics/samtools:1.20@sha256:{DIGEST[NATIVE]}"
    assert registry.find(parse(reference)).digest == f"sha256:{DIGEST[NATIVE]}"
    with pytest.raises(ImageChanged, match="is now sha256:"):
        registry.find(parse(f"genomics/samtools:1.20@sha256:{'0' * 64}"))


def test_an_answer_about_another_image_is_ignored(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/container/genomics/samtools:2", Reply(body=detail(tag="1.20")))
    with pytest.raises(ImageNotFound):
        make().find(parse("genomics/samtools:2"))
    with pytest.raises(ImageNotFound):
        make().find(parse("Genomics/samtools:1.20"))


@pytest.mark.parametrize(("body", "error"), [("429", RegistryBusy), ("400", RegistryUnavailable)])
def test_a_status_in_the_body_counts_as_the_status(
    make: Make, played: RecordedRegistry, body: str, error: type[Exception]
) -> None:
    assert recording("e01")["body"] == 429
    played.reply("/api/", Reply(body=body, headers={"Content-Type": "application/json"}))
    with pytest.raises(error):
        make().find(parse("genomics/samtools:1.20"))
    with pytest.raises(error):
        read(make())


def test_an_empty_success_is_not_an_image(make: Make, played: RecordedRegistry) -> None:
    assert recording("a07d")["body"] == {}
    played.reply("/api/container/", Reply(body={}))
    with pytest.raises(ImageNotFound, match="Search for its name"):
        make().find(parse("nope/nope:1"))
    assert "/api/collection/nope" in played.registry.paths


@pytest.mark.parametrize(
    "body", ["", "<html>Sign in</html>", "[]", "null", '"x"', '{"count": "x"}']
)
def test_an_invalid_listing_is_not_an_empty_one(
    make: Make, played: RecordedRegistry, body: str
) -> None:
    played.reply("/api/", Reply(body=body))
    with pytest.raises(RegistryUnavailable, match="unreadable response"):
        read(make())
    if not body.startswith('{"'):
        with pytest.raises(RegistryUnavailable, match="unreadable response"):
            make().find(parse("a/b:1"))


def test_the_time_that_each_download_changes_is_not_shown(make: Make) -> None:
    assert recording("a09")["body"]["add_date"]
    assert make().find(parse("genomics/samtools:1.20")).modified_at is None


@pytest.mark.parametrize(
    "name",
    ["a/b:c:d", "a/b%3Ac:d", "a/b:c%40d", "a/b:c d", "a/b:c?x", "a/b:c#x", "a/%2E:1",
     "a/b:c\u2028d", "a/b:" + "c" * 300, "a/b%2F%2E%2E:1", "a/b:.."],
)  # fmt: skip
def test_a_name_that_could_hang_the_server_is_not_requested(
    make: Make, played: RecordedRegistry, name: str
) -> None:
    registry = make("bob")
    for ask in (registry.find, registry.storage, registry.inspect):
        with pytest.raises((ImageNotFound, ReferenceMalformed)):
            ask(parse(name))
    assert played.registry.asked == []


def test_a_hanging_server_is_given_up(make: Make, played: RecordedRegistry) -> None:
    played.reply("/api/container/", Reply(pause_s=60))
    registry = make(timeout_s=0.2)
    with taking_less_than(20), pytest.raises(RegistryUnavailable, match="in time"):
        registry.find(parse("genomics/samtools:1.20"))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"url": "registry.example.org"}, "must be an address"),
        ({"url": "https://"}, "must be an address"),
        ({"url": "https://bob:pw@registry.example.org"}, "not contain a username or password"),
        ({"url": "https://r.example.org", "token": "x"}, "both 'username' and 'token'"),
        ({"url": "https://r.example.org", "private": ["vault"]}, "has no collection"),
        (
            {"url": "https://r.example.org", "private": ["a/b:c:d"]},
            "not a name that the registry accepts",
        ),
        ({"url": "https://r.example.org", "endpoint_id": "x"}, "endpoint_path"),
    ],
)
def test_an_invalid_entry_says_what_to_write(
    home: Path, entry: dict[str, Any], problem: str
) -> None:
    broken = backend(entry)
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=re.escape(problem)):
        broken.find(parse("a/b:1"))


def test_ten_thousand_images_are_listed_quickly_by_one_request(
    make: Make, played: RecordedRegistry
) -> None:
    results = [
        {
            "id": number,
            "name": f"collection-{number}",
            "metadata": {},
            "containers": [
                {"name": f"tool-{index}", "tag": "1", "uri": "", "detail": ""}
                for index in range(200)
            ],
        }
        for number in range(50)
    ]
    played.reply("/api/collections/", Reply(body={"count": 50, "results": results}))
    started = time.monotonic()
    assert len(images_of(make())) == 10_000
    assert time.monotonic() - started < 20
    assert len(played.registry.asked) == 1
