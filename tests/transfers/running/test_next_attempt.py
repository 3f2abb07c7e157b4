"""Whether another attempt can fix a task that failed, and what it sends."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jupyterlab_sregistry_globus.globus.tasks import Fault, TaskNow
from jupyterlab_sregistry_globus.models.tasks import Attempt, GlobusTask
from jupyterlab_sregistry_globus.transfers.running import attempts

from ..builders import arrived, image, task


def now(status: str = "FAILED", failure_code: str = attempts.MISMATCH) -> TaskNow:
    """Return what Globus says of a task."""
    return TaskNow(
        status=status,
        reason="",
        is_stuck=False,
        is_paused=False,
        requires_login=False,
        is_canceled=failure_code == "CANCELED",
        failure_code=failure_code,
        bytes_transferred=0,
        bytes_per_second=None,
        files_transferred=0,
        files_skipped=0,
        faults=1,
        requested_at=None,
        completed_at=None,
    )


def sent(*names: str, others: int = 2, **members: Any) -> GlobusTask:
    """Return a failed task of images with further candidates each."""
    images = [
        image(name, source_alternatives=tuple(f"/from/{name}{n}" for n in range(others)))
        for name in names
    ]
    return task(*images, state="failed", task_id="task", completed_at=time.time(), **members)


@pytest.mark.parametrize(
    ("code", "message", "is_so"),
    [
        ("ENDPOINT_ERROR", "Department NAS can't compute SHA256 checksums", True),
        ("ENDPOINT_ERROR", "Checksum algorithm not supported", True),
        ("ENDPOINT_ERROR", "the disk is broken", False),
        ("EXTERNAL_CHECKSUM_MISMATCH", "/a: SHA256 checksum is 1, not 2", False),
        ("VERIFY_CHECKSUM", "checksum verification failed", False),
        ("FILE_SIZE_CHANGED", "file size changed before its checksum was computed", False),
    ],
)
def test_only_an_endpoint_that_cannot_compute_digests_refuses_them(
    code: str, message: str, is_so: bool
) -> None:
    assert attempts.refuses_digests(Fault(code, message)) is is_so


def test_a_task_to_be_replaced_says_why_and_is_not_stuck() -> None:
    marked = attempts.without_digests(task(image("a"), is_stuck=True, reason="something else"))
    assert (marked.gives_digests, marked.is_to_be_replaced, marked.is_stuck) == (False, True, False)
    assert "does not compute SHA-256" in marked.reason


@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE", "SUCCEEDED"])
def test_what_has_not_failed_is_not_replaced(status: str) -> None:
    for members in ({}, {"is_to_be_replaced": True}):
        assert attempts.next_attempt(sent("a", **members), now(status), None) is None


@pytest.mark.parametrize("code", ["CANCELED", "PERMISSION_DENIED", "NO_SPACE_LEFT", ""])
def test_another_candidate_is_tried_only_after_a_mismatch(code: str) -> None:
    assert attempts.next_attempt(sent("a"), now(failure_code=code), None) is None
    replaced = attempts.next_attempt(
        sent("a", is_to_be_replaced=True), now(failure_code=code), None
    )
    assert replaced is not None
    assert replaced.images == sent("a").images, "the same file, this time without digests"


def test_there_are_exactly_five_attempts() -> None:
    current, paths = sent("a", others=9), []
    while True:
        paths.append(current.images[0].source_path)
        following = attempts.next_attempt(current, now(), None)
        if following is None:
            break
        current = following
    assert paths == ["/from/a", *(f"/from/a{n}" for n in range(4))]
    assert len(current.attempts) == 4


def test_the_next_attempt_remembers_the_last_one_and_starts_anew() -> None:
    arrivals = arrived(image("b"))
    ended = sent(
        "a",
        "b",
        bytes_total=9,
        bytes_staged=7,
        bytes_transferred=5,
        faults=3,
        gives_digests=False,
        arrivals=arrivals,
        attempts=(Attempt("s0", "t0", "before"),),
        reason="checksum mismatch",
    )
    following = attempts.next_attempt(ended, now(), None)
    assert following is not None
    assert (following.submission_id, following.task_id, following.state) == ("", None, "written")
    assert (following.bytes_total, following.bytes_staged, following.arrivals) == (9, 7, arrivals)
    assert (following.bytes_transferred, following.faults, following.reason) == (0, 0, "")
    assert (following.gives_digests, following.is_to_be_replaced) == (False, False)
    assert (following.source_endpoint_id, following.source_endpoint_name) == ("source", "Source")
    first, last = following.attempts
    assert first == Attempt("s0", "t0", "before")
    assert (last.submission_id, last.task_id) == ("s1", "task")
    assert last.completed_at == ended.completed_at is not None
    assert "Trying another possible match" in last.reason


@pytest.mark.parametrize(
    ("message", "paths"),
    [
        ("/from/b: SHA256 is 1, not 2", ["/from/a", "/from/b0", "/from/c"]),
        ("checksum mismatch", ["/from/a0", "/from/b0", "/from/c"]),
        # Nothing else can be tried for the image that is wrong.
        ("/from/c: SHA256 is 1, not 2", None),
        (None, ["/from/a0", "/from/b0", "/from/c"]),
    ],
)
def test_the_file_that_globus_names_is_the_one_replaced(
    message: str | None, paths: list[str] | None
) -> None:
    images = (*sent("a", "b").images, image("c"))
    fault = None if message is None else Fault(attempts.MISMATCH, message)
    following = attempts.next_attempt(task(*images), now(), fault)
    assert (following and [each.source_path for each in following.images]) == paths


def test_what_has_arrived_keeps_its_file() -> None:
    ended = sent("a", "b", arrivals=arrived(image("a")))
    following = attempts.next_attempt(ended, now(), None)
    assert following is not None
    assert [each.source_path for each in following.images] == ["/from/a", "/from/b0"]


def test_the_file_just_tried_becomes_the_last_candidate() -> None:
    following = attempts.next_attempt(sent("a"), now(), None)
    assert following is not None
    assert following.images[0].source_alternatives == ("/from/a1", "/from/a")


def test_without_another_candidate_there_is_no_other_attempt() -> None:
    assert attempts.next_attempt(sent("a", others=0), now(), None) is None


def test_when_everything_has_arrived_nothing_is_sent_again() -> None:
    ended = sent("a", is_to_be_replaced=True, arrivals=arrived(image("a")))
    assert attempts.next_attempt(ended, now(failure_code="CANCELED"), None) is None
    assert attempts.state_at_end(ended) == "succeeded"
    assert attempts.state_at_end(sent("a", is_to_be_replaced=True)) == "failed"
    assert attempts.state_at_end(sent("a", arrivals=ended.arrivals)) == "failed"
