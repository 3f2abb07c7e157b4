"""Metadata of image files."""

from __future__ import annotations

import json
import os
import struct

import msgspec
import pytest

from jupyterlab_sregistry_globus.errors import ImageUnreadable
from jupyterlab_sregistry_globus.images.inspect import HeaderFacts, inspect_file, read_header
from jupyterlab_sregistry_globus.models.images import Image, Signature

from .sifs import MadeSif, Object, partition

ROW = Image("images://a/b:c", "images", "a", "b", "c")


@pytest.fixture
def inspect(tmp_path):
    def inspect(content):
        path = tmp_path / "image"
        path.write_bytes(bytes(content))
        return inspect_file(path, ROW)

    return inspect


def metadata(labels):
    document = {"data": {"attributes": {"labels": labels}}}
    return Object(0x4006, json.dumps(document).encode(), b"inspect-metadata.json")


def test_labels_definition_and_base_image_are_shown(inspect):
    details = inspect(
        MadeSif(
            [
                Object(0x4001, b"BootStrap: docker\nFrom: busybox:1.33.1\n\0\0"),
                metadata({"maintainer": "me", "number": 3, "nested": {"a": 1}}),
                partition(),
            ]
        )
    )
    assert details.labels == {"maintainer": "me", "number": "3"}
    assert details.definition == "BootStrap: docker\nFrom: busybox:1.33.1\n"
    assert (details.base_image, details.base_digest) == ("busybox:1.33.1", None)
    assert (details.image.arch, details.image.format) == ("amd64", "sif")
    assert (details.filesystem, details.problem) == ("squashfs", "")


def test_the_base_image_and_its_digest_are_taken_from_labels_first(inspect):
    base = {
        "org.opencontainers.image.base.name": "debian:12",
        "org.opencontainers.image.base.digest": "sha256:abc",
    }
    details = inspect(MadeSif([Object(0x4001, b"From: other"), metadata(base)]))
    assert (details.base_image, details.base_digest) == ("debian:12", "sha256:abc")
    config = Object(0x4006, json.dumps({"Labels": base}).encode(), b"oci-config.json")
    assert inspect(MadeSif([config])).base_digest == "sha256:abc"


def test_an_image_built_from_a_local_image_has_no_base(inspect):
    definition = Object(0x4001, b"Bootstrap: localimage\nFrom: /home/me/base.sif\n")
    assert inspect(MadeSif([definition])).base_image is None


def test_labels_of_an_older_sif_are_read_from_their_own_object(inspect):
    assert inspect(MadeSif([Object(0x4003, b'{"a": "b"}')])).labels == {"a": "b"}


def test_signers_are_named_and_dsse_has_no_fingerprint(inspect):
    pgp = Object(0x4005, b"sig", extra=struct.pack("<i", 1) + bytes(range(20)))
    dsse = Object(0x4005, b"sig", extra=struct.pack("<i", 2))
    assert inspect(MadeSif([pgp, dsse])).signatures == (
        Signature("000102030405060708090A0B0C0D0E0F10111213", "SHA-256"),
        Signature("", "SHA-384"),
    )


def test_encryption_and_sbom_are_shown(inspect):
    assert inspect(MadeSif([partition(filesystem=5)])).is_encrypted
    assert inspect(MadeSif([Object(0x4008, b"key")])).is_encrypted
    assert not inspect(MadeSif([partition()])).is_encrypted
    assert inspect(MadeSif([Object(0x4009, b"{}")])).has_sbom


@pytest.mark.parametrize("labels", [b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b"null"])
def test_invalid_labels_are_left_out(inspect, labels):
    details = inspect(MadeSif([Object(0x4006, labels, b"inspect-metadata.json"), partition()]))
    assert (details.labels, details.problem) == ({}, "")


def test_labels_that_are_not_valid_text_can_still_be_stored_and_sent(inspect):
    details = inspect(MadeSif([metadata({"half": "\ud800!", "\udfff": "pair"})]))
    assert details.labels == {"half": "?!", "?": "pair"}
    assert msgspec.json.encode(details)


def test_labels_in_many_objects_have_a_limit(inspect):
    many = [
        Object(0x4003, json.dumps({f"{number}-{key}": "" for key in range(400)}).encode())
        for number in range(20)
    ]
    assert len(inspect(MadeSif(many)).labels) == 800


def test_huge_texts_are_truncated(inspect):
    details = inspect(
        MadeSif([Object(0x4001, b"#" * 10_000_000), metadata({str(i): "x" for i in range(9999)})])
    )
    assert len(details.definition) == 256 * 1024
    assert len(details.labels) <= 500


def test_a_file_that_is_not_an_image_has_a_problem(inspect, tmp_path):
    assert "recognized container image" in inspect(b"hello").problem
    assert "truncated" in inspect(bytes(MadeSif())[:9000]).problem
    assert "cannot be read" in inspect_file(tmp_path / "missing", ROW).problem
    assert "cannot be read" in inspect_file(tmp_path / "a\0b", ROW).problem
    assert "cannot be read" in inspect_file(tmp_path, ROW).problem


def test_a_named_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.sif")
    assert inspect_file(tmp_path / "pipe.sif", ROW).problem


def test_a_header_has_format_and_architecture(tmp_path):
    path = tmp_path / "image"
    path.write_bytes(bytes(MadeSif([partition()], arch=b"11")))
    assert read_header(path) == HeaderFacts("sif", "s390x")
    path.write_bytes(b"nothing")
    assert read_header(path) == HeaderFacts(None, None)
    path.write_bytes(bytes(MadeSif())[:500])
    with pytest.raises(ImageUnreadable):
        read_header(path)
