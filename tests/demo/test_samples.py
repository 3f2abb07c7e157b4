"""The sample images are real SIF files, and the same on every machine."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_sregistry_globus.demo.samples import SAMPLES, write_samples
from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..support.listings import images_of


def test_the_samples_list_and_tell_what_they_are(tmp_path: Path) -> None:
    write_samples(tmp_path)
    registry = FolderRegistry("images", tmp_path)
    images = {image.reference: image for image in images_of(registry)}
    assert len(images) == len(SAMPLES)
    assert images["images://tacos/avocados:latest"].size_bytes > 24 * 2**20
    details = registry.inspect(parse("tacos/salsa:verde"))
    assert (details.problem, details.image.arch) == ("", "arm64")
    assert details.filesystem == "squashfs"
    assert details.labels["org.opencontainers.image.title"] == "salsa verde"
    assert details.base_image == "docker.io/library/debian:12-slim"
    header = registry.read_header(parse("tacos/salsa:verde"))
    assert (header.format, header.arch) == ("sif", "arm64")


def test_the_samples_are_the_same_everywhere_and_left_alone_when_there(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_samples(tmp_path / name)
    path = SAMPLES[1].path
    digests = Digests(tmp_path / "digests.sqlite3")
    assert digests.compute(tmp_path / "one" / path) == digests.compute(tmp_path / "two" / path)
    (tmp_path / "one" / path).write_bytes(b"mine")
    write_samples(tmp_path / "one")
    assert (tmp_path / "one" / path).read_bytes() == b"mine"
    assert not [p for p in (tmp_path / "one").rglob("*") if p.name.endswith(".part")]
