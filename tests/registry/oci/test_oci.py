"""SIF images in an OCI registry, over a socket, with a small registry on loopback."""

from __future__ import annotations

import hashlib

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse

from ...support.listings import images_of, read
from ...support.webserver import Reply
from .helpers import REAL, oci, references
from .ocihub import MANIFEST, SIF, OciHub, digest_of

OTHER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def test_images_of_the_configured_repositories_are_listed_with_size_and_digest(hub):
    registry = oci(hub, "lab/tools/samtools", "solo")
    listed, summary = read(registry)
    images = {image.reference: image for image in listed}
    assert [*images] == [
        "ghcr://lab/tools/samtools:1.21",
        "ghcr://lab/tools/samtools:latest",
        "ghcr://ghcr/solo:v1",
    ]
    image = images["ghcr://lab/tools/samtools:latest"]
    assert (image.size_bytes, image.digest) == (len(REAL), digest_of(REAL))
    assert (image.format, image.modified_at) == ("sif", 1714564800.0)
    assert [registry.find(parse(reference)) for reference in images] == listed
    assert summary.remark == ""


@pytest.mark.parametrize(
    ("media_type", "title", "is_image"),
    [
        (SIF, "", True),
        ("appliciation/vnd.sylabs.sif.layer.tar", "", True),
        ("application/octet-stream", "tool.sif", True),
        ("application/vnd.oci.image.layer.v1.tar", "tool.SIF", True),
        ("application/octet-stream", "", False),
        ("application/octet-stream", "tool.zip", False),
        (OTHER, "tool.sif", False),
    ],
)
def test_the_layer_decides_what_is_an_image(hub, media_type, title, is_image):
    hub.push("lab/one", "v1", b"content", media_type, title)
    images, summary = read(oci(hub, "lab/one"))
    assert [image.reference for image in images] == (["ghcr://lab/one:v1"] if is_image else [])
    assert summary.remark == ("" if is_image else "Not listed: 1 tag without an image file.")


def test_the_name_of_the_pushed_file_is_kept_if_it_is_safe(hub):
    for tag, title in (
        ("a", "tool 1.sif"),
        ("b", "../tool.sif"),
        ("c", ".tool.sif"),
        ("d", "tool"),
    ):
        hub.push("lab/one", tag, b"content", SIF, title)
    names = [image.file_name for image in images_of(oci(hub, "lab/one"))]
    assert names == ["tool 1.sif", None, None, None]


def test_references_with_the_servers_address_or_a_digest_as_tag_are_found(hub, tmp_path):
    catalog = Catalog([oci(hub, "lab/tools/samtools", "solo")], tmp_path / "catalog.sqlite3")
    catalog.overview()
    host = hub.url.removeprefix("http://")
    for text in (
        f"oras://{host}/lab/tools/samtools:1.21",
        f"{host}/lab/tools/samtools:1.21",
        f"lab/tools/samtools:{digest_of(b'x' * 300_000).replace(':', '.')}",
    ):
        assert catalog.find(text)[1].tag == "1.21"
    assert catalog.find(f"oras://{host}/solo:v1")[1].container == "solo"


def test_invalid_manifests_hide_no_other_image(hub):
    for number, layers in enumerate([None, [], [{}], [{"digest": "sha256:../..", "size": 1}]]):
        hub.put("lab/one", f"odd{number}", MANIFEST, {"layers": layers, "annotations": "none"})
    hub.push("lab/one", "v1", b"content")
    hub.tags["lab/one"]["gone"] = "sha256:" + "0" * 64
    assert references(oci(hub, "lab/one")) == ["ghcr://lab/one:v1"]


def test_a_missing_repository_hides_no_other(hub):
    images, summary = read(oci(hub, "lab/none", "solo"))
    assert [image.reference for image in images] == ["ghcr://ghcr/solo:v1"]
    assert summary.remark == "Not listed: missing repositories (lab/none)."


