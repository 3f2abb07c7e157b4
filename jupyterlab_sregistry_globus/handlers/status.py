"""What a face needs to know when it starts."""

from __future__ import annotations

from .. import __version__
from ..globus.messages import SETUP_HELP
from ..images.filename import EXTENSIONS
from ..models.accounts import Status
from ..services import EVENT_SCHEMA_ID, Services
from .base import BaseHandler, operation


class StatusHandler(BaseHandler):
    @operation("Show how this server is set up, and which account is connected", answer=Status)
    def get(self, services: Services) -> Status:
        return status_of(services)


def status_of(services: Services) -> Status:
    """Return what a face needs to know when it starts."""
    account = services.accounts.current()
    return Status(__version__, account, SETUP_HELP, EVENT_SCHEMA_ID, EXTENSIONS)


ROUTES = [("status", StatusHandler)]
