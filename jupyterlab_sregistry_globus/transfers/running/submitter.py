"""From a plan to its tasks, exactly once each."""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import groupby

import msgspec

from ...errors import (
    ImageChanged,
    LabelMalformed,
    LoginNeeded,
    NotSendable,
    SRegistryGlobusError,
    TransferActive,
    TransferFinished,
    TransferNotFound,
)
from ...globus.tasks import Item, Tasks
from ...models.plans import Plan, PlannedImage, PlanRequest, Source
from ...models.transfers import Arrival, GlobusTask, Transfer
from ..outbox import Outbox
from ..planning.planner import Planner
from ..receipts.receipt import software
from .progress import held_up, is_final, state_of, with_task

MAX_LABEL = 128
OnChange = Callable[[str], None]

log = logging.getLogger(__name__)


class Submitter:
    """Starts, cancels and repeats sends.

    :param on_change: called with a transfer's id after it changed, from any thread.
    """

    def __init__(
        self, planner: Planner, outbox: Outbox, tasks: Tasks, on_change: OnChange = lambda _: None
    ) -> None:
        self._planner = planner
        self._outbox = outbox
        self._tasks = tasks
        self._on_change = on_change
        self._submitting: set[str] = set()
        self._lock = threading.Lock()

    def send(self, request: PlanRequest, *, origin: str, retry_of: str | None = None) -> Transfer:
        """Plan, write down and submit.

        What Globus cannot take just now stays written down and is submitted later; what it refuses
        for good leaves no trace.

        :param origin: ``panel``, ``magic`` or ``cli``.
        :raises NotSendable: the plan has a blocking warning.
        :raises ImageChanged: an image is no longer what the request says it saw.
        :raises StoreUnavailable: the outbox cannot be written; nothing was submitted.
        """
        plan = self.check(request)
        tasks = tuple(
            self._new_task(list(images))
            for _, images in groupby(sorted(plan.images, key=_task_key), key=_task_key)
        )
        transfer = Transfer(
            id=uuid.uuid4().hex,
            label=_label(request, plan),
            created_at=time.time(),
            state=state_of(tasks),
            destination=plan.destination,
            destination_name=plan.destination_name,
            tasks=tasks,
            options=request.options,
            origin=origin,
            retry_of=retry_of,
            software=software(),
        )
        with self._alone(transfer.id):
            self._outbox.add(transfer)
            refusals = self._submit_written(transfer.id, is_asked_now=True)
        # A kernel that has sent follows nothing: the server must not wait for its lease to run out.
        self._outbox.release(transfer.id)
        self._on_change(transfer.id)
        if refusals and len(refusals) == len(transfer.tasks):
            self._outbox.forget(transfer.id, even_unfinished=True)
            self._on_change(transfer.id)
            raise refusals[0]
        return self._outbox.get(transfer.id)

    def check(self, request: PlanRequest) -> Plan:
        """The plan, if it can be sent as it is.

        :raises NotSendable: it has a blocking warning.
        :raises ImageChanged: an image is no longer what the request says it saw.
        """
        plan = self._planner.plan(request)
        _check_sendable(plan)
        _check_unchanged(plan)
        _label(request, plan)
        return plan

    def submit(self, transfer_id: str) -> None:
        """Submit the tasks that Globus has not accepted yet, under the ids written down for them.

        What Globus refuses for good is marked failed; what may work later stays as it is. Nothing
        is done while another thread is at it.
        """
        with self._alone(transfer_id) as is_alone:
            if is_alone:
                self._submit_written(transfer_id, is_asked_now=False)

    @contextlib.contextmanager
    def _alone(self, transfer_id: str) -> Iterator[bool]:
        """Keep this program's other threads from submitting a transfer; False if one is at it."""
        with self._lock:
            is_alone = transfer_id not in self._submitting
            self._submitting.add(transfer_id)
        try:
            yield is_alone
        finally:
            if is_alone:
                with self._lock:
                    self._submitting.discard(transfer_id)

    def _submit_written(
        self, transfer_id: str, *, is_asked_now: bool
    ) -> list[SRegistryGlobusError]:
        """As ``submit``; gives what Globus refused for good.

        :param is_asked_now: somebody waits for the answer, so that a login that Globus demands is
            told as a refusal; later, the task waits for the login instead.
        """
        refusals = []
        transfer = self._outbox.get(transfer_id)
        for task in transfer.tasks:
            if task.state != "written":
                continue
            try:
                done = self._submit(transfer, task)
            except SRegistryGlobusError as error:
                is_login = isinstance(error, LoginNeeded)
                if (is_login and not is_asked_now) or (
                    error.retryable and error.code != "transfer_conflict"
                ):
                    log.info("transfer %s waits to be submitted: %s", transfer_id, error.code)
                    done = held_up(task, error)
                else:
                    refusals.append(error)
                    done = msgspec.structs.replace(task, state="failed", reason=error.message)
            self._outbox.update(transfer_id, functools.partial(with_task, task=done))
        return refusals

    def cancel(self, transfer_id: str) -> Transfer:
        """Ask Globus to stop what is under way. Files that arrived stay.

        :raises TransferFinished: it has ended.
        """
        transfer = self._outbox.get(transfer_id)
        if all(is_final(task) for task in transfer.tasks):
            raise TransferFinished("This transfer has already ended.")
        self._outbox.update(
            transfer_id, lambda now: msgspec.structs.replace(now, is_cancel_asked=True)
        )
        self._on_change(transfer_id)
        self.pass_on_cancel(transfer_id)
        return self._outbox.get(transfer_id)

    def pass_on_cancel(self, transfer_id: str) -> None:
        """Tell Globus of a cancel that was asked for. It shows once Globus reports the task's end."""
        # A task whose acceptance is not known yet may run all the same: submitting its id again
        # tells which task it is.
        self._outbox.update(transfer_id, _without_staging)
        self.submit(transfer_id)
        for task in self._outbox.get(transfer_id).tasks:
            if task.task_id is not None and not is_final(task):
                # What Globus no longer knows is found out, and noted, by the next look.
                with contextlib.suppress(TransferNotFound):
                    self._tasks.cancel(task.task_id)

    def retry(self, transfer_id: str) -> Transfer:
        """Send again what did not arrive, or all if all arrived, as a transfer of its own.

        What has another content by now is refused: under the same name it would be another image.

        :raises TransferActive: it has not ended yet.
        :raises ImageChanged: an image is no longer what was sent.
        """
        transfer = self._outbox.get(transfer_id)
        if not all(is_final(task) for task in transfer.tasks):
            raise TransferActive("This transfer has not ended. Cancel it first.")
        images = [(task, image) for task in transfer.tasks for image in task.images]
        missing = [(task, image) for task, image in images if _arrival(task, image) is None]
        sources = tuple(_as_it_was(task, image) for task, image in missing or images)
        request = PlanRequest(sources, transfer.destination, transfer.options)
        return self.send(request, origin=transfer.origin, retry_of=transfer.id)

    def _new_task(self, images: list[PlannedImage]) -> GlobusTask:
        sizes = [image.size_bytes for image in images]
        known = [size for size in sizes if size is not None]
        is_staged = any(image.route == "staged" for image in images)
        return GlobusTask(
            state="staging" if is_staged else "written",
            submission_id=self._tasks.new_submission_id(),
            source_endpoint_id=images[0].source_endpoint_id,
            source_endpoint_name=images[0].source_endpoint_name,
            images=tuple(images),
            bytes_total=sum(known) if len(known) == len(sizes) else None,
        )

    def _submit(self, transfer: Transfer, task: GlobusTask) -> GlobusTask:
        task_id = self._tasks.submit(
            submission_id=task.submission_id,
            source_endpoint_id=task.source_endpoint_id,
            destination_endpoint_id=transfer.destination.endpoint_id,
            items=[
                Item(image.source_path, image.destination_path, _sha256(image))
                for image in task.images
                if image.destination_path not in {one.destination_path for one in task.arrivals}
            ],
            label=transfer.label,
            options=transfer.options,
            has_sha256=task.gives_digests,
        )
        log.info("transfer %s is task %s", transfer.id, task_id)
        return msgspec.structs.replace(
            task,
            task_id=task_id,
            state="active",
            reason="",
            is_stuck=False,
            login=None,
            view_url=self._tasks.view_url(task_id),
        )