def test_tags_come_in_pages_and_endless_pages_end(hub):
    for number in range(7):
        hub.push("lab/one", f"v{number}", b"content")
    hub.page = 3
    assert len(references(oci(hub, "lab/one"))) == 7
    answer = hub.answer
    hub.answer = lambda asked: (
        self_linking(asked.path) if "tags/list" in asked.path else answer(asked)
    )
    before = len(hub.asked)
    assert len(references(oci(hub, "lab/one"))) == 1
    assert len([request for request in hub.asked[before:] if "tags/list" in request.path]) == 2


def self_linking(path):
    return Reply(200, {"tags": ["v1"]}, {"Link": f'<{path}?n=1>; rel="next"'})


def test_a_missing_tag_means_latest_or_the_only_tag_or_else_the_tags_are_shown(hub):
    registry = oci(hub, "lab/tools/samtools", "solo")
    assert registry.find(parse("lab/tools/samtools")).tag == "latest"
    assert registry.find(parse("ghcr/solo")).tag == "v1"
    with pytest.raises(ImageNotFound, match=r"Available tags: 1\.21, latest"):
        registry.find(parse("lab/tools/samtools:9"))
    with pytest.raises(ImageNotFound, match="repositories"):
        registry.find(parse("lab/other:1"))
    before = len(hub.asked)
    with pytest.raises(ImageNotFound):
        registry.find(parse("ghcr/solo:v1%2F..%2Fv1"))
    asked = hub.asked[before:]
    assert asked
    assert all("tags/list" in request.path for request in asked)


def test_content_that_differs_from_the_references_digest_is_refused(hub):
    registry = oci(hub, "solo")
    registry.find(parse(f"ghcr/solo:v1@{digest_of(b'solo')}"))
    with pytest.raises(ImageChanged, match="Choose the image again"):
        registry.find(parse(f"ghcr/solo:v1@{digest_of(b'other')}"))


def test_a_manifest_that_does_not_match_its_digest_is_refused(hub):
    digest = hub.tags["solo"]["v1"]
    media_type, body = hub.manifests[digest]
    hub.manifests[digest] = (media_type, body.replace(b"2024", b"2025"))
    with pytest.raises(RegistryUnavailable, match="does not match its digest"):
        oci(hub, "solo").find(parse("ghcr/solo:v1"))


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_download_resumes_where_it_stopped(hub, has_ranges):
    hub.has_ranges = has_ranges
    download = oci(hub, "lab/tools/samtools").storage(parse("lab/tools/samtools")).download
    assert (download.size_bytes, download.digest) == (len(REAL), digest_of(REAL))
    with download.open() as chunks:
        first = next(iter(chunks))[:1000]
    with download.open(1000) as chunks:
        whole = first + b"".join(chunks)
    assert hashlib.sha256(whole).hexdigest() == download.digest.removeprefix("sha256:")
    assert (hub.asked[-1].headers["range"]) == "bytes=1000-"


def test_bytes_in_another_storage_are_fetched_without_the_credentials(hub):
    with OciHub() as elsewhere:
        elsewhere.blobs = hub.blobs
        hub.login, hub.storage = "basic", elsewhere.url
        registry = oci(hub, "solo", username="ada", password="secret")
        with registry.storage(parse("ghcr/solo")).download.open() as chunks:
            assert b"".join(chunks) == b"solo"
        assert len(elsewhere.asked) == 1


def test_metadata_is_read_without_a_download(hub):
    content = REAL + b"\0" * 30_000_000
    hub.push("lab/one", "v1", content)
    details = oci(hub, "lab/one").inspect(parse("lab/one:v1"))
    assert (details.image.arch, details.filesystem) == ("386", "squashfs")
    assert [signature.fingerprint for signature in details.signatures] == [
        "12045C8C0B1004D058DE4BEDA20C27EE7FF7BA84"
    ]
    assert details.image.digest == digest_of(content)
    hub.push("lab/one", "v2", b"no image")
    assert oci(hub, "lab/one").inspect(parse("lab/one:v2")).problem
