"""What a face needs to know at its start."""

from __future__ import annotations

from ..models.accounts import Status
from ..services import Services
from .base import BaseHandler, operation


class StatusHandler(BaseHandler):
    @operation("How this server is set up, and who is connected", answer=Status)
    def get(self, services: Services) -> Status:
        return services.status()


ROUTES = [("status", StatusHandler)]
