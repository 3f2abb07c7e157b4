"""Plans, and sends from the first word to the last."""

from __future__ import annotations

from ..models.plans import Plan, PlanRequest, PullRequest
from ..models.receipts import Receipt
from ..models.sends import Send, Sends
from ..services import Services
from .base import BaseHandler, operation


class PlansHandler(BaseHandler):
    @operation("What would happen; nothing is sent", body=PlanRequest, answer=Plan)
    def post(self, services: Services, body: PlanRequest) -> Plan:
        return services.planner.plan(body)


class SendsHandler(BaseHandler):
    @operation("Every send, newest first", answer=Sends)
    def get(self, services: Services) -> Sends:
        return Sends(tuple(services.outbox.all()))

    @operation("Send images", body=PlanRequest, answer=Send)
    def post(self, services: Services, body: PlanRequest) -> Send:
        return services.sender.send(body, origin="panel")

    @operation("Remove every finished send from the record")
    def delete(self, services: Services) -> None:
        services.outbox.forget_finished()


class PullsHandler(BaseHandler):
    @operation("Get images from endpoints into a folder registry", body=PullRequest, answer=Send)
    def post(self, services: Services, body: PullRequest) -> Send:
        return services.sender.send(services.puller.request(body), origin="panel")


class SendHandler(BaseHandler):
    @operation("One send", answer=Send)
    def get(self, services: Services, send_id: str) -> Send:
        return services.outbox.get(send_id)

    @operation("Remove a finished send from the record")
    def delete(self, services: Services, send_id: str) -> None:
        services.outbox.forget(send_id)


class CancelHandler(BaseHandler):
    @operation("Cancel a send", answer=Send)
    def post(self, services: Services, send_id: str) -> Send:
        return services.sender.cancel(send_id)


class RetryHandler(BaseHandler):
    @operation("Send again what did not arrive, or all if all arrived", answer=Send)
    def post(self, services: Services, send_id: str) -> Send:
        return services.sender.retry(send_id)


class ReceiptHandler(BaseHandler):
    @operation("What was sent, and the proof", answer=Receipt)
    def get(self, services: Services, send_id: str) -> Receipt:
        return services.receipt(send_id)


ROUTES = [
    ("plans", PlansHandler),
    ("sends", SendsHandler),
    ("pulls", PullsHandler),
    ("sends/([^/]+)", SendHandler),
    ("sends/([^/]+)/cancel", CancelHandler),
    ("sends/([^/]+)/retry", RetryHandler),
    ("sends/([^/]+)/receipt", ReceiptHandler),
]
