"""Tags for several architectures, and images of other programs."""

from __future__ import annotations

import json

import pytest

from jupyterlab_sregistry_globus.catalog import Catalog
from jupyterlab_sregistry_globus.errors import (
    ImageChanged,
    ImageNotFound,
    ImageUnreadable,
)
from jupyterlab_sregistry_globus.images.reference import parse

from ...support.listings import images_of, read
from .helpers import oci, references
from .ocihub import INDEX, digest_of

OTHER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def test_an_index_with_one_image_is_that_image_and_with_several_each_is_offered(hub):
    hub.push("lab/one", "amd64", b"for amd64")
    hub.push("lab/one", "arm64", b"for arm64")
    both = [{"digest": digest, "size": 1} for digest in hub.tags["lab/one"].values()]
    hub.put("lab/one", "single", INDEX, {"manifests": both[:1]})
    hub.put("lab/one", "both", INDEX, {"manifests": both})
    registry = oci(hub, "lab/one")
    # Without architectures, their digests tell them apart.
    ends = [item["digest"].removeprefix("sha256:")[:12] for item in both]
    tags = ("amd64", "arm64", *(f"both+{end}" for end in ends), "single")
    assert references(registry) == [f"ghcr://lab/one:{tag}" for tag in tags]
    assert registry.find(parse("lab/one:single")).digest == digest_of(b"for amd64")
    assert registry.find(parse(f"lab/one:both+{ends[1]}")).digest == digest_of(b"for arm64")


def index_of(hub, repository, tag, platforms, **others):
    """Push one image for each platform, and an index of them. Return the index's digest."""
    manifests = []
    for platform in platforms:
        name = "-".join(platform.values())
        hub.push(repository, name, f"for {name}".encode(), title=f"tool_{name}.sif")
        digest = hub.tags[repository].pop(name)
        manifests.append({"digest": digest, "size": 1, "platform": platform} | others)
    return hub.put(repository, tag, INDEX, {"manifests": manifests})


ARCHES = (
    {"architecture": "amd64"},
    {"architecture": "arm64", "variant": "v8"},
    {"architecture": "arm", "variant": "v7"},
)


def test_of_an_index_the_configured_architecture_is_chosen_and_each_is_offered(hub):
    index_of(hub, "lab/one", "v1", ARCHES)
    registry = oci(hub, "lab/one")
    listed = {image.reference: image for image in images_of(registry)}
    assert [*listed] == [f"ghcr://lab/one:{tag}" for tag in ("v1", "v1+arm64", "v1+arm-v7")]
    assert [image.arch for image in listed.values()] == ["amd64", "arm64", "arm"]
    assert registry.find(parse("lab/one")).arch == "amd64"
    assert oci(hub, "lab/one", arch="arm64").find(parse("lab/one:v1")).arch == "arm64"
    for reference, image in listed.items():
        assert registry.find(parse(reference)) == image
        with registry.storage(parse(reference)).download.open() as chunks:
            assert digest_of(b"".join(chunks)) == image.digest
    with pytest.raises(ImageNotFound, match=r"one of the tags v1\+amd64, v1\+arm64, v1\+arm-v7"):
        oci(hub, "lab/one", arch="s390x").find(parse("lab/one:v1"))
    with pytest.raises(ImageNotFound):
        registry.find(parse("lab/one:v1+riscv64"))


def test_attestations_and_unknown_platforms_are_skipped(hub):
    unknown = {"architecture": "unknown", "os": "unknown"}
    hub.push("lab/one", "x", b"image")
    hub.push("lab/one", "y", b"attestation")
    hub.push("lab/one", "z", b"another")
    x, y, z = (hub.tags["lab/one"].pop(tag) for tag in "xyz")
    note = {"vnd.docker.reference.type": "attestation-manifest"}
    manifests = [
        {"digest": y, "platform": unknown},
        {"digest": x, "platform": {"architecture": "arm64"}},
        {"digest": z, "platform": {"architecture": "amd64"}, "annotations": note},
    ]
    hub.put("lab/one", "v1", INDEX, {"manifests": manifests})
    registry = oci(hub, "lab/one")
    assert references(registry) == ["ghcr://lab/one:v1"]
    assert registry.find(parse("lab/one:v1")).digest == digest_of(b"image")


@pytest.mark.parametrize("platform", ["amd64", None, {"architecture": 7}, {"architecture": "a/b"}])
def test_an_odd_platform_hides_no_image(hub, platform):
    hub.push("lab/one", "x", b"image")
    digest = hub.tags["lab/one"].pop("x")
    hub.put("lab/one", "v1", INDEX, {"manifests": [{"digest": digest, "platform": platform}]})
    assert references(oci(hub, "lab/one")) == ["ghcr://lab/one:v1"]


def test_the_digest_of_a_manifest_or_of_an_index_is_accepted(hub):
    manifest = hub.tags["solo"]["v1"]
    index = index_of(hub, "lab/one", "v1", ARCHES[:2])
    registry = oci(hub, "solo", "lab/one")
    for text in (
        f"ghcr/solo:v1@{manifest}",
        f"ghcr/solo@{manifest}",
        f"ghcr/solo:{manifest.replace(':', '.')}",
        f"ghcr/solo@{digest_of(b'solo')}",
    ):
        image = registry.find(parse(text))
        assert image.digest == digest_of(b"solo")
        assert registry.find(parse(image.reference)).digest == digest_of(b"solo")
    for text in (f"lab/one:v1@{index}", f"lab/one@{index}"):
        assert registry.find(parse(text)).arch == "amd64"
    arm = digest_of(b"for arm64-v8")
    assert registry.find(parse(f"lab/one:v1@{arm}")).tag == "v1+arm64"
    hub.push("solo", "v1", b"pushed again")
    assert registry.find(parse(f"ghcr/solo@{manifest}")).digest == digest_of(b"solo")
    with pytest.raises(ImageChanged):
        registry.find(parse(f"ghcr/solo:v1@{manifest}"))


def docker_image(hub, repository, tag):
    hub.push(repository, tag, b"layer", OTHER)
    media_type, body = hub.manifests[hub.tags[repository][tag]]
    manifest = json.loads(body)
    manifest["config"]["mediaType"] = "application/vnd.docker.container.image.v1+json"
    return hub.put(repository, tag, media_type, manifest)


def test_a_docker_image_is_said_with_how_to_build_a_sif_from_it(hub, tmp_path):
    inner = docker_image(hub, "lab/one", "v1")
    platforms = [{"digest": inner, "platform": platform} for platform in ARCHES]
    hub.put("lab/one", "v2", INDEX, {"manifests": platforms})
    registry = oci(hub, "lab/one")
    images, summary = read(registry)
    assert (images, summary.remark) == (
        [],
        "Not listed: 2 Docker images, from which SIFs must be built first.",
    )
    host = hub.url.removeprefix("http://")
    for ask in (registry.find, Catalog([registry], tmp_path / "catalog.sqlite3").find):
        for tag in ("v1", "v2"):
            with pytest.raises(ImageUnreadable) as caught:
                ask(parse(f"lab/one:{tag}") if ask == registry.find else f"lab/one:{tag}")
            assert caught.value.message == (
                f"ghcr://lab/one:{tag} is a Docker image; build a SIF from it with: "
                f"apptainer build one_{tag}.sif docker://{host}/lab/one:{tag}, "
                f"and send ./one_{tag}.sif."
            )
