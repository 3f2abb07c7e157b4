"""The one poller of a server: what became of the tasks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from ..errors import NotConnected, SendNotFound, SRegistryGlobusError
from ..globus.tasks import Fault, TaskNow, Tasks
from ..models.actions import LoginAction
from ..models.sends import Send, SendTask, TaskState
from . import attempts
from .outbox import Outbox
from .progress import held_up, is_final, with_task
from .receipt import arrivals
from .send import Sender
from .staging import Stager
from .stagingroom import StagingRoom

STRETCH = 1.3

log = logging.getLogger(__name__)


@dataclass
class _Pace:
    """When a send is looked at next: often at first, seldom once it runs for long."""

    every_s: float
    next_at: float = 0.0


class Follower:
    """Keeps the outbox in step with Globus, for the sends whose lease this program can get.

    :param poll_min_s: seconds between two looks at a new or moving task.
    :param poll_max_s: to this it stretches while nothing changes.
    :param on_change: called with a send's id after it changed, from the calling thread.
    :param on_ended: the same, once it has ended, whichever program saw to that.
    """

    def __init__(
        self,
        outbox: Outbox,
        tasks: Tasks,
        sender: Sender,
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
        self._sender = sender
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
        """Look once at every unfinished send that is due; return how many are unfinished.

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
                send_id for send_id, (_, is_unfinished) in before.items() if is_unfinished
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
        for send in unfinished:
            pace = self._paces.setdefault(send.id, _Pace(self._poll_min_s))
            if pace.next_at > now or not self._outbox.claim(send.id, idle_s=pace.every_s):
                continue
            self.look(send)
            try:
                moved = self._outbox.get(send.id) != send
            except SendNotFound:
                continue  # somebody disconnected, or removed it, in the meantime
            pace.every_s = (
                self._poll_min_s if moved else min(pace.every_s * STRETCH, self._poll_max_s)
            )
            pace.next_at = time.monotonic() + pace.every_s
        for gone in set(self._paces) - {send.id for send in unfinished}:
            del self._paces[gone]

    def hurry(self) -> None:
        """Look at every send at the next step: something has happened that may set them going."""
        self._is_hurried = True

    def look(self, send: Send) -> None:
        """Submit what is only written down, pass on a cancel, and ask how each task goes."""
        try:
            if send.is_cancel_asked:
                self._sender.pass_on_cancel(send.id)
            else:
                for task in send.tasks:
                    if task.state == "staging":
                        self._stager.advance(send, task)
                self._sender.submit(send.id)
            for task in self._outbox.get(send.id).tasks:
                if task.task_id is not None and not is_final(task):
                    self._ask(send.id, task, task.task_id)
        except NotConnected as error:
            self._note(send.id, error)
        except SRegistryGlobusError as error:
            # Globus out of reach says nothing of the transfer, which goes on without us.
            log.info("send %s cannot be followed just now: %s", send.id, error.code)

    def _ask(self, send_id: str, task: SendTask, task_id: str) -> None:
        try:
            now = self._tasks.ask(task_id)
        except SendNotFound:
            self._outbox.get(send_id)  # not there for somebody else, who cannot see the task either
            gone = msgspec.structs.replace(
                task, state="failed", reason="Globus no longer knows this task."
            )
            self._outbox.update(send_id, lambda send: with_task(send, gone))
            return
        fault = (
            self._tasks.last_fault(task_id) if now.faults and now.status != "SUCCEEDED" else None
        )
        done = msgspec.structs.replace(
            task,
            state=_state(now),
            reason=self._reason(task_id, now, fault),
            is_stuck=now.is_stuck,
            login=self._wanted_login(send_id, task) if now.wants_login else None,
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
            self._outbox.update(send_id, lambda send: with_task(send, done))
            if done.is_to_be_replaced:
                self._tasks.cancel(task_id)
            return
        done = msgspec.structs.replace(done, arrivals=arrivals(done, self._tasks.arrived(task_id)))
        again = attempts.another(done, now, fault)
        if again is not None and not self._outbox.get(send_id).is_cancel_asked:
            self._replace(send_id, task, again)
        else:
            self._outbox.update(send_id, lambda send: with_task(send, done))

    def _replace(self, send_id: str, task: SendTask, again: SendTask) -> None:
        new = msgspec.structs.replace(again, submission_id=self._tasks.new_submission_id())
        log.info("send %s: task %s is replaced", send_id, task.task_id)
        self._outbox.update(
            send_id, lambda send: with_task(send, new, instead_of=task.submission_id)
        )
        self._sender.submit(send_id)

    def _wanted_login(self, send_id: str, task: SendTask) -> LoginAction:
        destination_id = self._outbox.get(send_id).destination.endpoint_id
        return self._tasks.wanted_login(task.source_endpoint_id, destination_id)

    def _reason(self, task_id: str, now: TaskNow, fault: Fault | None) -> str:
        if now.is_paused:
            message = self._tasks.pause_message(task_id)
            return f"{now.reason}: {message}" if message else now.reason
        if now.failure_code == attempts.MISMATCH:
            return f"{now.reason}: it is no longer the image that was asked for. Choose it again."
        if not now.is_stuck or fault is None or fault.message in now.reason:
            return now.reason
        return f"{now.reason}: {fault.message}"

    def _note(self, send_id: str, error: NotConnected) -> None:
        def change(send: Send) -> Send:
            for task in send.tasks:
                if not is_final(task):
                    send = with_task(send, held_up(task, error))
            return send

        self._outbox.update(send_id, change)

    def _report(self) -> int:
        revisions, seen = self._outbox.revisions(), self._seen or {}
        self._seen = revisions
        changed = [i for i, row in revisions.items() if seen.get(i) != row]
        changed += [i for i in seen if i not in revisions]
        for send_id in changed:
            self._on_change(send_id)
            _, is_unfinished = revisions.get(send_id, (0, True))
            if not is_unfinished:
                self._on_ended(send_id)
        return sum(is_unfinished for _, is_unfinished in revisions.values())


def _state(now: TaskNow) -> TaskState:
    if now.status == "SUCCEEDED":
        return "succeeded"
    if now.status == "FAILED":
        return "canceled" if now.is_canceled else "failed"
    return "active"
