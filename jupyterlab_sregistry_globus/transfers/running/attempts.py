"""When a task at Globus failed in a way that another attempt can fix."""

from __future__ import annotations

import msgspec

from ...globus.tasks import Fault, TaskNow
from ...models.plans import PlannedImage
from ...models.tasks import Attempt, GlobusTask, TaskState

MAX_ATTEMPTS = 5

MISMATCH = "EXTERNAL_CHECKSUM_MISMATCH"
# Faults that mention a checksum because one was computed.
_COMPUTED = frozenset({MISMATCH, "VERIFY_CHECKSUM", "FILE_SIZE_CHANGED"})
_WITHOUT = "One of the endpoints does not compute SHA-256 checksums. Retried without them."
_OTHER = "The file was not the requested image. Trying another possible match."


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
    if now.status != "FAILED" or len(task.attempts) >= MAX_ATTEMPTS - 1 or _has_arrived(task):
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


def state_at_end(task: GlobusTask) -> TaskState:
    """Return the state of a task that has ended: one to be replaced may have done all before."""
    return "succeeded" if task.is_to_be_replaced and _has_arrived(task) else task.state


def _has_arrived(task: GlobusTask) -> bool:
    return all(task.arrival_of(image) is not None for image in task.images)


def _with_next_candidates(task: GlobusTask, fault: Fault | None) -> tuple[PlannedImage, ...]:
    """Images, with mismatched ones pointed at their next candidate."""
    message = fault.message if fault is not None else ""
    named = {image.source_path for image in task.images if image.source_path in message}

    def is_suspect(image: PlannedImage) -> bool:
        has_others = bool(image.source_alternatives) and task.arrival_of(image) is None
        # If Globus names none of the files, it may have been any of them.
        return has_others and (image.source_path in named or not named)

    return tuple(_next_candidate(image) if is_suspect(image) else image for image in task.images)


def _next_candidate(image: PlannedImage) -> PlannedImage:
    first, *rest = image.source_alternatives
    # The one just tried goes last: it may be the right one, if Globus did not say which file
    # failed.
    return msgspec.structs.replace(
        image, source_path=first, source_alternatives=(*rest, image.source_path)
    )
