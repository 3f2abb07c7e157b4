"""Plans, and sends from the first word to the last."""

from __future__ import annotations

from ..models.plans import Plan, PlanRequest, PullRequest
from ..models.receipts import Receipt
from ..models.transfers import Transfer, TransferPage
from ..services import Services
from .base import BaseHandler, operation


class PlansHandler(BaseHandler):
    @operation("What would happen; nothing is sent", body=PlanRequest, answer=Plan)
    def post(self, services: Services, body: PlanRequest) -> Plan:
        return services.planner.plan(body)


class TransfersHandler(BaseHandler):
    @operation("Every transfer, newest first", answer=TransferPage)
    def get(self, services: Services) -> TransferPage:
        return TransferPage(tuple(services.outbox.all()))

    @operation("Send images", body=PlanRequest, answer=Transfer)
    def post(self, services: Services, body: PlanRequest) -> Transfer:
        return services.submitter.send(body, origin="panel")

    @operation("Remove every finished transfer from the record")
    def delete(self, services: Services) -> None:
        services.outbox.forget_finished()


class PullsHandler(BaseHandler):
    @operation(
        "Get images from endpoints into a folder registry", body=PullRequest, answer=Transfer
    )
    def post(self, services: Services, body: PullRequest) -> Transfer:
        return services.submitter.send(services.puller.request(body), origin="panel")


class TransferHandler(BaseHandler):
    @operation("One transfer", answer=Transfer)
    def get(self, services: Services, transfer_id: str) -> Transfer:
        return services.outbox.get(transfer_id)

    @operation("Remove a finished transfer from the record")
    def delete(self, services: Services, transfer_id: str) -> None:
        services.outbox.forget(transfer_id)


class CancelHandler(BaseHandler):
    @operation("Cancel a transfer", answer=Transfer)
    def post(self, services: Services, transfer_id: str) -> Transfer:
        return services.submitter.cancel(transfer_id)


class RetryHandler(BaseHandler):
    @operation("Send again what did not arrive, or all if all arrived", answer=Transfer)
    def post(self, services: Services, transfer_id: str) -> Transfer:
        return services.submitter.retry(transfer_id)


class ReceiptHandler(BaseHandler):
    @operation("What was sent, and the proof", answer=Receipt)
    def get(self, services: Services, transfer_id: str) -> Receipt:
        return services.receipt(transfer_id)


ROUTES = [
    ("plans", PlansHandler),
    ("transfers", TransfersHandler),
    ("pulls", PullsHandler),
    ("transfers/([^/]+)", TransferHandler),
    ("transfers/([^/]+)/cancel", CancelHandler),
    ("transfers/([^/]+)/retry", RetryHandler),
    ("transfers/([^/]+)/receipt", ReceiptHandler),
]
