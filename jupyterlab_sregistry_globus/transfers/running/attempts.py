"""When a task at Globus did not do, but another one in its place can."""

from __future__ import annotations

import msgspec

from ...globus.tasks import Fault, TaskNow
from ...models.plans import PlannedImage
from ...models.transfers import Attempt, GlobusTask

MAX_ATTEMPTS = 5

MISMATCH = "EXTERNAL_CHECKSUM_MISMATCH"
# Faults that speak of a checksum because it was computed.
_COMPUTED = frozenset({MISMATCH, "VERIFY_CHECKSUM", "FILE_SIZE_CHANGED"})
_WITHOUT = "An endpoint computes no SHA-256 checksums; sent again without."
_OTHER = "The file was not the image; another one that may be it is tried."


def refuses_digests(fault: Fault) -> bool:
    """Whether an endpoint cannot compute the kind of checksum that the task asks for."""
    # Globus has no code for it: the endpoint's words are all there is.
    return fault.code not in _COMPUTED and "checksum" in fault.message.lower()


def without_digests(task: GlobusTask) -> GlobusTask:
    """The task as it is to be ended, because it must do without digests.

    What stands still at Globus does not end by itself, so that it must be canceled; only when it
    has ended may another one write to the same paths.
    """
    return msgspec.structs.replace(
        task, gives_digests=False, is_to_be_replaced=True, reason=_WITHOUT, is_stuck=False
    )


def another(task: GlobusTask, now: TaskNow, fault: Fault | None) -> GlobusTask | None:
    """The attempt that takes the place of a task that has ended; None if none does.

    It goes for what has not arrived. Its submission_id is still to be set.
    """
    if now.status != "FAILED" or len(task.attempts) >= MAX_ATTEMPTS - 1:
        return None
    images, reason = task.images, _WITHOUT
    if not task.is_to_be_replaced:
        if now.failure_code != MISMATCH:
            return None
        images = _with_next_candidates(task, fault)
        if images == task.images:
            return None
        reason = _OTHER
    ended = Attempt(task.submission_id, task.task_id, reason, task.completed_at)
    return GlobusTask(
        submission_id="",
        source_endpoint_id=task.source_endpoint_id,
        source_endpoint_name=task.source_endpoint_name,
        images=images,
        bytes_total=task.bytes_total,
        bytes_staged=task.bytes_staged,
        arrivals=task.arrivals,
        attempts=(*task.attempts, ended),
        gives_digests=task.gives_digests,
    )


def _with_next_candidates(task: GlobusTask, fault: Fault | None) -> tuple[PlannedImage, ...]:
    """The images, of which those that turned out to be others are looked for elsewhere."""
    arrived = {one.destination_path for one in task.arrivals}
    suspects = {
        image.source_path
        for image in task.images
        if image.source_alternatives and image.destination_path not in arrived
    }
    named = {path for path in suspects if fault is not None and path in fault.message}
    return tuple(
        _next_candidate(image) if image.source_path in (named or suspects) else image
        for image in task.images
    )


def _next_candidate(image: PlannedImage) -> PlannedImage:
    first, *rest = image.source_alternatives
    # What was taken comes last: it may have been innocent, where no words said which it was.
    return msgspec.structs.replace(
        image, source_path=first, source_alternatives=(*rest, image.source_path)
    )
