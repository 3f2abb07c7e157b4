"""The one poller of a server: what became of the tasks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from ...errors import NotConnected, SRegistryGlobusError, TransferNotFound
from ...globus.tasks import Fault, TaskNow, Tasks
from ...models.actions import LoginAction
from ...models.transfers import GlobusTask, TaskState, Transfer
from ..outbox import Outbox
from ..receipts.receipt import arrivals
from ..staging.room import StagingRoom
from ..staging.stager import Stager
from . import attempts
from .progress import held_up, is_final, with_task
from .submitter import Submitter

STRETCH = 1.3

log = logging.getLogger(__name__)


@dataclass
class _Pace:
    """When a transfer is looked at next: often at first, seldom once it runs for long."""

    every_s: float
    next_at: float = 0.0


class Follower:
    """Keeps the outbox in step with Globus, for the transfers whose lease this program can get.

    :param poll_min_s: seconds between two looks at a new or moving task.
    :param poll_max_s: to this it stretches while nothing changes.
    :param on_change: called with a transfer's id after it changed, from the calling thread.
    :param on_ended: the same, once it has ended, whichever program saw to that.
    """

    def __init__(
        self,
        outbox: Outbox,
        tasks: Tasks,
        submitter: Submitter,
        stager: Stager,
        room: StagingRoom,
        *,
        poll_min_s: float,
        poll_max_s: float,
        on_change: Callable[[str], None] = lambda _: None,
        on_ended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._outbox = outbox
        self._tasks = tasks
        self._submitter = submitter
        self._stager = stager
        self._room = room
        # None before the first look, when an earlier server may have left something behind.
        self._unfinished: set[str] | None = None
        self._poll_min_s = poll_min_s
        self._poll_max_s = poll_max_s
        self._on_change = on_change
        self._on_ended = on_ended
        self._paces: dict[str, _Pace] = {}
        self._is_hurried = False
        self._seen: dict[str, tuple[int, bool]] | None = None
        self._lock = threading.Lock()

    def step(self) -> int:
        """Look once at every unfinished transfer that is due; return how many are unfinished.

        Changes that other programs made are reported too.
        """
        with self._lock:
            if self._is_hurried:
                self._is_hurried = False
                self._paces.clear()
            before = self._outbox.revisions()
            if self._seen is None:
                # What had ended before this program began is nothing new.
                self._seen = before
            unfinished = {
                transfer_id for transfer_id, (_, is_unfinished) in before.items() if is_unfinished
            }
            if unfinished:
                self._look_at_due()
            if before and (self._unfinished is None or self._unfinished - unfinished):
                self._room.sweep()
            self._unfinished = unfinished
            return self._report()

    def _look_at_due(self) -> None:
        unfinished = self._outbox.unfinished()
        now = time.monotonic()
        for transfer in unfinished:
            pace = self._paces.setdefault(transfer.id, _Pace(self._poll_min_s))
            if pace.next_at > now or not self._outbox.claim(transfer.id, idle_s=pace.every_s):
                continue
            self.look(transfer)
            try:
                moved = self._outbox.get(transfer.id) != transfer
            except TransferNotFound:
                continue  # somebody disconnected, or removed it, in the meantime
            pace.every_s = (
                self._poll_min_s if moved else min(pace.every_s * STRETCH, self._poll_max_s)
            )
            pace.next_at = time.monotonic() + pace.every_s
        for gone in set(self._paces) - {transfer.id for transfer in unfinished}:
            del self._paces[gone]

    def hurry(self) -> None:
        """Look at every transfer at the next step: something has happened that may set them going."""
        self._is_hurried = True

    def look(self, transfer: Transfer) -> None:
        """Submit what is only written down, pass on a cancel, and ask how each task goes."""
        try:
            if transfer.is_cancel_asked:
                self._submitter.pass_on_cancel(transfer.id)
            else:
                for task in transfer.tasks:
                    if task.state == "staging":
                        self._stager.advance(transfer, task)
                self._submitter.submit(transfer.id)
            for task in self._outbox.get(transfer.id).tasks:
                if task.task_id is not None and not is_final(task):
                    self._ask(transfer.id, task, task.task_id)
        except NotConnected as error:
            self._note(transfer.id, error)
        except SRegistryGlobusError as error:
            # Globus out of reach says nothing of the transfer, which goes on without us.
            log.info("transfer %s cannot be followed just now: %s", transfer.id, error.code)

    def _ask(self, transfer_id: str, task: GlobusTask, task_id: str) -> None:
        try:
            now = self._tasks.ask(task_id)
        except TransferNotFound:
            self._outbox.get(
                transfer_id
            )  # not there for somebody else, who cannot see the task either
            gone = msgspec.structs.replace(
                task, state="failed", reason="Globus no longer knows this task."
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
        if not is_final(done):
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, done))
            if done.is_to_be_replaced:
                self._tasks.cancel(task_id)
            return
        done = msgspec.structs.replace(done, arrivals=arrivals(done, self._tasks.arrived(task_id)))
        again = attempts.another(done, now, fault)
        if again is not None and not self._outbox.get(transfer_id).is_cancel_asked:
            self._replace(transfer_id, task, again)
        else:
            self._outbox.update(transfer_id, lambda transfer: with_task(transfer, done))

    def _replace(self, transfer_id: str, task: GlobusTask, again: GlobusTask) -> None:
        new = msgspec.structs.replace(again, submission_id=self._tasks.new_submission_id())
        log.info("transfer %s: task %s is replaced", transfer_id, task.task_id)
        self._outbox.update(
            transfer_id, lambda transfer: with_task(transfer, new, instead_of=task.submission_id)
        )
        self._submitter.submit(transfer_id)

    def _wanted_login(self, transfer_id: str, task: GlobusTask) -> LoginAction:
        destination_id = self._outbox.get(transfer_id).destination.endpoint_id
        return self._tasks.demanded_login(task.source_endpoint_id, destination_id)

    def _reason(self, task_id: str, now: TaskNow, fault: Fault | None) -> str:
        if now.is_paused:
            message = self._tasks.pause_message(task_id)
            return f"{now.reason}: {message}" if message else now.reason
        if now.failure_code == attempts.MISMATCH:
            return f"{now.reason}: it is no longer the image that was asked for. Choose it again."
        if not now.is_stuck or fault is None or fault.message in now.reason:
            return now.reason
        return f"{now.reason}: {fault.message}"

    def _note(self, transfer_id: str, error: NotConnected) -> None:
        def change(transfer: Transfer) -> Transfer:
            for task in transfer.tasks:
                if not is_final(task):
                    transfer = with_task(transfer, held_up(task, error))
            return transfer

        self._outbox.update(transfer_id, change)

    def _report(self) -> int:
        revisions, seen = self._outbox.revisions(), self._seen or {}
        self._seen = revisions
        changed = [i for i, row in revisions.items() if seen.get(i) != row]
        changed += [i for i in seen if i not in revisions]
        for transfer_id in changed:
            self._on_change(transfer_id)
            _, is_unfinished = revisions.get(transfer_id, (0, True))
            if not is_unfinished:
                self._on_ended(transfer_id)
        return sum(is_unfinished for _, is_unfinished in revisions.values())


def _state(now: TaskNow) -> TaskState:
    if now.status == "SUCCEEDED":
        return "succeeded"
    if now.status == "FAILED":
        return "canceled" if now.is_canceled else "failed"
    return "active"
