"""Turn plans into tasks at Globus, each of them exactly once."""

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

from ...errors import LoginNeeded, SRegistryGlobusError, TransferFinished, TransferNotFound
from ...globus.tasks import Item, Tasks
from ...models.plans import Plan, PlannedImage, TransferOptions
from ...models.tasks import DownloadedImage, GlobusTask, Task
from ...models.transfers import Place, Transfer
from ..outbox import Outbox
from ..planning.puller import DownloadPlan
from ..receipts.receipt import software
from .downloads.record import new_download
from .progress import globus_tasks, held_up, state_of, with_task
from .uploads.record import new_upload

OnChange = Callable[[str], None]

log = logging.getLogger(__name__)


class Submitter:
    """Starts and cancels transfers.

    :param on_change: called with a transfer's id after it changed, from any thread.
    """

    def __init__(self, outbox: Outbox, tasks: Tasks, on_change: OnChange = lambda _: None) -> None:
        self._outbox = outbox
        self._tasks = tasks
        self._on_change = on_change
        self._submitting: set[str] = set()
        self._lock = threading.Lock()

    def start(
        self,
        plan: Plan,
        *,
        label: str,
        options: TransferOptions,
        origin: str,
        retry_of: str | None = None,
    ) -> Transfer:
        """Record a plan as a transfer, then submit it.

        What Globus cannot accept right now stays recorded and is submitted later; what it refuses
        for good is not kept.

        :param label: shown by Globus.
        :param origin: ``panel``, ``magic`` or ``cli``.
        :param retry_of: id of the transfer that this one repeats.
        :raises StoreUnavailable: the outbox cannot be written; nothing was submitted.
        """
        tasks = tuple(
            self._new_task(list(images), plan)
            for _, images in groupby(sorted(plan.images, key=_task_key), key=_task_key)
        )
        transfer = new_transfer(
            tasks,
            Place(plan.destination.endpoint_id, plan.destination.path),
            plan.destination_name,
            label=label,
            options=options,
            origin=origin,
            retry_of=retry_of,
        )
        with self._alone(transfer.id):
            self._outbox.add(transfer)
            refusals = self._submit_written(transfer.id, is_user_waiting=True)
        # A kernel does not follow what it sent: the server must not wait for its lease to expire.
        self._outbox.release(transfer.id)
        self._on_change(transfer.id)
        if refusals and len(refusals) == len(transfer.tasks):
            self._outbox.discard(transfer.id)
            self._on_change(transfer.id)
            raise refusals[0]
        return self._outbox.get(transfer.id)

    def start_downloads(
        self,
        plan: DownloadPlan,
        *,
        label: str,
        origin: str,
        retry_of: str | None = None,
    ) -> Transfer:
        """Record downloads as a transfer. They begin at the next step.

        :raises StoreUnavailable: the outbox cannot be written.
        """
        by_endpoint: dict[str, list[DownloadedImage]] = {}
        for image in plan.images:
            by_endpoint.setdefault(image.source_endpoint_id, []).append(image)
        folder = f"{plan.folder}/"
        transfer = new_transfer(
            tuple(new_download(images, folder) for images in by_endpoint.values()),
            Place(None, folder),
            "This computer",
            label=label,
            options=plan.options,
            origin=origin,
            retry_of=retry_of,
        )
        self._outbox.add(transfer)
        self._outbox.release(transfer.id)
        self._on_change(transfer.id)
        return transfer

    def submit(self, transfer_id: str) -> None:
        """Submit the tasks that Globus has not accepted yet, under the ids recorded for them.

        What Globus refuses for good is marked failed; what may work later stays as it is. Does
        nothing while another thread is submitting the same transfer.
        """
        with self._alone(transfer_id) as is_alone:
            if is_alone:
                self._submit_written(transfer_id, is_user_waiting=False)

    def cancel(self, transfer_id: str) -> Transfer:
        """Ask Globus to stop the transfer. Files that arrived stay.

        :raises TransferFinished: it has ended.
        """
        transfer = self._outbox.get(transfer_id)
        if all(task.is_final for task in transfer.tasks):
            raise TransferFinished("This transfer has already ended.")
        self._outbox.update(
            transfer_id, lambda now: msgspec.structs.replace(now, is_cancel_asked=True)
        )
        self._on_change(transfer_id)
        self.pass_on_cancel(transfer_id)
        return self._outbox.get(transfer_id)

    def pass_on_cancel(self, transfer_id: str) -> None:
        """Tell Globus that the user canceled. The state changes when Globus reports the end."""
        # A task whose acceptance is unknown may be running: submitting its id again tells which
        # task it is.
        self._outbox.update(transfer_id, _without_staging)
        self.submit(transfer_id)
        for task in globus_tasks(self._outbox.get(transfer_id)):
            if task.task_id is not None and not task.is_final:
                # The next poll records a task that Globus no longer knows.
                with contextlib.suppress(TransferNotFound):
                    self._tasks.cancel(task.task_id)

    @contextlib.contextmanager
    def _alone(self, transfer_id: str) -> Iterator[bool]:
        """Keep this program's other threads from submitting a transfer; False if one already is."""
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
        self, transfer_id: str, *, is_user_waiting: bool
    ) -> list[SRegistryGlobusError]:
        """Submit as ``submit`` does, and return what Globus refused for good.

        :param is_user_waiting: whether a demand for a login counts as a refusal, because a user can
            answer it now; otherwise the task waits for the login.
        """
        refusals = []
        transfer = self._outbox.get(transfer_id)
        for task in globus_tasks(transfer):
            if task.state != "written":
                continue
            try:
                done = self._submit(transfer, task)
            except SRegistryGlobusError as error:
                is_login = isinstance(error, LoginNeeded)
                if (is_login and not is_user_waiting) or (
                    error.retryable and error.code != "transfer_conflict"
                ):
                    log.info("transfer %s is waiting to be submitted: %s", transfer_id, error.code)
                    done = held_up(task, error)
                else:
                    refusals.append(error)
                    done = msgspec.structs.replace(task, state="failed", reason=error.message)
            self._outbox.update(transfer_id, functools.partial(with_task, task=done))
        return refusals

    def _new_task(self, images: list[PlannedImage], plan: Plan) -> Task:
        if images[0].route == "direct":
            return new_upload(images, plan.destination.endpoint_id)
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
            destination_endpoint_id=transfer.destination_endpoint_id,
            items=[
                Item(image.source_path, image.destination_path, _sha256(image))
                for image in task.images
                if task.arrival_of(image) is None
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


def new_transfer(
    tasks: tuple[Task, ...],
    destination: Place,
    destination_name: str,
    *,
    label: str,
    options: TransferOptions,
    origin: str,
    retry_of: str | None,
) -> Transfer:
    """Return a transfer that begins now, to be recorded."""
    return Transfer(
        id=uuid.uuid4().hex,
        label=label,
        created_at=time.time(),
        state=state_of(tasks),
        destination=destination,
        destination_name=destination_name,
        tasks=tasks,
        options=options,
        origin=origin,
        retry_of=retry_of,
        software=software(),
    )


def _task_key(image: PlannedImage) -> tuple[str, bool, bool]:
    """Group images by source endpoint, but let none wait for the download of another."""
    return image.source_endpoint_id, image.route == "staged", image.route == "direct"


def _without_staging(transfer: Transfer) -> Transfer:
    """End downloads right away: nothing of them has reached Globus."""
    for task in transfer.tasks:
        if task.state == "staging":
            canceled = msgspec.structs.replace(task, state="canceled", reason="")
            transfer = with_task(transfer, canceled)
    return transfer


def _sha256(image: PlannedImage) -> str | None:
    return image.digest.removeprefix("sha256:") if image.digest else None
