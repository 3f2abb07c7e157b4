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
    account = services.account.current()
    return Status(
        version=__version__,
        account=account,
        setup_help=SETUP_HELP,
        event_schema_id=EVENT_SCHEMA_ID,
        image_extensions=EXTENSIONS,
        files_refusal=services.images.files_refusal,
    )


ROUTES = [("status", StatusHandler)]
