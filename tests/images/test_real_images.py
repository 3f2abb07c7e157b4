"""Image files made by other tools are read correctly.

They are in data/. The larger ones are compressed, and those of busybox have empty file systems. Set
the environment variable SIF_IMAGES_DIR to a folder with the complete files to read these instead.
"""

from __future__ import annotations

import lzma
import os
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.images.inspect import inspect_file
from jupyterlab_sregistry_globus.models.images import Image

HERE = Path(__file__).parent
DATA = Path(os.environ.get("SIF_IMAGES_DIR") or HERE / "data")
ROW = Image("images://a/b:c", "images", "a", "b", "c")
BUSYBOX_KEY = "1137E72E6816BFC06D9CAA0D15F3F4F4F14B03B2"
TEST_KEY = "12045C8C0B1004D058DE4BEDA20C27EE7FF7BA84"

# name: (format, arch, uuid, created_at, filesystem, signers, is_encrypted, has_sbom, base)
FACTS = {
    "busybox_amd64.sif": (
        *("sif", "amd64", "4f307b4c-58a8-4753-9c0f-21dceefed4a6", 1627931376.0, "squashfs"),
        *([BUSYBOX_KEY], False, False, "busybox:1.33.1"),
    ),
    "busybox_arm64.sif": (
        *("sif", "arm64", "a46b411d-d08c-4f71-8f4e-f77318d7edf2", 1627940488.0, "squashfs"),
        *([BUSYBOX_KEY], False, False, "busybox:1.33.1"),
    ),
    "empty.sif": ("sif", None, None, None, None, [], False, False, None),
    "empty-id.sif": (
        *("sif", None, "3fa802cc-358b-45e3-bcc0-69dc7a45f9f8", None, None),
        *([], False, False, None),
    ),
    "empty-launch-script.sif": ("sif", None, None, None, None, [], False, False, None),
    "one-group.sif": ("sif", "386", None, None, "squashfs", [], False, False, None),
    "one-group-signed-dsse.sif": ("sif", "386", None, None, "squashfs", [""], False, False, None),
    "one-group-signed-pgp.sif": (
        *("sif", "386", None, None, "squashfs", [TEST_KEY], False, False, None),
    ),
    "one-object-crypt-message.sif": ("sif", None, None, None, None, [], True, False, None),
    "one-object-generic-json.sif": ("sif", None, None, None, None, [], False, False, None),
    "one-object-oci-blob.sif": ("sif", None, None, None, None, [], False, False, None),
    "one-object-oci-root-index.sif": ("sif", None, None, None, None, [], False, False, None),
    "one-object-sbom.sif": ("sif", None, None, None, None, [], False, True, None),
    "root.squashfs": ("squashfs", None, None, None, "squashfs", [], False, False, None),
    "two-groups.sif": ("sif", "386", None, None, "squashfs", [], False, False, None),
    "two-groups-signed-pgp.sif": (
        *("sif", "386", None, None, "squashfs", [TEST_KEY, TEST_KEY], False, False, None),
    ),
}


def content_of(name):
    packed = DATA / f"{name}.xz"
    return lzma.decompress(packed.read_bytes()) if packed.exists() else (DATA / name).read_bytes()


@pytest.mark.parametrize("name", FACTS)
def test_a_real_image_is_read_correctly(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content_of(name))
    details = inspect_file(path, ROW)
    assert details.problem == ""
    assert (
        details.image.format,
        details.image.arch,
        details.uuid,
        details.created_at,
        details.filesystem,
        [signature.fingerprint for signature in details.signatures],
        details.is_encrypted,
        details.has_sbom,
        details.base_image,
    ) == FACTS[name]
    if name.startswith("busybox"):
        assert details.definition == "BootStrap: docker\nFrom: busybox:1.33.1\n"
        assert details.labels["org.label-schema.build-arch"] == details.image.arch


@pytest.mark.parametrize("name", FACTS)
def test_a_real_image_truncated_anywhere_is_refused_or_not_an_image(name, tmp_path):
    whole = content_of(name)
    cut = tmp_path / name
    for length in (0, 1, 40, 127, 128, 20000, len(whole) // 2, len(whole) - 1):
        if length < len(whole) and (name.endswith(".sif") or length <= 128):
            cut.write_bytes(whole[:length])
            assert inspect_file(cut, ROW).problem
