"""Lets SDK clients take their tokens from our store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from globus_sdk.authorizers import GlobusAuthorizer

from .tokens import TokenStore

if TYPE_CHECKING:
    from globus_sdk import NativeAppAuthClient


class StoreAuthorizer(GlobusAuthorizer):
    """Authorises each request with the stored token; a 401 refreshes it once.

    :param native: gives the calling thread's client to refresh with.
    """

    def __init__(
        self, tokens: TokenStore, resource_server: str, native: Callable[[], NativeAppAuthClient]
    ) -> None:
        self._tokens = tokens
        self._resource_server = resource_server
        self._native = native
        self._last = ""

    def get_authorization_header(self) -> str:
        self._last = self._tokens.access_token(self._resource_server, self._native())
        return f"Bearer {self._last}"

    def handle_missing_authorization(self) -> bool:
        self._tokens.refresh(self._resource_server, self._last, self._native())
        return True
