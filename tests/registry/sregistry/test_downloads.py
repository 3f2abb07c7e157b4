"""Downloads of images from a Singularity Registry Server."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress

import pytest

from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    RegistryBusy,
    RegistryDenied,
    RegistryUnavailable,
    StorageUnreachable,
)
from jupyterlab_sregistry_globus.images.reference import parse

from ...support.webserver import Reply, unused_url
from .helpers import PUBLIC, Make, fetched, names
from .recorded import CONTENT, DIGEST, LIBRARY, NATIVE, PRIVATE, RecordedRegistry, recording


def test_the_size_comes_from_the_record_or_the_storage(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make()
    assert registry.find(parse("containers-lib/alpine:3.19")).size_bytes == 2_000_000
    # A size that is rounded to megabytes, as of this frozen image, is not used.
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
    # A request for the size would count as a download.
    assert storage.download.size_bytes is None
    assert not any(path.startswith("/containers/") for path in played.registry.paths)


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
def test_each_kind_of_push_is_fetched_from_its_place(
    make: Make, user: str | None, reference: str, content: str, pattern: str
) -> None:
    registry = make(user)
    storage = registry.storage(parse(reference))
    assert storage is not None
    assert storage.pattern_below_root == pattern
    download, received = fetched(registry, reference)
    assert hashlib.sha256(received).hexdigest() == DIGEST[content]
    assert download.digest == f"sha256:{DIGEST[content]}"
    assert download.size_bytes == len(received)


def test_a_download_resumes_if_the_storage_supports_it(
    make: Make, played: RecordedRegistry
) -> None:
    download, received = fetched(make(), "containers-lib/gatk:4.5", start=3_000_000)
    assert download.is_resumable
    assert received == CONTENT[LIBRARY][3_000_000:]
    assert played.storage.asked[-1].headers["range"] == "bytes=3000000-"
    native, received = fetched(make(), "genomics/samtools:1.20", start=1_000_000)
    assert not native.is_resumable
    assert received == CONTENT[NATIVE][1_000_000:]


def test_no_token_and_no_name_reaches_the_storage(make: Make, played: RecordedRegistry) -> None:
    fetched(make("bob"), "containers-lib/gatk:4.5")
    assert "authorization" in played.registry.asked[-1].headers
    assert all("authorization" not in asked.headers for asked in played.storage.asked)


def test_an_image_without_a_file_is_reported(make: Make, played: RecordedRegistry) -> None:
    for reference in (
        "containers-lib/UpperTool:V2",
        "vsoch/hello-world/vsoch%2Fhello-world:latest",
    ):
        with pytest.raises(ImageNotFound, match="has no file for it"):
            fetched(make(), reference)
    # A library push is not searched among native pushes, because that counts as a download.
    assert not any(path.startswith("/containers/19/") for path in played.registry.paths)


def test_a_download_behind_a_limit_or_a_login_is_reported(
    make: Make, played: RecordedRegistry
) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    assert recording("e01c")["status"] == 403
    played.reply("/containers/", Reply(403, "", page))
    with pytest.raises(RegistryBusy):
        fetched(make(), "genomics/samtools:1.20")
    played.reply("/containers/", Reply(200, "<html>Log in</html>", page))
    with pytest.raises(RegistryUnavailable, match="unreadable response"):
        fetched(make(), "genomics/samtools:1.20")


def test_storage_that_is_unreachable_is_not_the_registry(
    make: Make, played: RecordedRegistry
) -> None:
    address = unused_url()
    location = {"Location": f"{address}/sregistry/containers-lib/gatk?X-Amz-Signature=secret"}
    played.reply("/v1/imagefile/", Reply(302, headers=location))
    registry = make()
    with pytest.raises(StorageUnreachable, match="storage of the registry 'lab'") as caught:
        fetched(registry, "containers-lib/gatk:4.5")
    message = caught.value.message
    assert address.removeprefix("http://") in message
    # The registry is on this machine here, so its storage may be too.
    assert "MINIO_EXTERNAL_SERVER" in message
    assert "secret" not in message
    assert played.url not in message


@pytest.mark.parametrize(
    "reply",
    [Reply(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"), Reply(500), Reply(503)],
)
def test_what_the_storage_refuses_is_not_said_of_the_registry(
    make: Make, played: RecordedRegistry, reply: Reply
) -> None:
    played.storage.answer = lambda asked: reply
    with pytest.raises(RegistryUnavailable, match="storage of the registry 'lab'") as caught:
        fetched(make(), "containers-lib/gatk:4.5")
    assert str(reply.status) in caught.value.message
    assert not isinstance(caught.value, RegistryDenied)


def test_storage_that_does_not_finish_is_not_the_registry(
    make: Make, played: RecordedRegistry
) -> None:
    played.storage.answer = lambda asked: Reply(200, b"x" * 100, cut_after=50)
    with pytest.raises(StorageUnreachable, match="closed the connection") as caught:
        fetched(make(), "containers-lib/gatk:4.5")
    assert "storage of the registry 'lab'" in caught.value.message


def test_no_request_creates_a_container(make: Make, played: RecordedRegistry) -> None:
    registry = make("bob", private=["secret-lab/vault:latest"])
    names(registry)
    for reference in PUBLIC:
        with suppress(ImageNotFound, RegistryUnavailable):
            fetched(registry, reference)
    asked = [path for path in played.registry.paths if path.startswith("/v1/")]
    assert asked
    assert [path for path in asked if not re.fullmatch(r"/v1/imagefile/[^/]+/[^/]+", path)] == []
