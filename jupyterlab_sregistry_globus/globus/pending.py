"""Logins that have started and not ended."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ..errors import LoginFailed
from .origins import Origin

if TYPE_CHECKING:
    from .clients import App

LOGIN_LIFETIME_S = 600.0
MAX_PENDING = 20

EXPIRED = "This login has expired. Connect again."

Method = Literal["redirect", "code"]


@dataclass
class PendingLogin:
    """A login from its start to its end.

    :param state: single-use; empty once it was used.
    :param client: holds the flow, with its PKCE verifier.
    :param page: origin of the page that started it; None outside a browser.
    """

    state: str
    client: App
    method: Method
    page: Origin | None
    login_id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    expires_at: float = field(default_factory=lambda: time.time() + LOGIN_LIFETIME_S)
    outcome: Literal["waiting", "succeeded", "failed"] = "waiting"
    message: str = ""


class PendingLogins:
    """The pending logins, at most MAX_PENDING: a new one ends the oldest. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logins: dict[str, PendingLogin] = {}

    def add(self, login: PendingLogin) -> None:
        """Keep a login until it expires."""
        with self._lock:
            self._drop_expired()
            while len(self._logins) >= MAX_PENDING:
                self._logins.pop(next(iter(self._logins))).client.close()
            self._logins[login.login_id] = login

    def get(self, login_id: str) -> PendingLogin:
        """Return the login with this id.

        :raises LoginFailed: it is unknown, or has expired.
        """
        with self._lock:
            self._drop_expired()
            login = self._logins.get(login_id)
        if login is None:
            raise LoginFailed(EXPIRED)
        return login

    def find(self, state: str) -> PendingLogin | None:
        """Return the login with this state, or None."""
        with self._lock:
            return self._find(state)

    def take(self, state: str) -> PendingLogin | None:
        """Return the login with this state, which no later call finds again; or None."""
        with self._lock:
            login = self._find(state)
            if login is not None:
                login.state = ""
            return login

    def close(self) -> None:
        """End every pending login."""
        with self._lock:
            while self._logins:
                self._logins.popitem()[1].client.close()

    def _find(self, state: str) -> PendingLogin | None:
        self._drop_expired()
        for login in self._logins.values():
            if login.state and secrets.compare_digest(login.state.encode(), state.encode()):
                return login
        return None

    def _drop_expired(self) -> None:
        now = time.time()
        for login_id in [i for i, login in self._logins.items() if login.expires_at < now]:
            self._logins.pop(login_id).client.close()
