"""An authorizer that gives SDK clients the tokens of our credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from globus_sdk.authorizers import GlobusAuthorizer

from .credentials import Credentials

if TYPE_CHECKING:
    from globus_sdk import AuthLoginClient


class CredentialsAuthorizer(GlobusAuthorizer):
    """Authorizes each request with the current token, and refreshes it once after a 401.

    :param app: returns the calling thread's client to refresh with.
    """

    def __init__(
        self, credentials: Credentials, resource_server: str, app: Callable[[], AuthLoginClient]
    ) -> None:
        self._credentials = credentials
        self._resource_server = resource_server
        self._app = app
        self._last = ""

    def get_authorization_header(self) -> str:
        self._last = self._credentials.access_token(self._resource_server, self._app())
        return f"Bearer {self._last}"

    def handle_missing_authorization(self) -> bool:
        self._credentials.refresh(self._resource_server, self._last, self._app())
        return True
