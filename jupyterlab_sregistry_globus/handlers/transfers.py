"""Plans, transfers and receipts."""

from __future__ import annotations

import msgspec

from ..models.plans import Plan, PlanRequest, PullRequest
from ..models.receipts import Receipt
from ..models.transfers import ClearedTransfers, Transfer, TransferPage
from ..services import Services
from .base import BaseHandler, operation


class TransfersQuery(msgspec.Struct, frozen=True):
    """A page of transfers, or, with ``since``, all that changed after that revision."""

    offset: int = 0
    limit: int = 200
    since: int | None = None


class PlansHandler(BaseHandler):
    @operation(
        "Plan a transfer; nothing is sent", asks_registries=True, body=PlanRequest, answer=Plan
    )
    def post(self, services: Services, body: PlanRequest) -> Plan:
        return services.transfers.plan(body)


class TransfersHandler(BaseHandler):
    @operation("List transfers, newest first", query=TransfersQuery, answer=TransferPage)
    def get(self, services: Services, query: TransfersQuery) -> TransferPage:
        return services.transfers.page(query.offset, query.limit, query.since)

    @operation("Send images", asks_registries=True, body=PlanRequest, answer=Transfer)
    def post(self, services: Services, body: PlanRequest) -> Transfer:
        return services.transfers.start(body, origin="panel")

    @operation("Take every finished transfer off the record", answer=ClearedTransfers)
    def delete(self, services: Services) -> ClearedTransfers:
        return services.transfers.clear_finished()


class RestoreHandler(BaseHandler):
    @operation(
        "Put cleared transfers back on the record", body=ClearedTransfers, answer=ClearedTransfers
    )
    def post(self, services: Services, body: ClearedTransfers) -> ClearedTransfers:
        return services.transfers.restore(body)


class PullsHandler(BaseHandler):
    @operation(
        "Pull images from endpoints into a folder registry",
        asks_registries=True,
        body=PullRequest,
        answer=Transfer,
    )
    def post(self, services: Services, body: PullRequest) -> Transfer:
        return services.transfers.pull(body, origin="panel")


class TransferHandler(BaseHandler):
    @operation("Show a transfer", answer=Transfer)
    def get(self, services: Services, transfer_id: str) -> Transfer:
        return services.transfers.get(transfer_id)

    @operation("Take a finished transfer off the record")
    def delete(self, services: Services, transfer_id: str) -> None:
        services.transfers.clear(transfer_id)


class CancelHandler(BaseHandler):
    @operation("Cancel a transfer", answer=Transfer)
    def post(self, services: Services, transfer_id: str) -> Transfer:
        return services.transfers.cancel(transfer_id)


class LeftoversHandler(BaseHandler):
    @operation(
        "Remove temporary files that a transfer's uploads left at the destination", answer=Transfer
    )
    def delete(self, services: Services, transfer_id: str) -> Transfer:
        return services.transfers.clean(transfer_id)


class RetryHandler(BaseHandler):
    @operation(
        "Retry a transfer: send what did not arrive, or everything if all arrived",
        asks_registries=True,
        answer=Transfer,
    )
    def post(self, services: Services, transfer_id: str) -> Transfer:
        return services.transfers.retry(transfer_id)


class ReceiptHandler(BaseHandler):
    @operation("Show a transfer's receipt", answer=Receipt)
    def get(self, services: Services, transfer_id: str) -> Receipt:
        return services.transfers.receipt(transfer_id)


ROUTES = [
    ("plans", PlansHandler),
    ("transfers", TransfersHandler),
    ("pulls", PullsHandler),
    ("transfers/restore", RestoreHandler),
    ("transfers/([^/]+)", TransferHandler),
    ("transfers/([^/]+)/cancel", CancelHandler),
    ("transfers/([^/]+)/leftovers", LeftoversHandler),
    ("transfers/([^/]+)/retry", RetryHandler),
    ("transfers/([^/]+)/receipt", ReceiptHandler),
]
