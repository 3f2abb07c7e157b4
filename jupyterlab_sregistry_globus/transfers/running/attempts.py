"""When a task at Globus failed in a way that another attempt can fix."""

from __future__ import annotations

import msgspec

from ...globus.tasks import Fault, TaskNow
from ...models.plans import PlannedImage
from ...models.tasks import Attempt, GlobusTask

MAX_ATTEMPTS = 5

MISMATCH = "EXTERNAL_CHECKSUM_MISMATCH"
# Faults that mention a checksum because one was computed.
_COMPUTED = frozenset({MISMATCH, "VERIFY_CHECKSUM", "FILE_SIZE_CHANGED"})
_WITHOUT = "An endpoint does not compute SHA-256 checksums. Sent again without them."
_OTHER = "The file was not the requested image. Trying another file that may be it."


def refuses_digests(fault: Fault) -> bool:
    """Tell whether an endpoint cannot compute the kind of checksum that the task asks for."""
    # Globus has no code for it: the endpoint's message is all there is.
    return fault.code not in _COMPUTED and "checksum" in fault.message.lower()


def without_digests(task: GlobusTask) -> GlobusTask:
    """Return the task marked to be ended and repeated without digests.

    A stuck task does not end at Globus by itself and must be canceled; only after its end may
    another task write to the same paths.
    """
    return msgspec.structs.replace(
        task, gives_digests=False, is_to_be_replaced=True, reason=_WITHOUT, is_stuck=False
    )


def next_attempt(task: GlobusTask, now: TaskNow, fault: Fault | None) -> GlobusTask | None:
    """Return the task that replaces one that has ended; None if there is nothing else to try.

    It covers what has not arrived. The caller sets its submission_id.
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
    """Images, with mismatched ones pointed at their next candidate."""
    arrived = {arrival.destination_path for arrival in task.arrivals}
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
    # The one just tried goes last: it may be the right one, if Globus did not say which file
    # failed.
    return msgspec.structs.replace(
        image, source_path=first, source_alternatives=(*rest, image.source_path)
    )
