"""The transfers of the services, until they have one class of their own."""

from __future__ import annotations

import time
from collections.abc import Callable

from ...errors import TransferNotFound
from ...models.plans import Plan, PlanRequest, PullRequest
from ...models.receipts import Receipt
from ...models.transfers import Transfer, TransferPage
from ...services import Services
from ...transfers.running.progress import is_finished


class Transfers:
    """What commands call."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def check(self, request: PlanRequest) -> Plan:
        return self._services.submitter.check(request)

    def start(self, request: PlanRequest, *, origin: str) -> Transfer:
        return self._services.submitter.send(request, origin=origin)

    def pull(self, request: PullRequest, *, origin: str) -> Transfer:
        plan = self._services.puller.request(request)
        return self._services.submitter.send(plan, origin=origin)

    def page(self) -> TransferPage:
        return TransferPage(tuple(self._services.outbox.all()))

    def get(self, transfer_id: str) -> Transfer:
        return self._services.outbox.get(transfer_id)

    def find(self, text: str) -> Transfer:
        fitting = [
            transfer
            for transfer in self._services.outbox.all()
            if transfer.id.startswith(text)
            or text in {task.task_id for task in transfer.tasks}
            or text in {old.task_id for task in transfer.tasks for old in task.attempts}
        ]
        if fitting and text and len(fitting) > 1:
            raise TransferNotFound(f"{text!r} matches several transfers. Type more of the id.")
        if not fitting or not text:
            raise TransferNotFound(f"No transfer has the id {text!r}.")
        return fitting[0]

    def refresh(self, transfer_id: str) -> Transfer:
        self._services.follower.look(self.get(transfer_id))
        return self.get(transfer_id)

    def cancel(self, transfer_id: str) -> Transfer:
        return self._services.submitter.cancel(transfer_id)

    def retry(self, transfer_id: str) -> Transfer:
        return self._services.submitter.retry(transfer_id)

    def receipt(self, transfer_id: str) -> Receipt:
        return self._services.receipt(transfer_id)

    def wait(
        self,
        transfer_id: str,
        timeout_s: float | None = None,
        on_change: Callable[[Transfer], None] = lambda transfer: None,
    ) -> Transfer:
        until = None if timeout_s is None else time.monotonic() + timeout_s
        pause_s = self._services.settings.poll_min_s
        while True:
            transfer = self.refresh(transfer_id)
            on_change(transfer)
            if is_finished(transfer):
                break
            if until is not None and time.monotonic() + pause_s > until:
                raise TimeoutError(
                    f"{transfer.label} has not ended after {timeout_s} s. It continues."
                )
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.2, self._services.settings.poll_max_s)
        self._services.puller.note_ended(transfer.id)
        return transfer


def transfers_of(services: Services) -> Transfers:
    return Transfers(services)
