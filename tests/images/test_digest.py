"""Digests are right, remembered while the file is the same, and can be stopped."""

from __future__ import annotations

import hashlib
import os
import subprocess
from concurrent.futures import CancelledError

import pytest

from jupyterlab_sregistry_globus.errors import ImageChanged, ImageNotFound, ImageUnreadable
from jupyterlab_sregistry_globus.images.digest import CHUNK_BYTES, Digests

LONG_AGO = 1_600_000_000


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "an image.sif"
    path.write_bytes(os.urandom(3 * CHUNK_BYTES + 17))
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.fixture
def digests(tmp_path):
    return Digests(tmp_path / "cache" / "digests.sqlite3")


def test_a_digest_equals_what_sha256sum_says(digests, image):
    said = subprocess.run(["sha256sum", image], capture_output=True, text=True, check=True)
    assert digests.compute(image) == "sha256:" + said.stdout.split()[0]


def test_a_digest_is_known_once_computed_and_only_then(digests, image):
    assert digests.known(image) is None
    assert not (image.parent / "cache").exists()
    digest = digests.compute(image)
    assert digests.known(image) == digest
    assert Digests(image.parent / "cache" / "digests.sqlite3").known(image) == digest


def test_a_known_digest_is_not_computed_again(digests, image):
    digest = digests.compute(image)
    assert digests.compute(image, is_canceled=lambda: True) == digest


@pytest.mark.parametrize("change", ["content", "time", "inode", "gone"])
def test_a_changed_file_has_no_known_digest(digests, image, change):
    digests.compute(image)
    content = image.read_bytes()
    if change == "content":
        image.write_bytes(content + b"x")
        os.utime(image, (LONG_AGO, LONG_AGO))
    elif change == "time":
        os.utime(image, (LONG_AGO, LONG_AGO + 1))
    else:
        image.rename(image.with_name("other"))
        if change == "inode":
            image.write_bytes(content)
            os.utime(image, (LONG_AGO, LONG_AGO))
    assert digests.known(image) is None


def test_a_file_written_a_moment_ago_is_not_remembered(digests, image):
    os.utime(image)
    digests.compute(image)
    assert digests.known(image) is None


def test_hashing_stops_when_told_to(digests, image):
    asked = []

    def is_canceled():
        asked.append(True)
        return len(asked) == 2

    with pytest.raises(CancelledError):
        digests.compute(image, is_canceled)
    assert len(asked) == 2
    assert digests.known(image) is None


def test_a_file_that_changes_while_it_is_read_has_no_digest(digests, image):
    def append():
        with image.open("ab") as file:
            file.write(b"more")
        return False

    with pytest.raises(ImageChanged):
        digests.compute(image, append)


def test_a_missing_file_and_a_folder_have_none(digests, tmp_path):
    with pytest.raises(ImageNotFound):
        digests.compute(tmp_path / "missing")
    with pytest.raises(ImageUnreadable):
        digests.compute(tmp_path)


def test_a_cache_that_cannot_be_used_costs_only_the_memory(tmp_path, image):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is no database, whatever its name says" * 100)
    digests = Digests(broken)
    assert digests.known(image) is None
    assert digests.compute(image) == "sha256:" + hashlib.sha256(image.read_bytes()).hexdigest()