def _arrival(task: GlobusTask, image: PlannedImage) -> Arrival | None:
    return {one.destination_path: one for one in task.arrivals}.get(image.destination_path)


def _as_it_was(task: GlobusTask, image: PlannedImage) -> Source:
    """The source of an image, with what is known of the content that was sent."""
    arrival = _arrival(task, image)
    digest = image.digest or (arrival.digest if arrival else None)
    return msgspec.structs.replace(image.source, digest=digest, size_bytes=image.size_bytes)


def _task_key(image: PlannedImage) -> tuple[str, bool]:
    """Images of one source go together, but none waits for another's download."""
    return image.source_endpoint_id, image.route == "staged"


def _without_staging(transfer: Transfer) -> Transfer:
    """Nothing of a download has reached Globus, so that it can simply end."""
    for task in transfer.tasks:
        if task.state == "staging":
            transfer = with_task(
                transfer, msgspec.structs.replace(task, state="canceled", reason="")
            )
    return transfer


def _sha256(image: PlannedImage) -> str | None:
    return image.digest.removeprefix("sha256:") if image.digest else None


def _check_sendable(plan: Plan) -> None:
    blocking = [
        warning.message
        for warning in (*plan.warnings, *(w for image in plan.images for w in image.warnings))
        if warning.severity == "blocking"
    ]
    if blocking:
        raise NotSendable(" ".join(dict.fromkeys(blocking)))


def _check_unchanged(plan: Plan) -> None:
    for image in plan.images:
        seen = image.source
        is_other = (seen.digest and image.digest and seen.digest != image.digest) or (
            seen.size_bytes is not None
            and image.size_bytes is not None
            and seen.size_bytes != image.size_bytes
        )
        if is_other:
            raise ImageChanged(f"{image.name} has changed since it was chosen. Choose it again.")


def _label(request: PlanRequest, plan: Plan) -> str:
    given = request.options.label
    if given is None:
        names = [image.source.reference or image.name for image in plan.images]
        text = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        return _printable(text)[:MAX_LABEL].strip()
    if given != _printable(given).strip() or not 0 < len(given) <= MAX_LABEL:
        raise LabelMalformed(
            f"A label has 1 to {MAX_LABEL} characters, in one line, with no blanks at its ends."
        )
    return given


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
