"""Whether Globus can be reached and knows the app. No account need be connected."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from ..errors import NotConnected
from .clients import Clients
from .messages import APP_REFUSED
from .refusals import translated


@dataclass(frozen=True)
class Reached:
    """The answer of a service.

    :param took_s: how long it took.
    :param ahead_s: how far this machine's clock is ahead of the service's, within a second; None if
        the answer has no time.
    """

    took_s: float
    ahead_s: float | None


class Probes:
    """Sends each service one cheap request."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def auth(self) -> Reached:
        """Send Globus Auth a request.

        :raises GlobusUnavailable: it cannot be reached, or something else answers.
        """
        with translated(), self._clients.new_auth() as client:
            asked = time.time()
            answer = client.get_openid_configuration()
            took_s = time.time() - asked
            # The page of a gateway in between has no such member.
            _ = answer["jwks_uri"]
            date = answer.headers.get("Date")
        return Reached(took_s, _ahead_s(date, asked + took_s / 2))

    def transfer(self) -> Reached:
        """Send Globus Transfer a request. A refusal because no token was sent is an answer.

        :raises GlobusUnavailable: it cannot be reached, or something else answers.
        """
        from globus_sdk import TransferAPIError

        with translated(), self._clients.new_transfer() as client:
            asked = time.time()
            try:
                client.get("/v0.10/submission_id")
            except TransferAPIError as error:
                if error.http_status != 401:
                    raise
            return Reached(time.time() - asked, None)

    def secret(self) -> None:
        """Have Globus check the app's id and secret.

        :raises NotConnected: Globus rejects them.
        :raises GlobusUnavailable: Globus cannot be reached.
        """
        from globus_sdk import AuthAPIError, ConfidentialAppAuthClient

        app = self._clients.app()
        if not isinstance(app, ConfidentialAppAuthClient):
            return
        with translated():
            try:
                app.oauth2_token_introspect("no-token")
            except AuthAPIError as error:
                if error.http_status in (400, 401, 403):
                    raise NotConnected(APP_REFUSED) from error
                raise


def _ahead_s(date: Any, now: float) -> float | None:
    try:
        return now - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
