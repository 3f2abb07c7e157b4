"""SIF images in an OCI registry, over a socket, with a small registry on loopback."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import ImageChanged, ImageNotFound, RegistryUnavailable
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.factory import make_backends

from ...support.listings import images_of, read
from ...support.webserver import Reply
from .ocihub import INDEX, MANIFEST, SIF, OciHub, basic, digest_of

IMAGES = Path(__file__).parents[2] / "images" / "data"
REAL = (IMAGES / "one-group-signed-pgp.sif").read_bytes()
OTHER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@pytest.fixture
def hub(home):
    with OciHub() as hub:
        hub.push("lab/tools/samtools", "1.21", b"x" * 300_000)
        hub.push("lab/tools/samtools", "latest", REAL)
        hub.push("solo", "v1", b"solo")
        yield hub


def oci(hub, *repositories, **rest):
    entry = {"name": "ghcr", "kind": "oci", "url": hub.url, "repositories": list(repositories)}
    settings = SRegistryGlobus(registries=[entry | rest], upstream_timeout_s=5, upstream_retries=0)
    (backend,) = make_backends(settings, None)
    return backend


def references(registry):
    return [image.reference for image in images_of(registry)]


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
    assert summary.remark == ("" if is_image else "Left out: 1 tag without an image file.")


def test_an_index_with_one_image_is_that_image_and_with_several_is_none(hub):
    hub.push("lab/one", "amd64", b"for amd64")
    hub.push("lab/one", "arm64", b"for arm64")
    both = [{"digest": digest, "size": 1} for digest in hub.tags["lab/one"].values()]
    hub.put("lab/one", "single", INDEX, {"manifests": both[:1]})
    hub.put("lab/one", "both", INDEX, {"manifests": both})
    registry = oci(hub, "lab/one")
    assert references(registry) == [f"ghcr://lab/one:{tag}" for tag in ("amd64", "arm64", "single")]
    assert registry.find(parse("lab/one:single")).digest == digest_of(b"for amd64")


def test_invalid_manifests_hide_no_other_image(hub):
    for number, layers in enumerate([None, [], [{}], [{"digest": "sha256:../..", "size": 1}]]):
        hub.put("lab/one", f"odd{number}", MANIFEST, {"layers": layers, "annotations": "none"})
    hub.push("lab/one", "v1", b"content")
    hub.tags["lab/one"]["gone"] = "sha256:" + "0" * 64
    assert references(oci(hub, "lab/one")) == ["ghcr://lab/one:v1"]


def test_a_missing_repository_hides_no_other(hub):
    images, summary = read(oci(hub, "lab/none", "solo"))
    assert [image.reference for image in images] == ["ghcr://ghcr/solo:v1"]
    assert summary.remark == "Left out: missing repositories (lab/none)."


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
    with pytest.raises(ImageNotFound, match=r"Its tags are 1\.21, latest"):
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


@pytest.mark.parametrize("login", ["basic", "token"])
def test_the_login_is_the_kind_that_the_registry_requires(hub, login):
    hub.login = login
    registry = oci(hub, "lab/tools/samtools", "solo", username="ada", password="secret")
    assert len(references(registry)) == 3
    hub.tokens.clear()  # they expired
    assert registry.find(parse("ghcr/solo")).tag == "v1"
    with registry.storage(parse("ghcr/solo")).download.open() as chunks:
        assert b"".join(chunks) == b"solo"


def test_a_public_repository_needs_a_token_but_no_account(hub):
    hub.login = "token"
    assert references(oci(hub, "solo")) == ["ghcr://ghcr/solo:v1"]
    assert hub.asked
    assert not any(
        request.headers.get("authorization", "").startswith("Basic") for request in hub.asked
    )


def test_a_stored_docker_login_is_used(hub, home):
    hub.login = "basic"
    host = hub.url.removeprefix("http://")
    auth = basic("ada", "secret").removeprefix("Basic ")
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}))
    assert references(oci(hub, "solo")) == ["ghcr://ghcr/solo:v1"]


@pytest.mark.parametrize(
    ("login", "password"), [("basic", "wrong"), ("basic", ""), ("token", "wrong")]
)
def test_rejected_credentials_are_reported_and_not_shown(hub, login, password, caplog, capfd):
    hub.login = login
    rest = {"username": "ada", "password": password} if password else {}
    with pytest.raises(RegistryUnavailable, match="denied access") as caught:
        references(oci(hub, "solo", **rest))
    assert isinstance(caught.value.action, ConfigureAction)
    output = str(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert "wrong" not in output
    assert basic("ada", "wrong") not in output


def test_a_password_is_never_sent_less_safely_than_to_the_registry(hub):
    registry = oci(hub, "solo", username="ada", password="secret")
    hub.login, hub.url = "token", "ftp://127.0.0.1:1"  # the address of its tokens
    with pytest.raises(RegistryUnavailable, match="not secure"):
        references(registry)


def test_an_unreachable_registry_is_reported(home):
    with OciHub() as gone:
        registry = oci(gone, "solo")
    with pytest.raises(RegistryUnavailable, match="cannot be reached"):
        references(registry)


def test_a_busy_registry_is_not_an_empty_one(hub):
    hub.answer = lambda asked: Reply(429, headers={"Retry-After": "9"})
    with pytest.raises(RegistryUnavailable, match="allows no more requests"):
        references(oci(hub, "solo"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"url": ""}, "'url'"),
        ({"repositories": []}, "'repositories'"),
        ({"repositories": ["Lab/Tool"]}, "lower case"),
        ({"repositories": ["lab/tool:1"]}, "without a tag"),
    ],
)
def test_an_incomplete_entry_says_what_is_missing(hub, changes, problem):
    backend = oci(hub, "solo", **changes)
    assert isinstance(backend, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=problem):
        read(backend)


def test_without_the_package_oras_the_entry_says_how_to_install_it(hub, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "oras" else find_spec(name)
    )
    with pytest.raises(RegistryUnavailable, match=r"pip install 'jupyterlab-sregistry-globus\[oci"):
        read(oci(hub, "solo"))
