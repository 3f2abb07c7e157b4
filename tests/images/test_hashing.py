"""Digests in the background: one at a time, with progress and cancellation."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.images.hashing import Hasher
from jupyterlab_sregistry_globus.models.images import DigestState

MIB = 2**20


class Held(Digests):
    """Stops after each MiB until the test opens the gate."""

    def __init__(self, path):
        super().__init__(path)
        self.gate = threading.Event()
        self.running = []

    def compute(self, path, is_canceled=lambda: False):
        self.running.append(path.name)

        def held():
            answer = is_canceled()
            while not self.gate.wait(0.005) and not is_canceled():
                pass
            return answer or is_canceled()

        try:
            return super().compute(path, held)
        finally:
            self.running.remove(path.name)


def image(tmp_path, name, content=b"x" * (3 * MIB)):
    path = tmp_path / name
    path.write_bytes(content)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    return path


@pytest.fixture
def digests(tmp_path):
    return Held(tmp_path / "cache" / "digests.sqlite3")


@pytest.fixture
def hasher(digests):
    with ThreadPoolExecutor(4) as pool:
        hasher = Hasher(digests, pool)
        yield hasher
        hasher.close()


def until(condition):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("the condition never became true")


def test_a_digest_starts_at_once_shows_progress_and_is_known_at_the_end(hasher, digests, tmp_path):
    path = image(tmp_path, "a.sif")
    assert hasher.state(path) == DigestState("unknown")
    started = hasher.start(path)
    assert (started.state, started.bytes_total) == ("computing", 3 * MIB)
    until(lambda: hasher.state(path).bytes_done >= MIB)
    assert hasher.state(path).state == "computing"
    digests.gate.set()
    until(lambda: hasher.state(path).state == "known")
    digest = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    assert hasher.state(path) == hasher.start(path) == DigestState("known", digest)


def test_one_file_is_read_at_a_time_and_only_once(hasher, digests, tmp_path):
    paths = [image(tmp_path, name) for name in ("a.sif", "b.sif", "c.sif")]
    for path in [*paths, *paths]:
        hasher.start(path)
    until(lambda: digests.running == ["a.sif"])
    assert [hasher.state(path).state for path in paths] == ["computing"] * 3
    hasher.cancel(paths[1])
    digests.gate.set()
    until(lambda: hasher.state(paths[2]).state == "known")
    assert [hasher.state(path).state for path in paths] == ["known", "unknown", "known"]


def test_a_canceled_digest_stops_and_can_be_restarted(hasher, digests, tmp_path):
    path = image(tmp_path, "a.sif")
    hasher.start(path)
    until(lambda: digests.running)
    assert hasher.cancel(path) == DigestState("unknown")
    until(lambda: not digests.running)
    digests.gate.set()
    hasher.start(path)
    until(lambda: hasher.state(path).state == "known")


def test_an_unreadable_file_is_reported_and_delays_no_other(hasher, digests, tmp_path):
    gone, other = image(tmp_path, "gone.sif"), image(tmp_path, "other.sif")
    hasher.start(other)
    until(lambda: digests.running)
    hasher.start(gone)
    gone.unlink()
    third = image(tmp_path, "third.sif")
    hasher.start(third)
    digests.gate.set()
    until(lambda: hasher.state(third).state == "known")
    assert hasher.state(gone) == DigestState(
        "failed", message="gone.sif no longer exists. Choose another file."
    )


def test_closing_cancels_running_digests(digests, tmp_path):
    with ThreadPoolExecutor(1) as pool:
        hasher = Hasher(digests, pool)
        hasher.start(image(tmp_path, "a.sif"))
        until(lambda: digests.running)
        hasher.close()
    assert digests.running == []
