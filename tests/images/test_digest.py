"""Digests are correct, cached until the file changes, and can be canceled."""

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


def test_a_digest_equals_that_of_sha256sum(digests, image):
    output = subprocess.run(["sha256sum", image], capture_output=True, text=True, check=True)
    assert digests.compute(image) == "sha256:" + output.stdout.split()[0]


def test_a_digest_is_known_only_after_it_was_computed(digests, image):
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


def test_the_digest_of_a_recent_file_is_not_cached(digests, image):
    os.utime(image)
    digests.compute(image)
    assert digests.known(image) is None


def test_hashing_can_be_canceled(digests, image):
    calls = []

    def is_canceled():
        calls.append(True)
        return len(calls) == 2

    with pytest.raises(CancelledError):
        digests.compute(image, is_canceled)
    assert len(calls) == 2
    assert digests.known(image) is None


def test_a_file_that_changes_while_it_is_read_has_no_digest(digests, image):
    def append():
        with image.open("ab") as file:
            file.write(b"more")
        return False

    with pytest.raises(ImageChanged):
        digests.compute(image, append)


def test_a_missing_file_and_a_folder_have_no_digest(digests, tmp_path):
    with pytest.raises(ImageNotFound):
        digests.compute(tmp_path / "missing")
    with pytest.raises(ImageUnreadable):
        digests.compute(tmp_path)


@pytest.mark.timeout(20)
def test_a_named_pipe_is_never_waited_for(digests, tmp_path):
    os.mkfifo(tmp_path / "pipe.sif")
    with pytest.raises(ImageUnreadable, match="regular file"):
        digests.compute(tmp_path / "pipe.sif")


def test_without_a_usable_cache_digests_are_still_computed(tmp_path, image):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is no database, whatever its name says" * 100)
    digests = Digests(broken)
    assert digests.known(image) is None
    assert digests.compute(image) == "sha256:" + hashlib.sha256(image.read_bytes()).hexdigest()
