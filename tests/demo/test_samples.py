"""The sample images are real SIF files, and the same on every machine."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_sregistry_globus.demo.samples import SAMPLES, write_samples
from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry

from ..support.listings import images_of


def test_the_samples_can_be_listed_and_inspected(tmp_path: Path) -> None:
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


def test_the_samples_are_always_the_same_and_existing_files_stay(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_samples(tmp_path / name)
    path = SAMPLES[1].path
    digests = Digests(tmp_path / "digests.sqlite3")
    assert digests.compute(tmp_path / "first" / path) == digests.compute(tmp_path / "second" / path)
    (tmp_path / "first" / path).write_bytes(b"mine")
    write_samples(tmp_path / "first")
    assert (tmp_path / "first" / path).read_bytes() == b"mine"
    assert not list((tmp_path / "first").rglob("*.part"))
