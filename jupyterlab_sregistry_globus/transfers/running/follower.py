"""Keep the outbox in step with Globus."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable

import msgspec

from ...errors import GlobusBusy, NotConnected, SRegistryGlobusError, TransferNotFound
from ...globus.tasks import Fault, TaskNow, Tasks
from ...models.actions import LoginAction, RetryAction
from ...models.tasks import GlobusTask, TaskState
from ...models.transfers import Transfer
from ..outbox import Outbox
from ..receipts.receipt import arrivals
from ..staging.elsewhere import other_node, waiting
from ..staging.room import StagingRoom
from ..staging.stager import Stager
from . import attempts
from .downloads.downloader import Downloader
from .pace import Pace
from .progress import globus_tasks, held_up, with_task
from .submitter import Submitter
from .uploads.uploader import Uploader

STRETCH = 1.3
# How many rounds read the record after it changed: see Database.mark.
_ROUNDS_AFTER_CHANGE = 2

log = logging.getLogger(__name__)


class Follower:
    """Follows the transfers whose lease this program can get. A server has one.

    :param poll_min_s: seconds between two polls of a task that is new or progresses.
    :param poll_max_s: the interval grows up to this while nothing changes.
    :param keep_s: after how many seconds a finished transfer is taken off the record; None never.
    :param hurry: set by others when something happened that may let transfers continue: every
        transfer is then polled at the next step.
    :param on_change: called with a transfer's id after it changed, from the calling thread.
    :param on_ended: called with a transfer once it has ended, whichever program noticed.
    """

    def __init__(
        self,
        outbox: Outbox,
        tasks: Tasks,
        submitter: Submitter,
        stager: Stager,
        uploader: Uploader,
        downloader: Downloader,
        room: StagingRoom,
        *,
        poll_min_s: float,
        poll_max_s: float,
        keep_s: float | None,
        hurry: threading.Event,
        on_change: Callable[[str], None] = lambda _: None,
        on_ended: Callable[[Transfer], None] = lambda _: None,
    ) -> None:
        self._outbox = outbox
        self._tasks = tasks
        self._submitter = submitter
        self._stager = stager
        self._uploader = uploader
        self._downloader = downloader
        self._room = room
        # None before the first step: an earlier server may have left staged files behind.
        self._unfinished: set[str] | None = None
        self._poll_min_s = poll_min_s
        self._poll_max_s = poll_max_s
        self._keep_s = keep_s
        self._hurry = hurry
        self._on_change = on_change
        self._on_ended = on_ended
        self._paces: dict[str, Pace] = {}
        # Until then Globus accepts no requests of this user, as it said itself.
        self._busy_until = 0.0
        self._seen: dict[str, tuple[int, bool]] | None = None
        self._mark: tuple[int, int, int] | None = None
        self._rounds_to_read = _ROUNDS_AFTER_CHANGE
        self._lock = threading.Lock()

    def step(self) -> int:
        """Poll every unfinished transfer that is due once; return how many are unfinished.

        Reports the changes that other programs made, too.
        """
        with self._lock:
            if self._is_idle():
                return 0
            if self._hurry.is_set():
                self._hurry.clear()
                self._paces.clear()
            before = self._outbox.revisions()
            if self._seen is None:
                # What ended before this program started is not news.
                self._seen = before
            unfinished = {
                transfer_id for transfer_id, (_, is_unfinished) in before.items() if is_unfinished
            }
            if unfinished:
                self._poll_due()
            if before and (self._unfinished is None or self._unfinished - unfinished):
                self.sweep()
                if self._keep_s is not None:
                    self._outbox.clear_older(time.time() - self._keep_s)
            self._unfinished = unfinished
            return self._report()

    @property
    def has_record(self) -> bool:
        """Whether anything was ever sent, as far as the last step knows."""
        return self._mark is not None

    def _is_idle(self) -> bool:
        """Whether nothing is unfinished, and nothing was recorded since the last steps."""
        mark = self._outbox.mark()
        if mark != self._mark:
            self._mark, self._rounds_to_read = mark, _ROUNDS_AFTER_CHANGE
        elif self._rounds_to_read:
            self._rounds_to_read -= 1
        return self._unfinished == set() and not self._rounds_to_read

    def settle(self, transfer: Transfer) -> None:
        """Remove what an ended transfer no longer needs, before its program ends, too."""
        with contextlib.suppress(SRegistryGlobusError):
            self._uploader.clean(transfer)
        self.sweep()

    def sweep(self) -> None:
        """Remove staged and temporary files that no transfer needs, as far as possible now."""
        with contextlib.suppress(OSError, SRegistryGlobusError):
            self._room.sweep()
        with contextlib.suppress(SRegistryGlobusError):
            transfers = self._outbox.read_all()
            self._uploader.sweep(transfers)
            self._downloader.sweep(transfers)

    def _poll_due(self) -> None:
        unfinished = self._outbox.unfinished()
        now = time.monotonic()
        for transfer in unfinished:
            pace = self._paces.setdefault(transfer.id, Pace(self._poll_min_s))
            if pace.next_at > now or not self._outbox.claim(transfer.id, idle_s=pace.interval_s):
                continue
            self.poll_transfer(transfer)
            if any(other_node(task) is not None for task in globus_tasks(transfer)):
                # The computer that can continue must not wait for the lease to expire.
                self._outbox.release(transfer.id)
            try:
                has_moved = self._outbox.get(transfer.id) != transfer
            except TransferNotFound:
                continue  # the user disconnected, or removed it, in the meantime
            pace.interval_s = (
                self._poll_min_s if has_moved else min(pace.interval_s * STRETCH, self._poll_max_s)
            )
            pace.next_at = time.monotonic() + pace.interval_s
        for transfer_id in set(self._paces) - {transfer.id for transfer in unfinished}:
            del self._paces[transfer_id]

    def poll_transfer(self, transfer: Transfer) -> None:
        """Submit what is recorded, pass on a cancel, ask about each task, unless Globus is busy."""
        try:
            self._uploader.advance(transfer)
            self._downloader.advance(transfer)
            if time.monotonic() < self._busy_until:
                return
            if transfer.is_cancel_asked:
                self._submitter.pass_on_cancel(transfer.id)
            else:
                for task in globus_tasks(transfer):
                    node = other_node(task)
                    if node is not None:
                        self._record_waiting(transfer.id, task, node)
                    elif task.state == "staging":
                        self._stager.advance(transfer, task)
                self._submitter.submit(transfer.id)
            for task in globus_tasks(self._outbox.get(transfer.id)):
                if task.task_id is not None and not task.is_final:
                    self._poll_task(transfer.id, task, task.task_id)
        except NotConnected as error:
            self._record_hold(transfer.id, error)
        except SRegistryGlobusError as error:
            # Globus being unreachable says nothing about the transfer, which continues there.
            if isinstance(error, GlobusBusy) and isinstance(error.action, RetryAction):
                self._busy_until = time.monotonic() + error.action.after_s
            log.info("transfer %s cannot be polled now: %s", transfer.id, error.code)

    def _poll_task(self, transfer_id: str, task: GlobusTask, task_id: str) -> None:
        try:
            now = self._tasks.ask(task_id)
        except TransferNotFound:
            # Another account cannot see the task either: only its own user may conclude this.
            self._outbox.get(transfer_id)
            gone = msgspec.structs.replace(
                task, state="failed", reason="Globus no longer has a record of this task."
            )
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, gone))
            return
        fault = (
            self._tasks.last_fault(task_id) if now.faults and now.status != "SUCCEEDED" else None
        )
        done = msgspec.structs.replace(
            task,
            state=_state(now),
            reason=self._reason(task_id, now, fault),
            is_stuck=now.is_stuck,
            login=self._wanted_login(transfer_id, task) if now.requires_login else None,
            bytes_transferred=now.bytes_transferred,
            bytes_per_second=now.bytes_per_second,
            files_transferred=now.files_transferred,
            files_skipped=now.files_skipped,
            faults=now.faults,
            requested_at=now.requested_at,
            completed_at=now.completed_at,
        )
        if task.gives_digests and fault is not None and attempts.refuses_digests(fault):
            done = attempts.without_digests(done)
        if not done.is_final:
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, done))
            if done.is_to_be_replaced:
                self._tasks.cancel(task_id)
            return
        sync = self._outbox.get(transfer_id).options.sync
        moved = self._tasks.arrived(task_id)
        done = msgspec.structs.replace(done, arrivals=arrivals(done, moved, sync))
        done = msgspec.structs.replace(done, state=attempts.state_at_end(done))
        next_task = attempts.next_attempt(done, now, fault)
        if next_task is not None and not self._outbox.get(transfer_id).is_cancel_asked:
            self._replace(transfer_id, task, next_task)
        else:
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, done))

    def _replace(self, transfer_id: str, task: GlobusTask, next_task: GlobusTask) -> None:
        new = msgspec.structs.replace(next_task, submission_id=self._tasks.new_submission_id())
        log.info("transfer %s: task %s is replaced", transfer_id, task.task_id)
        self._outbox.update(
            transfer_id, lambda transfer: with_task(transfer, new, instead_of=task.key)
        )
        self._submitter.submit(transfer_id)

    def _wanted_login(self, transfer_id: str, task: GlobusTask) -> LoginAction:
        destination_id = self._outbox.get(transfer_id).destination_endpoint_id
        return self._tasks.demanded_login(task.source_endpoint_id, destination_id)

    def _reason(self, task_id: str, now: TaskNow, fault: Fault | None) -> str:
        if now.is_paused:
            message = self._tasks.pause_message(task_id)
            return f"{now.reason}: {message}" if message else now.reason
        if now.failure_code == attempts.MISMATCH:
            return f"{now.reason}: the image has changed since it was chosen. Choose it again."
        if not now.is_stuck or fault is None or fault.message in now.reason:
            return now.reason
        return f"{now.reason}: {fault.message}"

    def _record_hold(self, transfer_id: str, error: NotConnected) -> None:
        def change(transfer: Transfer) -> Transfer:
            for task in globus_tasks(transfer):
                if not task.is_final:
                    transfer = with_task(transfer, held_up(task, error))
            return transfer

        self._outbox.update(transfer_id, change)

    def _record_waiting(self, transfer_id: str, task: GlobusTask, node: str) -> None:
        waits = waiting(task, node)
        if waits != task:
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, waits))

    def _report(self) -> int:
        revisions, seen = self._outbox.revisions(), self._seen or {}
        self._seen = revisions
        changed = [i for i, row in revisions.items() if seen.get(i) != row]
        changed += [i for i in seen if i not in revisions]
        for transfer_id in changed:
            self._on_change(transfer_id)
            _, is_unfinished = revisions.get(transfer_id, (0, True))
            if not is_unfinished:
                self._report_end(transfer_id)
        return sum(is_unfinished for _, is_unfinished in revisions.values())

    def _report_end(self, transfer_id: str) -> None:
        # It may belong to another account, or have been removed since.
        with contextlib.suppress(SRegistryGlobusError):
            self._on_ended(self._outbox.get(transfer_id))


def _state(now: TaskNow) -> TaskState:
    if now.status == "SUCCEEDED":
        return "succeeded"
    if now.status == "FAILED":
        return "canceled" if now.is_canceled else "failed"
    return "active"
