"""One download: which digest counts, what is resumed, and what is reported."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import ImageChanged, RegistryUnavailable
from jupyterlab_sregistry_globus.transfers.staging import fetch as module
from jupyterlab_sregistry_globus.transfers.staging.fetch import Fetched, fetch, hashed, part_of

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
WRONG = "sha256:" + "0" * 64


class Bytes:
    """A download of bytes at hand; ``opened`` has the places at which it was begun."""

    def __init__(
        self,
        *contents: bytes,
        size_bytes: int | None = None,
        digest: str | None = None,
        is_resumable: bool = True,
        size_when_open: int | None = None,
        chunk: int = 4096,
    ) -> None:
        self._contents: Sequence[bytes] = contents
        self.size_bytes = size_bytes
        self.digest = digest
        self.is_resumable = is_resumable
        self._size_when_open = size_when_open
        self._chunk = chunk
        self.opened: list[int] = []

    @contextmanager
    def open(self, start: int = 0) -> Iterator[Iterator[bytes]]:
        content = self._contents[min(len(self.opened), len(self._contents) - 1)]
        self.opened.append(start)
        if self._size_when_open is not None:
            self.size_bytes = self._size_when_open
        yield (content[at : at + self._chunk] for at in range(start, len(content), self._chunk))


class Reports:
    """What a download reports: the bytes so far, and the total."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def __call__(self, count: int, size_bytes: int | None) -> None:
        self.seen.append((count, size_bytes))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report progress at each chunk, of which files have many."""
    monkeypatch.setattr(module, "REPORT_S", 0.0)
    monkeypatch.setattr(module, "CHUNK_BYTES", 4096)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "a.sif"


@pytest.fixture
def reports() -> Reports:
    return Reports()


def bring(
    download: Bytes,
    target: Path,
    reports: Reports | None = None,
    *,
    digest: str | None = None,
    size_bytes: int | None = None,
) -> Fetched:
    return fetch(
        download, target, digest=digest, size_bytes=size_bytes, report=reports or Reports()
    )


def put_part(target: Path, content: bytes) -> None:
    part_of(target).write_bytes(content)
    part_of(target).chmod(0o600)


def test_a_download_appears_complete_and_private(target: Path) -> None:
    download = Bytes(CONTENT)
    assert bring(download, target) == Fetched(DIGEST, SIZE)
    assert target.read_bytes() == CONTENT
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(target.parent.iterdir()) == [target]
    assert download.opened == [0]


@pytest.mark.parametrize(
    ("asked", "listed", "is_right"),
    [
        (None, None, True),
        (DIGEST, None, True),
        (None, DIGEST, True),
        (DIGEST, DIGEST, True),
        # What the user saw counts, not what the registry says by now.
        (DIGEST, WRONG, True),
        (WRONG, None, False),
        (None, WRONG, False),
        (WRONG, DIGEST, False),
    ],
)
def test_the_digest_that_was_asked_for_counts_before_the_downloads_own(
    target: Path, asked: str | None, listed: str | None, is_right: bool
) -> None:
    download = Bytes(CONTENT, digest=listed)
    if is_right:
        assert bring(download, target, digest=asked).digest == DIGEST
    else:
        with pytest.raises(ImageChanged, match="does not match the digest"):
            bring(download, target, digest=asked)
        assert list(target.parent.iterdir()) == [], "nothing of it is resumed or sent"
    assert download.opened == [0]


def test_a_half_download_is_resumed_where_it_ended(target: Path, reports: Reports) -> None:
    put_part(target, CONTENT[:5000])
    download = Bytes(CONTENT, size_bytes=SIZE)
    assert bring(download, target, reports, digest=DIGEST) == Fetched(DIGEST, SIZE)
    assert download.opened == [5000]
    counts = [count for count, _ in reports.seen]
    # First the bytes at hand, which are hashed once more, then those that come.
    assert counts == [0, 4096, 5000, 9096, SIZE]
    assert {size for _, size in reports.seen} == {SIZE}


def test_a_complete_part_is_hashed_and_not_downloaded(target: Path, reports: Reports) -> None:
    put_part(target, CONTENT)
    download = Bytes(CONTENT, size_bytes=SIZE)
    assert bring(download, target, reports, digest=DIGEST) == Fetched(DIGEST, SIZE)
    assert download.opened == []
    assert [count for count, _ in reports.seen] == [0, 4096, 8192, SIZE]
    assert target.read_bytes() == CONTENT


def test_a_complete_part_of_another_file_is_downloaded_anew(target: Path) -> None:
    put_part(target, b"x" * SIZE)
    download = Bytes(CONTENT, size_bytes=SIZE)
    assert bring(download, target, digest=DIGEST).digest == DIGEST
    assert download.opened == [0]


def test_a_part_of_another_file_is_downloaded_anew_once(target: Path) -> None:
    put_part(target, b"x" * 5000)
    download = Bytes(CONTENT, size_bytes=SIZE)
    assert bring(download, target, digest=DIGEST).digest == DIGEST
    assert download.opened == [5000, 0]
    put_part(target, b"x" * 5000)
    download = Bytes(CONTENT, size_bytes=SIZE)
    with pytest.raises(ImageChanged):
        bring(download, target, digest=WRONG)
    assert download.opened == [5000, 0]
    assert not part_of(target).exists()


def test_a_part_that_is_longer_than_the_file_is_downloaded_anew(target: Path) -> None:
    put_part(target, CONTENT + b"more")
    download = Bytes(CONTENT, size_bytes=SIZE)
    assert bring(download, target) == Fetched(DIGEST, SIZE)
    assert download.opened == [0]
    assert target.read_bytes() == CONTENT


def test_a_download_that_cannot_be_resumed_starts_over(target: Path) -> None:
    put_part(target, b"x" * 5000)
    download = Bytes(CONTENT, size_bytes=SIZE, is_resumable=False)
    assert bring(download, target) == Fetched(DIGEST, SIZE)
    assert download.opened == [0]
    assert target.read_bytes() == CONTENT


def test_a_download_that_breaks_off_is_kept_for_the_next_time(target: Path) -> None:
    download = Bytes(CONTENT[:6000], CONTENT, size_bytes=SIZE)
    with pytest.raises(RegistryUnavailable, match=r"a\.sif was interrupted\. It will resume"):
        bring(download, target, digest=DIGEST)
    assert not target.exists()
    assert part_of(target).read_bytes() == CONTENT[:6000]
    assert bring(download, target, digest=DIGEST).digest == DIGEST
    assert download.opened == [0, 6000]


@pytest.mark.parametrize("size_bytes", [SIZE - 1, SIZE - 5000])
def test_a_download_that_is_too_long_is_ended(target: Path, size_bytes: int) -> None:
    endless = Bytes(CONTENT * 100, size_bytes=size_bytes)
    reports = Reports()
    with pytest.raises(ImageChanged, match="larger than its registry says"):
        bring(endless, target, reports)
    assert not target.exists()
    assert max(count for count, _ in reports.seen) <= size_bytes


def test_the_downloads_own_size_counts_before_the_listed_one(target: Path) -> None:
    reports = Reports()
    assert bring(Bytes(CONTENT, size_bytes=SIZE), target, reports, size_bytes=5).size_bytes == SIZE
    assert {size for _, size in reports.seen} == {SIZE}
    target.unlink()
    with pytest.raises(ImageChanged, match="larger"):
        bring(Bytes(CONTENT), target, size_bytes=5)


def test_a_size_that_only_the_answer_tells_is_used(target: Path) -> None:
    reports = Reports()
    bring(Bytes(CONTENT, size_when_open=SIZE), target, reports)
    assert [size for _, size in reports.seen] == [SIZE] * len(reports.seen)
    target.unlink()
    with pytest.raises(RegistryUnavailable, match="interrupted"):
        bring(Bytes(CONTENT, size_when_open=SIZE + 1), target)


def test_without_any_size_all_that_comes_is_the_file(target: Path) -> None:
    reports = Reports()
    assert bring(Bytes(CONTENT), target, reports) == Fetched(DIGEST, SIZE)
    assert reports.seen[-1] == (SIZE, None)


def test_an_empty_file_is_a_file(target: Path) -> None:
    download = Bytes(b"", size_bytes=0)
    assert bring(download, target).size_bytes == 0
    assert target.read_bytes() == b""


def test_no_byte_is_written_after_a_report_that_fails(target: Path) -> None:
    class Lost(Exception):
        pass

    def report(count: int, size_bytes: int | None) -> None:
        if count >= 4096:
            raise Lost

    with pytest.raises(Lost):
        fetch(Bytes(CONTENT), target, digest=None, size_bytes=None, report=report)
    assert part_of(target).stat().st_size == 4096
    assert not target.exists()


def test_progress_is_reported_once_a_second(
    target: Path, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPORT_S", 3600.0)
    bring(Bytes(CONTENT), target, reports)
    # Before the first byte, and at the end.
    assert reports.seen == [(0, None), (SIZE, None)]


def test_a_file_that_is_present_is_hashed_with_progress(target: Path, reports: Reports) -> None:
    target.write_bytes(CONTENT)
    assert hashed(target, reports) == Fetched(DIGEST, SIZE)
    assert reports.seen == [(0, SIZE), (4096, SIZE), (8192, SIZE), (SIZE, SIZE)]


def test_a_file_that_becomes_shorter_while_it_is_hashed_is_an_error(target: Path) -> None:
    target.write_bytes(CONTENT)

    def report(count: int, size_bytes: int | None) -> None:
        if count == 4096:
            os.truncate(target, 4096)

    with pytest.raises(OSError, match="became shorter"):
        hashed(target, report)
